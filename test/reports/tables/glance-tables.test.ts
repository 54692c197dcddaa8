import { describe, expect, it } from "vitest";
import { summariseStudy } from "../../../src/reports/study.ts";
import { glanceTable } from "../../../src/reports/tables/glance-tables.ts";
import { doneRecord, fourNets, interruptedRecord, paperRun } from "../sample-records.ts";

const plainVsRes = summariseStudy("plain-vs-res", fourNets());
const cifar = (experiment: string, depths: readonly number[], iterations = 64_000) =>
  summariseStudy(
    experiment,
    depths.map((depth) => doneRecord(paperRun(depth, { experiment, training: { iterations } }), 0.01, depth / 1000)),
  );

describe("a table of the paper over all studies", () => {
  it("has a column for each set-up of the studies that name it, nearest to the paper's scale last", () => {
    const table = glanceTable("table-6", [cifar("long", [20, 56]), plainVsRes, cifar("brief", [20], 600)]);
    expect(table?.setups.map(({ experiment, scale, grade }) => [experiment, scale.name, grade])).toEqual([
      ["brief", "CIFAR-10, short", "toy"],
      ["long", "CIFAR-10, the paper's schedule", "paper-exact"],
    ]);
    const row = table?.lines.find(({ head }) => head.name === "ResNet-56");
    expect(row?.head.entries[0]?.paper?.error).toBe(0.0697);
    expect(row?.ours.map((line) => line?.entries[0]?.measured?.error?.mean)).toEqual([undefined, 0.056]);
  });

  it("has the paper's lines only: nets of ours that it lacks are on the pages of the studies", () => {
    const own = doneRecord(paperRun(26, { experiment: "own" }), 0.1, 0.1);
    const table = glanceTable("table-6", [cifar("own", [20]), summariseStudy("other", [own])]);
    expect(table?.lines.map(({ head }) => head.name)).not.toContain("ResNet-26");
    expect(table?.setups.map(({ experiment }) => experiment)).toEqual(["own"]);
  });

  it("has only the numbers that a set-up fills: tests during training count no top-5 error", () => {
    const study = summariseStudy("bottleneck", [
      doneRecord({ paper: ["table-3"], model: { depth: 50, block: "bottleneck", shortcut: "B" } }, 0.2, 0.3),
    ]);
    const table = glanceTable("table-3", [study]);
    expect(table?.numbers.map(({ title }) => title)).toEqual(["top-1", "top-5"]);
    expect(table?.setups[0]?.places).toEqual([0]);
  });

  it("is absent where no finished run fills any of it", () => {
    expect(glanceTable("table-6", [plainVsRes])).toBeUndefined();
    const begun = summariseStudy("cifar-depth", [interruptedRecord(paperRun(20, { experiment: "cifar-depth" }))]);
    expect(glanceTable("table-6", [begun])).toBeUndefined();
  });

  it("has six set-ups at most, and says how many more there are", () => {
    const studies = Array.from({ length: 8 }, (_, i) => cifar(`study-${i}`, [20], 600 + i));
    const table = glanceTable("table-6", studies);
    expect(table?.omitted).toBe(2);
    expect(table?.setups.map(({ experiment }) => experiment)).toEqual([
      "study-2",
      "study-3",
      "study-4",
      "study-5",
      "study-6",
      "study-7",
    ]);
  });
});
