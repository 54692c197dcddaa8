import { describe, expect, test } from "vitest";
import type { RunRecord } from "../../../src/records/record.ts";
import { claimResultsOf } from "../../../src/reports/claims/claim-result.ts";
import { metrics } from "../../../src/reports/claims/measure.ts";
import { sampleMetric } from "../../records/sample-run.ts";
import { doneRecord, fourNets, interruptedRecord } from "../sample-records.ts";

/** A finished run of 400 iterations with these lines before the last. */
function withLines(lines: RunRecord["metrics"]): RunRecord {
  const record = doneRecord({ training: { iterations: 400 } }, 0.2, 0.3);
  return { ...record, metrics: [...lines, record.done!.finalMetric] };
}

describe("what a claim measures", () => {
  test("the early training error is the mean over the first quarter of the iterations", () => {
    const lines = [sampleMetric(20, 0.9), sampleMetric(60, 0.6), sampleMetric(100, 0.5), sampleMetric(140, 0.1)];
    // (20 · 0.9 + 40 · 0.6 + 40 · 0.5) / 100
    expect(metrics["early training error"].ofRun(withLines(lines))).toBeCloseTo(0.62, 12);
    expect(metrics["early training error"].ofRun(withLines([sampleMetric(200, 0.9)]))).toBeUndefined();
  });

  test("responses and the weakest gradient are those of the last measurement of the layers", () => {
    const layers = (responseStd: number[], gradientNorm: number[]) => ({ layers: { responseStd, gradientNorm } });
    const record = withLines([
      { ...sampleMetric(100, 0.9), ...layers([9, 9], [9, 9]) },
      { ...sampleMetric(200, 0.6), ...layers([1, 2], [0.5, 0.25]) },
    ]);
    expect(metrics.responses.ofRun(record)).toBe(1.5);
    expect(metrics["weakest gradient"].ofRun(record)).toBe(Math.log(0.25));
    expect(metrics.responses.ofRun(withLines([]))).toBeUndefined();
    expect(metrics["weakest gradient"].ofRun(withLines([]))).toBeUndefined();
  });

  test("a run that is not finished has no value", () => {
    const record = interruptedRecord({});
    for (const name of ["training error", "test error", "early training error", "responses"] as const)
      expect(metrics[name].ofRun(record)).toBeUndefined();
  });

  test("degradation that outlasts training needs runs that were trained three times as long as others", () => {
    const runs = (iterations: number) =>
      [0, 1, 2].flatMap((seed) => fourNets({ experiment: "why-plain-fails", seed, training: { iterations } }));
    const found = (all: readonly RunRecord[]) =>
      claimResultsOf(all)
        .filter(({ claim, setup }) => claim.id === "degradation-outlasts-training" && setup)
        .map(({ iterations }) => iterations);
    expect(found(runs(600))).toEqual([]);
    expect(found([...runs(600), ...runs(1200)])).toEqual([]);
    expect(found([...runs(600), ...runs(1800)])).toEqual([1800]);
  });
});
