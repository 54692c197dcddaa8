import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../../src/records/record.ts";
import { answerLines } from "../../../src/reports/analysis/answer.ts";
import { listSetups } from "../../../src/reports/analysis/setups.ts";
import { doneRecord, fourNets, interruptedRecord, paperRun } from "../sample-records.ts";

const lines = (runs: readonly RunRecord[]) => answerLines(listSetups(runs));

describe("the answer", () => {
  it("says what the runs show, how many there are, and that a toy reproduces nothing", () => {
    expect(lines(fourNets())).toEqual([
      "Plain nets degrade, residual nets do not: 34 layers train to 12.3 points more error than 18 without shortcuts, to 2.1 points less with shortcuts (toy, 1 run each). No error is comparable with the paper's: synthetic, the paper's ImageNet.",
    ]);
  });

  it("counts verdicts where numbers can be compared", () => {
    const seeds = [0, 1, 2, 3, 4];
    const runs = [
      ...seeds.map((seed) => doneRecord(paperRun(20, { seed }), 0.01, 0.0875)),
      ...seeds.map((seed) => doneRecord(paperRun(32, { seed }), 0.01, 0.069)),
      doneRecord(paperRun(44), 0.01, 0.0717),
    ];
    expect(lines(runs)).toEqual([
      "Residual nets do not degrade: 44 layers train to the same error as 20, to 0.1 points, with shortcuts (paper-exact, 1 to 5 runs each). Of 3 of the paper's numbers: 1 reproduced, 1 better, 1 not enough runs.",
    ]);
  });

  it("ranks nets by test error where depth is not the question", () => {
    const runs = [
      doneRecord({ label: "ResNet-18 A", model: { block: "basic", shortcut: "A" }, paper: [] }, 0.1, 0.2),
      doneRecord({ label: "ResNet-18 B", model: { block: "basic", shortcut: "B" }, paper: [] }, 0.1, 0.15),
    ];
    expect(lines(runs)).toEqual([
      "Test error is lowest with ResNet-18 B, 15.00 %, and highest with ResNet-18 A, 20.00 % (toy, 1 run each).",
    ]);
    const tie = doneRecord({ label: "ResNet-18 C", model: { block: "basic", shortcut: "C" }, paper: [] }, 0.1, 0.15);
    expect(lines([...runs, tie])[0]).toMatch(
      /^Test error is lowest with ResNet-18 B and 1 other, 15\.00 %, and highest with ResNet-18 A, 20\.00 %/,
    );
    expect(lines(runs.slice(0, 1))).toEqual(["ResNet-18 A ends at 20.00 % test error (toy, 1 run)."]);
  });

  it("compares responses where the experiment asks for Figure 7", () => {
    const net = (block: "plain" | "basic", responseStd: readonly number[]) => {
      const record = doneRecord(paperRun(20, { paper: ["figure-7"] }, block), 0.1, 0.1);
      const metrics = record.metrics.map((metric) => ({ ...metric, layers: { responseStd, gradientNorm: [] } }));
      return { ...record, metrics };
    };
    expect(lines([net("plain", [2, 3]), net("basic", [1, 2])])).toEqual([
      "Responses of residual nets are smaller than those of plain nets: on average 1.50 against 2.50 with 20 layers (paper-exact, 1 run each).",
    ]);
    expect(lines([net("plain", [2, 3]), net("basic", [3, 3])])[0]).toMatch(
      /^Responses of residual nets are not smaller than/,
    );
  });

  it("does not mix set-ups, and names each, the longer training first", () => {
    expect(lines([...fourNets({ training: { iterations: 60 } }), ...fourNets()])).toEqual([
      expect.stringMatching(/^synthetic, 600 iterations\. Plain nets degrade/),
      expect.stringMatching(/^synthetic, 60 iterations\. Plain nets degrade/),
    ]);
  });

  it("says that nothing is done yet", () => {
    expect(lines([interruptedRecord({})])).toEqual(["No run is done yet."]);
  });
});
