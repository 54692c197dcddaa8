import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../../src/records/record.ts";
import { answerLines } from "../../../src/reports/analysis/answer.ts";
import { listSetups } from "../../../src/reports/analysis/setups.ts";
import { doneRecord, fourNets, interruptedRecord, paperRun } from "../sample-records.ts";

const lines = (runs: readonly RunRecord[]) => answerLines(listSetups(runs));

describe("the answer", () => {
  it("says what the runs show, how many there are, and that toy runs reproduce nothing", () => {
    expect(lines(fourNets())).toEqual([
      "Plain nets degrade, residual nets do not: without shortcuts, 34 layers end with 12.3 points more training error than 18; with shortcuts, 2.1 points less (toy, 1 run each). None of these errors can be compared with the paper's: we tested on synthetic images, the paper on ImageNet.",
    ]);
  });

  it("counts verdicts if numbers can be compared", () => {
    const seeds = [0, 1, 2, 3, 4];
    const runs = [
      ...seeds.map((seed) => doneRecord(paperRun(20, { seed }), 0.01, 0.0875)),
      ...seeds.map((seed) => doneRecord(paperRun(32, { seed }), 0.01, 0.069)),
      doneRecord(paperRun(44), 0.01, 0.0717),
    ];
    expect(lines(runs)).toEqual([
      "Residual nets do not degrade: with shortcuts, 44 layers end with the same training error as 20, to 0.1 points (paper-exact, 1 to 5 runs each). Verdicts on 3 of the paper's numbers: 1 reproduced, 1 better, 1 not enough runs.",
    ]);
  });

  it("ranks nets by test error if the question is not about depth", () => {
    const runs = [
      doneRecord({ label: "ResNet-18 A", model: { block: "basic", shortcut: "A" }, paper: [] }, 0.1, 0.2),
      doneRecord({ label: "ResNet-18 B", model: { block: "basic", shortcut: "B" }, paper: [] }, 0.1, 0.15),
    ];
    expect(lines(runs)).toEqual([
      "ResNet-18 B has the lowest test error, 15.00 %, and ResNet-18 A has the highest, 20.00 % (toy, 1 run each).",
    ]);
    const tie = doneRecord({ label: "ResNet-18 C", model: { block: "basic", shortcut: "C" }, paper: [] }, 0.1, 0.15);
    expect(lines([...runs, tie])[0]).toMatch(
      /^ResNet-18 B and 1 other have the lowest test error, 15\.00 %, and ResNet-18 A has the highest, 20\.00 %/,
    );
    expect(lines(runs.slice(0, 1))).toEqual(["ResNet-18 A ends with a test error of 20.00 % (toy, 1 run)."]);
  });

  it("compares responses if the experiment asks for Figure 7", () => {
    const net = (block: "plain" | "basic", responseStd: readonly number[]) => {
      const record = doneRecord(paperRun(20, { paper: ["figure-7"] }, block), 0.1, 0.1);
      const metrics = record.metrics.map((metric) => ({ ...metric, layers: { responseStd, gradientNorm: [] } }));
      return { ...record, metrics };
    };
    expect(lines([net("plain", [2, 3]), net("basic", [1, 2])])).toEqual([
      "Residual nets have smaller responses than plain nets: on average 1.50 against 2.50 with 20 layers (paper-exact, 1 run each).",
    ]);
    expect(lines([net("plain", [2, 3]), net("basic", [3, 3])])[0]).toMatch(
      /^Residual nets do not have smaller responses than plain nets/,
    );
  });

  it("does not mix set-ups, and names each one, with the longest training first", () => {
    expect(lines([...fourNets({ training: { iterations: 60 } }), ...fourNets()])).toEqual([
      expect.stringMatching(/^synthetic, 600 iterations\. Plain nets degrade/),
      expect.stringMatching(/^synthetic, 60 iterations\. Plain nets degrade/),
    ]);
  });

  it("says that nothing is learned yet, instead of a finding, where every net is near chance", () => {
    const net = (depth: number, error: number) =>
      doneRecord({ label: `plain-${depth}`, model: { block: "plain", depth } }, error, 0.85);
    expect(lines([net(18, 0.85), net(34, 0.89)])).toEqual([
      "No net has learned enough for an answer: every training error is still near 90.00 %, that of guessing (toy, 1 run each).",
    ]);
    expect(lines([net(18, 0.85)])).toEqual([
      "No net has learned enough for an answer: the training error is still near 90.00 %, that of guessing (toy, 1 run).",
    ]);
  });

  it("says that no run is finished yet", () => {
    expect(lines([interruptedRecord({})])).toEqual(["No run is done yet."]);
  });
});
