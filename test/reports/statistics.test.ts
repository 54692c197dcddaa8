import { describe, expect, it } from "vitest";
import { statistic } from "../../src/reports/statistics.ts";

describe("a statistic", () => {
  it("has the mean, and the standard deviation with n−1 in its denominator", () => {
    // 2, 4, 4, 4, 5, 5, 7, 9: the squares sum to 32.
    const { count, mean, std } = statistic([2, 4, 4, 4, 5, 5, 7, 9]) ?? {};
    expect([count, mean]).toEqual([8, 5]);
    expect(std).toBeCloseTo(Math.sqrt(32 / 7), 12);
  });

  it("has no standard deviation for one run, and is none for no run", () => {
    expect(statistic([0.5])).toEqual({ count: 1, mean: 0.5 });
    expect(statistic([])).toBeUndefined();
  });
});
