import { describe, expect, test } from "vitest";
import { runSchema } from "../../src/config/schema.ts";
import { advanceWarmUp, initialWarmUp, learningRateAt } from "../../src/training/schedule.ts";

function learningRate(config: object) {
  const sections = { dataset: { name: "synthetic" }, model: { family: "cifar", depth: 110 } };
  return runSchema.parse({ ...sections, training: { iterations: 64_000, learningRate: config } }).training.learningRate;
}

describe("the paper's schedule for CIFAR-10", () => {
  const config = learningRate({ initial: 0.1, dropAt: [32_000, 48_000] });

  test.each([
    [0, 0.1],
    [31_999, 0.1],
    [32_000, 0.01],
    [47_999, 0.01],
    [48_000, 0.001],
    [63_999, 0.001],
  ])("has at iteration %i the rate %d", (iteration, rate) => {
    expect(learningRateAt(config, iteration, initialWarmUp)).toBeCloseTo(rate, 12);
  });

  test("has no warm-up unless it is asked for", () => {
    expect(advanceWarmUp(config, initialWarmUp, 0, 0)).toBe(initialWarmUp);
  });
});

describe("the warm-up of the 110-layer net", () => {
  const config = learningRate({ initial: 0.1, dropAt: [32_000], warmUp: {} });

  test("holds the rate at 0.01 until the running training error is below 80 %, then never again", () => {
    let state = initialWarmUp;
    const rates: number[] = [];
    for (let iteration = 0; iteration < 200; iteration++) {
      rates.push(learningRateAt(config, iteration, state));
      state = advanceWarmUp(config, state, iteration, iteration < 100 ? 0.9 : 0.6);
    }
    // The average is 0.913 after 100 steps at 0.9; e = 0.6 + 0.313 · 0.98^k falls below 0.8 at k = 23.
    expect(state.endedAt).toBe(123);
    expect(rates.indexOf(0.1)).toBe(123);
    expect(new Set(rates.slice(0, 123))).toEqual(new Set([0.01]));
    expect(advanceWarmUp(config, state, 200, 1)).toBe(state);
  });

  test("lasts at least one step", () => {
    const eager = learningRate({ warmUp: { untilTrainError: 0.99 } });
    expect(learningRateAt(eager, 0, initialWarmUp)).toBe(0.01);
    expect(advanceWarmUp(eager, initialWarmUp, 0, 0).endedAt).toBe(1);
  });
});
