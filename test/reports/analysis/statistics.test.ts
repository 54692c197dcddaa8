import { describe, expect, it } from "vitest";
import { differenceMargin, interval, statistic, welchMargin } from "../../../src/reports/analysis/statistics.ts";

describe("a statistic", () => {
  it("has the mean, and the standard deviation with n−1 in its denominator", () => {
    // 2, 4, 4, 4, 5, 5, 7, 9: the squares sum to 32.
    const { count, mean, std } = statistic([2, 4, 4, 4, 5, 5, 7, 9]) ?? {};
    expect([count, mean]).toEqual([8, 5]);
    expect(std).toBeCloseTo(Math.sqrt(32 / 7), 12);
  });

  it("has no standard deviation for one run, and does not exist without runs", () => {
    expect(statistic([0.5])).toEqual({ count: 1, mean: 0.5 });
    expect(statistic([])).toBeUndefined();
  });
});

describe("the 95 % interval", () => {
  it("is t(0.975, n−1) standard errors to each side", () => {
    // Five runs with a standard deviation of 0.16: 2.776 · 0.16 / √5 = 0.19864.
    const [low, high] = interval({ count: 5, mean: 6.61, std: 0.16 }) ?? [];
    expect(low).toBeCloseTo(6.61 - 0.19864, 4);
    expect(high).toBeCloseTo(6.61 + 0.19864, 4);
    // Two: 12.706 · 1 / √2.
    expect(interval({ count: 2, mean: 0, std: 1 })?.[1]).toBeCloseTo(8.9845, 3);
  });

  it("approaches the normal distribution's for many runs: t(0.975, 40) is 2.021", () => {
    expect((interval({ count: 41, mean: 0, std: 1 })?.[1] ?? 0) * Math.sqrt(41)).toBeCloseTo(2.021, 2);
  });

  it("does not exist for one run", () => {
    expect(interval({ count: 1, mean: 0.5 })).toBeUndefined();
  });
});

describe("the margin of a difference of two means", () => {
  it("is the pooled t interval over runs", () => {
    const net = { count: 3, mean: 0, std: 2, noise: 0 };
    // 2.776445 · 2 · √(2/3), and with 3 and 1 runs 4.302653 · 2 · √(4/3).
    expect(differenceMargin(net, net)).toBeCloseTo(4.53392, 5);
    expect(differenceMargin(net, { count: 1, mean: 0, noise: 0 })).toBeCloseTo(9.93655, 5);
  });

  it("is never below the noise of the measurements, which is all that is known of one run each", () => {
    const one = { count: 1, mean: 0, noise: 4 };
    // 1.96 · √(4 + 4).
    expect(differenceMargin(one, one)).toBeCloseTo(5.544, 3);
    const alike = { count: 2, mean: 0, std: 0, noise: 4 };
    // 4.302653 · √(4/2 + 4/2).
    expect(differenceMargin(alike, alike)).toBeCloseTo(8.60531, 5);
  });
});

describe("the margin of a difference by Welch's t", () => {
  const of = (count: number, std?: number) => ({ count, mean: 0, ...(std !== undefined && { std }) });

  it("has the degrees of freedom of both where they scatter alike, and of one where only that scatters", () => {
    // 2.306004 for 8 degrees of freedom, 2.776445 for 4; √(1/5 + 1/5) and √(1/5).
    expect(welchMargin(of(5, 1), of(5, 1))).toBeCloseTo(1.45845, 5);
    expect(welchMargin(of(5, 1), of(5, 0))).toBeCloseTo(1.24166, 5);
  });

  it("does not round degrees of freedom", () => {
    // 1.02 degrees of freedom, whose quantile is 12.13237 by numerical integration; √(0.1²/2 + 1/2).
    expect(welchMargin(of(2, 0.1), of(2, 1))).toBeCloseTo(8.62167, 4);
  });

  it("is undefined for one run, and for runs that do not scatter", () => {
    expect(welchMargin(of(1), of(5, 1))).toBeUndefined();
    expect(welchMargin(of(5, 1), of(1))).toBeUndefined();
    expect(welchMargin(of(2, 0), of(3, 0))).toBeUndefined();
  });
});
