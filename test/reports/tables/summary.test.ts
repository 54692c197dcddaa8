import { describe, expect, it } from "vitest";
import { summaryMarkdown, summaryTable } from "../../../src/reports/tables/summary.ts";
import { evaluated, oneLook, tenCrops } from "../evaluated-records.ts";
import { doneRecord, failedRecord, fourNets, interruptedRecord, paperRun } from "../sample-records.ts";

describe("the summary", () => {
  it("has the four nets, the paper's numbers and the verdict beside ours, and ends with the answer", () => {
    expect(summaryTable(fourNets(), 100)).toBe(
      [
        "net        runs  train error  test error  best test  paper train  paper  verdict         grade",
        "─────────  ────  ───────────  ──────────  ─────────  ───────────  ─────  ──────────────  ─────",
        "plain-18      1        30.00       40.00      39.00        31.20  27.94  not comparable  toy",
        "plain-34      1        42.30       50.00      49.00        32.40  28.54  not comparable  toy",
        "ResNet-18     1        22.10       32.00      31.00        30.30  27.88  not comparable  toy",
        "ResNet-34     1        20.00       31.00      30.00        24.70  25.03  not comparable  toy",
        "",
        "Errors in %. Train: the last line of metrics, on augmented batches. Test: after the last iteration.",
        "Best test was chosen on the test images.",
        "Paper: Table 2, ImageNet validation, 10-crop top-1.",
        "Not comparable: synthetic, the paper's ImageNet.",
        "Toy: narrow nets, made-up or small images, or less than a tenth of the paper's training.",
        "",
        "Plain nets degrade, residual nets do not: 34 layers train to 12.3 points more error than 18 without",
        "shortcuts, to 2.1 points less with shortcuts (toy, 1 run each). No error is comparable with the",
        "paper's: synthetic, the paper's ImageNet.",
        "",
      ].join("\n"),
    );
  });

  it("has what was evaluated, by the paper's protocol beside the paper's number, and each protocol below", () => {
    const [deep, ...others] = fourNets();
    const runs = [evaluated(deep!, [tenCrops, 0.29, 0.1], [oneLook, 0.31, 0.11]), ...others];
    const lines = summaryTable(runs, 130).split("\n");
    expect(lines[0]).toMatch(/^net .* test error {2}best test {2}paper's protocol {2}paper train {2}paper {2}verdict/);
    expect(lines[5]).toMatch(/^ResNet-34 .* 31\.00 +30\.00 +29\.00 +24\.70 +25\.03 {2}not comparable/);
    expect(lines.slice(7, 12)).toEqual([
      "Testing protocols",
      "net        protocol            runs  top-1 error  top-5 error  from one view",
      "─────────  ──────────────────  ────  ───────────  ───────────  ─────────────",
      "ResNet-34  the image as it is     1        31.00        11.00          +0.00",
      "ResNet-34  10 crops               1        29.00        10.00          −2.00",
    ]);
    expect(lines).toContain("Paper's protocol: 10 crops, running statistics.");
    const seeds = [0, 1].map((seed) => evaluated(doneRecord({ seed }, 0.2, 0.3), [tenCrops, 0.29]));
    expect(summaryTable(seeds, 110).match(/±: standard deviation/g)).toHaveLength(1);
    const markdown = summaryMarkdown("study", runs);
    expect(markdown).toContain("\n## Testing protocols\n\n| net | protocol | runs |");
    expect(markdown).toContain("- From one view: points of top-1 error more than");
  });

  it("keeps the verdict at 80 columns", () => {
    const [titles] = summaryTable(fourNets(), 80).split("\n");
    expect(titles).toBe("net        runs  train error  test error  paper  verdict");
  });

  it("fits narrow terminals", () => {
    for (const width of [40, 50, 60, 72]) {
      const lines = summaryTable(fourNets(), width).split("\n");
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
      expect(lines[0]).toMatch(/^net .*train error {2}test error/);
    }
  });

  it("has standard deviations over seeds, and names the runs that are not done", () => {
    const text = summaryTable(
      [
        doneRecord({ seed: 0 }, 0.2, 0.3),
        doneRecord({ seed: 1 }, 0.4, 0.5),
        interruptedRecord({ seed: 2 }),
        failedRecord({ seed: 3 }),
      ],
      200,
    );
    expect(text).toContain("plain-18  2 of 4  30.00 ± 14.14  40.00 ± 14.14");
    expect(text).toContain("±: standard deviation over runs, n−1 in the denominator.\n");
    expect(text).toContain("plain-18 seed 2 is interrupted, at 300 of 600 iterations.\n");
    expect(text).toContain("plain-18 seed 3 failed at iteration 321: Expected a finite loss, got NaN.\n");
  });

  it("has the difference where numbers can be compared, and the deviations in Markdown", () => {
    const runs = [doneRecord(paperRun(20, { training: { iterations: 64_000, momentum: 0.8 } }), 0.01, 0.08)];
    expect(summaryTable(runs, 200)).toMatch(
      /ResNet-20 +1 +1\.00 +8\.00 +7\.00 +0\.81 +8\.75 +−0\.75 +not enough runs +schedule-scaled\n/,
    );
    expect(summaryMarkdown("study", runs)).toContain(
      "- ResNet-20 (schedule-scaled): momentum 0.8, not 0.9; engine cpu on one device, not 2 GPUs",
    );
  });

  it("has a table for each set-up, under its name where there are several", () => {
    const text = summaryTable([...fourNets(), ...fourNets({ training: { iterations: 60 } })], 80);
    expect(text).toMatch(/^synthetic, 600 iterations\n\nnet +runs +train error .*verdict\n/);
    expect(text).toMatch(/\n\nsynthetic, 60 iterations\n\nnet +runs /);
  });

  it("says that there are no runs", () => {
    expect(summaryTable([], 80)).toBe("No runs yet.\n");
  });

  it("has a twin in Markdown that begins with the experiment's question and its answer", () => {
    const text = summaryMarkdown("plain-vs-res", fourNets());
    expect(text).toMatch(
      /^# plain-vs-res\n\nDoes depth hurt\?\n\n\*\*Plain nets degrade, .*\*\*\n\n\| net \| runs \| train error/,
    );
    expect(text).toContain("| plain-34 | 1 | 42.30 | 50.00 | 49.00 | 32.40 | 28.54 | not comparable | toy |\n");
  });
});
