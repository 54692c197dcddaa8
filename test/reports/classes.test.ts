// The tables of classes and the pictures of confusion matrices, on counts that are made by hand.
import { describe, expect, it } from "vitest";
import { confusionOf } from "../../src/records/confusion.ts";
import type { RunRecord } from "../../src/records/record.ts";
import { listSetups } from "../../src/reports/analysis/setups.ts";
import { confusionPictures } from "../../src/reports/figures/confusion-picture.ts";
import { classCsvs, classMarkdown, classTables } from "../../src/reports/tables/class-tables.ts";
import { evaluation, oneLook, tenCrops } from "./evaluated-records.ts";
import { doneRecord } from "./sample-records.ts";

/** A run that was evaluated, with a matrix of its classes. */
function tested(label: string, seed: number, counts: readonly number[], names = ["cat", "dog"]): RunRecord {
  const record = doneRecord({ label, seed }, 0.2, 0.3);
  return {
    ...record,
    evaluations: [
      evaluation(record, tenCrops, 0.25),
      { ...evaluation(record, oneLook, 0.3), confusion: confusionOf(names, counts) },
    ],
  };
}

const seeds = [tested("plain-18", 0, [9, 1, 4, 6]), tested("plain-18", 1, [8, 2, 2, 8])];

describe("the table of classes", () => {
  it("sums over the runs of a net, and leaves out nets without a matrix", () => {
    const other = doneRecord({ label: "plain-34", model: { depth: 34 } }, 0.2, 0.4);
    expect(classMarkdown("study", listSetups([...seeds, other]))?.split("\n")).toEqual([
      "# study: errors by class",
      "",
      "## synthetic, 600 iterations",
      "",
      "| class | images | plain-18 | most often taken for |",
      "| --- | ---: | ---: | --- |",
      "| cat | 10 | 15.00 | dog |",
      "| dog | 10 | 30.00 | cat |",
      "",
      "- Errors are in %, measured on the test images of each class by `resnet-exp evaluate` (the whole image).",
      "- Summed over the runs of a net: plain-18 (2).",
      "",
    ]);
  });

  it("is not there where nothing was evaluated", () => {
    const setups = listSetups([doneRecord({}, 0.2, 0.3)]);
    expect([classMarkdown("study", setups), classCsvs(setups), confusionPictures(setups)]).toEqual([
      undefined,
      undefined,
      [],
    ]);
  });

  it("shows the hardest of many classes, and all in CSV", () => {
    const names = Array.from({ length: 150 }, (_, i) => `c${i}`);
    // Class 7 is never right, all others always.
    const counts = names.flatMap((_, row) => names.map((_, column) => Number(column === (row === 7 ? 8 : row))));
    const setups = listSetups([tested("plain-18", 0, counts, names)]);
    const [table] = classTables(setups);
    expect(table?.rows.length).toBe(20);
    expect(table?.rows[0]?.name).toBe("c7");
    expect(table?.notes.at(-1)).toBe(
      "The 20 hardest of 150 classes. `tables/classes.csv` has all, `tables/confusion.csv` what each is taken for.",
    );
    expect(classCsvs(setups)?.classes.trimEnd().split("\n").length).toBe(151);
    expect(classCsvs(setups)?.confusion.split("\n")).toContain('"synthetic, 600 iterations",plain-18,1,c7,c8,1');
    expect(confusionPictures(setups)).toEqual([]);
  });
});

describe("the picture of a confusion matrix", () => {
  it("has each cell's share of its row, right answers in blue, wrong ones in red", () => {
    const [picture, ...others] = confusionPictures(listSetups(seeds));
    expect(others).toEqual([]);
    expect(picture?.name).toBe("confusion-plain-18");
    const cells = [
      ...picture!.svg.matchAll(/fill="(#\w+)" fill-opacity="([\d.]+)"><title>(.*?)<\/title>.*?\n.*?>([^<]*)</g),
    ];
    expect(cells.map(([, colour, opacity, title, text]) => [colour, opacity, title, text])).toEqual([
      ["#1f5fa8", "0.862", "cat taken for cat: 17 of 20", "85"],
      ["#b3261e", "0.218", "cat taken for dog: 3 of 20", "15"],
      ["#b3261e", "0.356", "dog taken for cat: 6 of 20", "30"],
      ["#1f5fa8", "0.724", "dog taken for dog: 14 of 20", "70"],
    ]);
  });

  it("escapes the names of classes", () => {
    const [picture] = confusionPictures(listSetups([tested("plain-18", 0, [1, 0, 0, 1], ["<b>", "a & b"])]));
    expect(picture?.svg).toContain("&lt;b&gt;");
    expect(picture?.svg).not.toContain("<b>");
  });
});
