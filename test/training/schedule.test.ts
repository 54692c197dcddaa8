import { describe, expect, test } from "vitest";
import { runSchema } from "../../src/config/schema.ts";
import { advanceWarmUp, initialWarmUp, learningRateAt } from "../../src/training/schedule.ts";

function training(learningRate: object, iterations = 64_000) {
  const sections = { dataset: { name: "synthetic" }, model: { family: "cifar", depth: 110 } };
  return runSchema.parse({ ...sections, training: { iterations, learningRate } }).training;
}

describe("the paper's schedule for CIFAR-10", () => {
  const config = training({ initial: 0.1, dropAt: [32_000, 48_000] });

  test.each([
    [0, 0.1],
    [31_999, 0.1],
    [32_000, 0.01],
    [47_999, 0.01],
    [48_000, 0.001],
    [63_999, 0.001],
  ])("at iteration %i has the rate %d", (iteration, rate) => {
    expect(learningRateAt(config, iteration, initialWarmUp)).toBeCloseTo(rate, 12);
  });

  test("has no warm-up unless the experiment asks for it", () => {
    expect(advanceWarmUp(config.learningRate, initialWarmUp, 0, 0)).toBe(initialWarmUp);
  });
});

describe("the warm-up of the 110-layer net", () => {
  const config = training({ initial: 0.1, dropAt: [32_000], warmUp: {} });

  test("keeps the rate at 0.01 until the running training error is below 80 %, and then never again", () => {
    let state = initialWarmUp;
    const rates: number[] = [];
    for (let iteration = 0; iteration < 200; iteration++) {
      rates.push(learningRateAt(config, iteration, state));
      state = advanceWarmUp(config.learningRate, state, iteration, iteration < 100 ? 0.9 : 0.6);
    }
    // The average is 0.913 after 100 steps at 0.9; e = 0.6 + 0.313 · 0.98^k falls below 0.8 at k = 23.
    expect(state.endedAt).toBe(123);
    expect(rates.indexOf(0.1)).toBe(123);
    expect(new Set(rates.slice(0, 123))).toEqual(new Set([0.01]));
    expect(advanceWarmUp(config.learningRate, state, 200, 1)).toBe(state);
  });

  test("lasts at least one step", () => {
    const eager = training({ warmUp: { untilTrainError: 0.99 } });
    expect(learningRateAt(eager, 0, initialWarmUp)).toBe(0.01);
    expect(advanceWarmUp(eager.learningRate, initialWarmUp, 0, 0).endedAt).toBe(1);
  });
});

describe("a linear warm-up", () => {
  const config = training({ initial: 0.4, dropAt: [3, 100], linearWarmUp: 5 }, 200);

  test("takes (i+1)/5 of the schedule's rate in its iterations, and all of it after them", () => {
    const rates = [0, 1, 2, 3, 4, 5, 99, 100].map((iteration) => learningRateAt(config, iteration, initialWarmUp));
    for (const [i, rate] of [0.08, 0.16, 0.24, 0.032, 0.04, 0.04, 0.04, 0.004].entries())
      expect(rates[i]).toBeCloseTo(rate, 12);
  });
});

describe("the cosine schedule", () => {
  const config = training({ schedule: "cosine", initial: 0.2 }, 1000);

  // 0.1 · (1 + cos(π · share)) by hand: cos 0 = 1, cos 45° = 0.70711, cos 60° = 0.5, cos 90° = 0, cos 120° = −0.5;
  // the last iteration is 0.18° from the end, where 1 + cos is 4.9348e-6.
  test.each([
    [0, 0.2],
    [250, 0.170711],
    [333, 0.15009],
    [500, 0.1],
    [750, 0.0292893],
    [999, 4.9348e-7],
  ])("at iteration %i of 1000 has the rate %d", (iteration, rate) => {
    expect(learningRateAt(config, iteration, initialWarmUp) / rate).toBeCloseTo(1, 4);
  });

  test("continues after a warm-up with the rate that it would have without one", () => {
    const warm = training({ schedule: "cosine", initial: 0.2, warmUp: {} }, 1000);
    expect(learningRateAt(warm, 400, initialWarmUp)).toBe(0.01);
    const ended = { runningError: 0.5, endedAt: 500 };
    expect(learningRateAt(warm, 500, ended)).toBe(learningRateAt(config, 500, initialWarmUp));
  });
});
