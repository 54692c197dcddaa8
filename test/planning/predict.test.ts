import { describe, expect, it } from "vitest";
import { runSchema } from "../../src/config/schema.ts";
import type { Calibration } from "../../src/planning/calibration.ts";
import { fitBudget, predict, total } from "../../src/planning/predict.ts";

const calibration: Calibration = {
  setupSeconds: 0.5,
  stepSeconds: 0.1,
  stepSpread: 0.1,
  evaluationSeconds: 0.001,
  checkpointSeconds: 2,
  finishSeconds: 0.25,
  peakMemoryBytes: 1e9,
  checkpointBytes: 2000,
  weightsBytes: 1000,
  metricBytes: 100,
  otherBytes: 50,
};
const sections = (iterations: number, dataset: Record<string, unknown> = {}) =>
  runSchema.parse({
    dataset: { name: "synthetic", ...dataset },
    model: { family: "cifar", depth: 8 },
    training: { iterations },
    evaluation: { every: 30 },
    record: { trainEvery: 20, checkpointEvery: 40 },
  });

describe("a prediction", () => {
  it("counts steps, tests, checkpoints and lines of metrics", () => {
    // 100 steps; tests at 30, 60, 90, 100; checkpoints at 40, 80, 100; lines at 20, 30, 40, 60, 80, 90, 100.
    expect(predict(sections(100), calibration, 500)).toEqual({
      seconds: 0.5 + 100 * 0.1 + 4 * 500 * 0.001 + 3 * 2 + 0.25,
      peakMemoryBytes: 1e9,
      diskBytes: 2 * 2000 + 1000 + 7 * 100 + 50,
    });
    // The last step has only one test and one checkpoint: tests at 30, 60, 90, 120, checkpoints at 40, 80, 120.
    expect(predict(sections(120), calibration, 500).seconds).toBeCloseTo(0.5 + 12 + 2 + 6 + 0.25, 10);
    // There is only one checkpoint; lines at 20, 30 and 35.
    expect(predict(sections(35), calibration, 500).diskBytes).toBe(2000 + 1000 + 300 + 50);
  });

  it("counts the test images that are used, and the images held out", () => {
    const limited = sections(100, { testImages: 10, validationImages: 20 });
    expect(predict(limited, calibration, 500).seconds).toBeCloseTo(0.5 + 10 + 4 * 30 * 0.001 + 6 + 0.25, 10);
  });

  it("leaves out what an interrupted run has already done", () => {
    // After 80: tests at 90 and 100, a checkpoint at 100.
    expect(predict(sections(100), calibration, 500, 80).seconds).toBeCloseTo(0.5 + 2 + 1 + 2 + 0.25, 10);
    expect(predict(sections(100), calibration, 500, 80).diskBytes).toBe(
      predict(sections(100), calibration, 500).diskBytes,
    );
  });
});

it("adds up time and disk of consecutive runs, and takes the largest memory", () => {
  const cost = { seconds: 1, peakMemoryBytes: 5, diskBytes: 7 };
  expect(total([cost, { ...cost, peakMemoryBytes: 9 }])).toEqual({ seconds: 2, peakMemoryBytes: 9, diskBytes: 14 });
  expect(total([])).toEqual({ seconds: 0, peakMemoryBytes: 0, diskBytes: 0 });
});

it("fills a budget in order with each run that still fits", () => {
  expect(fitBudget([3, 5, 2, 4, 1], 6)).toEqual([true, false, true, false, true]);
  expect(fitBudget([3], 3)).toEqual([true]);
  expect(fitBudget([], 3)).toEqual([]);
});
