import { describe, expect, it } from "vitest";
import { summaryMarkdown, summaryTable } from "../../../src/reports/tables/summary.ts";
import { markdownRows, terminalRows } from "../../helpers/read-table.ts";
import { evaluated, oneLook, tenCrops } from "../evaluated-records.ts";
import { doneRecord, failedRecord, fourNets, interruptedRecord, paperRun } from "../sample-records.ts";

describe("the summary", () => {
  it("has the four nets, with the paper's numbers and the verdict next to ours, and ends with the answer", () => {
    const text = summaryTable(fourNets(), 120);
    expect(terminalRows(text)).toMatchObject([
      {
        net: "plain-18",
        runs: "1",
        "train error": "30.00",
        "test error": "40.00",
        "paper train": "31.20",
        paper: "27.94",
      },
      {
        net: "plain-34",
        runs: "1",
        "train error": "42.30",
        "test error": "50.00",
        "paper train": "32.40",
        paper: "28.54",
      },
      { net: "ResNet-18", "best test": "31.00", verdict: "not comparable", grade: "toy" },
      { net: "ResNet-34", "best test": "30.00", verdict: "not comparable", grade: "toy" },
    ]);
    expect(text.slice(text.indexOf("\n\n"))).toBe(
      [
        "",
        "",
        "Errors are in %. The training error is the last one recorded, on augmented batches. The test error is measured after the",
        "last iteration.",
        "The best test error is the lowest of all tests, so it was chosen on the test images.",
        "The paper's errors are from Table 2: ImageNet validation, 10-crop top-1.",
        "Not comparable: we tested on synthetic images, the paper on ImageNet.",
        "Toy means narrow nets, made-up or small images, or less than a tenth of the paper's training.",
        "",
        "Plain nets degrade, residual nets do not: without shortcuts, 34 layers end with 12.3 points more training error than 18;",
        "with shortcuts, 2.1 points less (toy, 1 run each). None of these errors can be compared with the paper's: we tested on",
        "synthetic images, the paper on ImageNet.",
        "",
      ].join("\n"),
    );
  });

  it("has the evaluated error by the paper's protocol next to the paper's number, and each protocol below", () => {
    const [deep, ...others] = fourNets();
    const runs = [evaluated(deep!, [tenCrops, 0.29, 0.1], [oneLook, 0.31, 0.11]), ...others];
    const lines = summaryTable(runs, 130).split("\n");
    expect(terminalRows(summaryTable(runs, 130))[3]).toMatchObject({
      net: "ResNet-34",
      "test error": "31.00",
      "paper's protocol": "29.00",
      paper: "25.03",
      verdict: "not comparable",
    });
    const protocols = lines.indexOf("Testing protocols");
    expect(lines.slice(protocols, protocols + 5)).toEqual([
      "Testing protocols",
      "net        protocol         runs  top-1 error  top-5 error  from one view",
      "─────────  ───────────────  ────  ───────────  ───────────  ─────────────",
      "ResNet-34  the whole image     1        31.00        11.00          +0.00",
      "ResNet-34  10 crops            1        29.00        10.00          −2.00",
    ]);
    expect(lines).toContain("Paper's protocol: 10 crops, running statistics.");
    const seeds = [0, 1].map((seed) => evaluated(doneRecord({ seed }, 0.2, 0.3), [tenCrops, 0.29]));
    expect(summaryTable(seeds, 110).match(/± is the standard deviation/g)).toHaveLength(1);
    const markdown = summaryMarkdown("study", runs);
    expect(markdown).toContain("\n## Testing protocols\n\n| net | protocol | runs |");
    expect(markdown).toContain("- From one view: how many points the top-1 error lies above");
  });

  it("keeps the verdict at 80 columns", () => {
    expect(terminalRows(summaryTable(fourNets(), 80))[0]).toMatchObject({ paper: "27.94", verdict: "not comparable" });
  });

  it("fits narrow terminals", () => {
    for (const width of [40, 50, 60, 72]) {
      const lines = summaryTable(fourNets(), width).split("\n");
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
      expect(lines[0]).toMatch(/^net .*train error {2}test error/);
    }
  });

  it("has standard deviations over seeds, and names the unfinished runs", () => {
    const text = summaryTable(
      [
        doneRecord({ seed: 0 }, 0.2, 0.3),
        doneRecord({ seed: 1 }, 0.4, 0.5),
        interruptedRecord({ seed: 2 }),
        failedRecord({ seed: 3 }),
      ],
      200,
    );
    expect(terminalRows(text)).toMatchObject([
      { net: "plain-18", runs: "2 of 4", "train error": "30.00 ± 14.14", "test error": "40.00 ± 14.14" },
    ]);
    expect(text).toContain("± is the standard deviation over runs, with n−1 in the denominator.\n");
    expect(text).toContain("plain-18 seed 2 is interrupted, at 300 of 600 iterations.\n");
    expect(text).toContain("plain-18 seed 3 failed at iteration 321: Expected a finite loss, got NaN.\n");
  });

  it("has the difference if numbers can be compared, and the deviations in Markdown", () => {
    const runs = [doneRecord(paperRun(20, { training: { iterations: 64_000, momentum: 0.8 } }), 0.01, 0.08)];
    expect(terminalRows(summaryTable(runs, 200))).toMatchObject([
      {
        "test error": "8.00",
        "best test": "7.00",
        "paper train": "0.81",
        paper: "8.75",
        difference: "−0.75",
        verdict: "not enough runs",
        grade: "schedule-scaled",
      },
    ]);
    expect(summaryMarkdown("study", runs)).toContain(
      "- ResNet-20 (schedule-scaled): momentum 0.8, not 0.9; engine cpu on one device, not 2 GPUs",
    );
  });

  it("has a table for each set-up, under its name if there are several", () => {
    const text = summaryTable([...fourNets(), ...fourNets({ training: { iterations: 60 } })], 80);
    expect(text).toMatch(/^synthetic, 600 iterations\n\nnet .*verdict\n/);
    expect(text).toMatch(/\n\nsynthetic, 60 iterations\n\nnet /);
  });

  it("says that there are no runs", () => {
    expect(summaryTable([], 80)).toBe("No runs yet.\n");
  });

  it("has a version in Markdown that begins with the experiment's question and its answer", () => {
    const text = summaryMarkdown("plain-vs-res", fourNets());
    expect(text).toMatch(/^# plain-vs-res\n\nDoes depth hurt\?\n\n\*\*Plain nets degrade, .*\*\*\n\n\| net \|/);
    expect(markdownRows(text)[1]).toMatchObject({ net: "plain-34", "train error": "42.30", verdict: "not comparable" });
  });
});
