import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../src/records/record.ts";
import { degradationLines } from "../../src/reports/degradation.ts";
import { tabulate } from "../../src/reports/tabulate.ts";
import { doneRecord, fourNets, interruptedRecord } from "./sample-records.ts";

const lines = (runs: readonly RunRecord[]) => degradationLines(tabulate(runs));
const net = (block: string, depth: number, trainError: number, more: Record<string, unknown> = {}) =>
  doneRecord({ label: `${block}-${depth}`, model: { family: "cifar", block, depth, ...more } }, trainError, 0.5);

describe("the measured degradation", () => {
  it("is one line for the four nets", () => {
    expect(lines(fourNets())).toEqual([
      "Plain: 34 layers train to 12.3 points more error than 18. Residual: 34 layers train to 2.1 points less.",
    ]);
  });

  it("says so where the measurement goes the other way, or neither", () => {
    expect(
      lines([net("plain", 20, 0.2), net("plain", 32, 0.1), net("basic", 20, 0.1), net("basic", 32, 0.1001)]),
    ).toEqual([
      "Plain: 32 layers train to 10.0 points less error than 20. Residual: 32 layers train to the same error, to 0.1 points.",
    ]);
  });

  it("compares the depths that plain and residual nets have in common", () => {
    const runs = [
      ...[20, 32, 56].map((depth) => net("plain", depth, depth / 100)),
      ...[20, 56, 110].map((depth) => net("basic", depth, 0.3 - depth / 1000)),
    ];
    expect(lines(runs)).toEqual([
      "Plain: 56 layers train to 36.0 points more error than 20. Residual: 56 layers train to 3.6 points less.",
    ]);
  });

  it("is of one kind of net where only that was trained", () => {
    expect(lines([net("basic", 20, 0.2), net("basic", 110, 0.1)])).toEqual([
      "Residual: 110 layers train to 10.0 points less error than 20.",
    ]);
  });

  it("keeps options and blocks apart", () => {
    const runs = ["A", "B"].flatMap((shortcut) => [
      net("basic", 20, 0.2, { shortcut }),
      net("basic", 32, shortcut === "A" ? 0.1 : 0.15, { shortcut }),
    ]);
    expect(lines(runs)).toEqual([
      "Residual, option A: 32 layers train to 10.0 points less error than 20. Residual, option B: 32 layers train to 5.0 points less.",
    ]);
  });

  it("does not mix set-ups, and names each", () => {
    expect(lines([...fourNets(), ...fourNets({ training: { iterations: 60 } })])).toEqual([
      expect.stringMatching(/^synthetic, 60 iterations\. Plain: 34 layers train to 12\.3 points more/),
      expect.stringMatching(/^synthetic, 600 iterations\. Plain: 34 layers train to 12\.3 points more/),
    ]);
    expect(lines([net("plain", 20, 0.1), doneRecord({ model: { depth: 34 } }, 0.2, 0.2)])).toEqual([]);
  });

  it("is not claimed from one depth or from runs that are not done", () => {
    expect(lines([net("plain", 20, 0.2), net("basic", 20, 0.1)])).toEqual([]);
    const [resnet34, plain34, resnet18] = fourNets() as [RunRecord, RunRecord, RunRecord];
    expect(lines([resnet34, plain34, resnet18, interruptedRecord({})])).toEqual([]);
  });
});
