// Values from mpmath with 25 digits.
import { describe, expect, test } from "vitest";
import { criticalValue, twoSidedTail } from "../../../src/reports/analysis/student.ts";

describe("Student's t", () => {
  test.each([
    [0.05, 1, 12.7062047362],
    [0.05, 50 / 17, 3.21875861453],
    [0.05, 5, 2.57058183564],
    [0.05, 30.5, 2.04086944519],
    [0.05 / 3, 2.5, 5.78422750594],
    [0.05 / 4, 4, 4.31465604889],
    [0.05, 200, 1.97189622363],
  ])("is exceeded with probability %f and %f degrees of freedom beyond %f", (probability, freedom, value) => {
    expect(criticalValue(probability, freedom)).toBeCloseTo(value, 8);
    expect(twoSidedTail(value, freedom)).toBeCloseTo(probability, 9);
  });

  test("has all its probability beyond 0 and none beyond infinity", () => {
    expect(twoSidedTail(0, 3)).toBe(1);
    expect(twoSidedTail(Number.POSITIVE_INFINITY, 3)).toBe(0);
    expect(twoSidedTail(Number.NaN, 3)).toBeNaN();
  });
});
