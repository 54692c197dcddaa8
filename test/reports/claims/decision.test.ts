import { describe, expect, test } from "vitest";
import { statistic } from "../../../src/reports/analysis/statistics.ts";
import { decide, type Estimate, jointVerdict, moreSeeds, sideOf } from "../../../src/reports/claims/decision.ts";

/** The difference of the means of two lists of values. */
function difference(a: readonly number[], b: readonly number[], side: Pick<Estimate, "above" | "below">): Estimate {
  return {
    nets: [
      { ...statistic(a)!, weight: 1 },
      { ...statistic(b)!, weight: -1 },
    ],
    ...side,
  };
}

describe("a comparison", () => {
  // Means 2 and 6, variances 1 and 4, n = 3: the standard error is √(1/3 + 4/3), with (5/3)² / ((1/9 + 16/9) / 2) = 50/17
  // degrees of freedom. Student's t has 3.21875861453 there.
  test("has Welch's interval, with degrees of freedom that are not rounded", () => {
    const [decision] = decide([difference([1, 2, 3], [4, 6, 8], { below: 0 })]);
    expect(decision).toMatchObject({ difference: -4, level: 0.95, verdict: "undecided" });
    expect(decision?.interval?.[0]).toBeCloseTo(-8.15539950318, 8);
    expect(decision?.interval?.[1]).toBeCloseTo(0.155399503183, 8);
  });

  test("of more than two nets has the interval of the weighted sum", () => {
    // 1 · 2 − 2 · 6 + 1 · 11 = 1; variance 1/3 + 4 · 4/3 + 1/3 = 6; freedom 36 / ((1/9 + 256/9 + 1/9) / 2) = 36 / (258/18).
    const nets = [
      { ...statistic([1, 2, 3])!, weight: 1 },
      { ...statistic([4, 6, 8])!, weight: -2 },
      { ...statistic([10, 11, 12])!, weight: 1 },
    ];
    const [decision] = decide([{ nets, above: 0 }]);
    expect(decision?.difference).toBe(1);
    // Student's t with 2.5116… degrees of freedom, from mpmath.
    expect(decision?.interval?.[1]).toBeCloseTo(1 + 3.56284218875 * Math.sqrt(6), 8);
  });

  test.each([
    [[-3, -1], { below: 0 }, "supported"],
    [[1, 3], { below: 0 }, "contradicted"],
    [[-1, 1], { below: 0 }, "undecided"],
    [[1, 3], { above: 0 }, "supported"],
    [[-3, -1], { above: 0 }, "contradicted"],
    [[-0.4, 0.3], { above: -0.5, below: 0.5 }, "supported"],
    [[-0.4, 0.6], { above: -0.5, below: 0.5 }, "undecided"],
    [[0.6, 0.9], { above: -0.5, below: 0.5 }, "contradicted"],
    [[-0.9, -0.6], { above: -0.5, below: 0.5 }, "contradicted"],
    [[-0.9, 0.9], { above: -0.5, below: 0.5 }, "undecided"],
    [[0, 1], { above: 0 }, "undecided"],
  ] as const)("with the interval %j and the claim %j is %s", (interval, side, verdict) => {
    expect(sideOf(interval, side)).toBe(verdict);
  });

  test("with one run of a net is undecided, however large the difference", () => {
    expect(decide([difference([0.1], [0.9, 0.91, 0.92], { below: 0 })])).toEqual([
      { difference: expect.closeTo(-0.81), verdict: "undecided", reason: "one run of a net does not show its scatter" },
    ]);
  });

  test("without scatter is undecided", () => {
    expect(decide([difference([0, 0], [1, 1], { below: 0 })])[0]).toMatchObject({
      verdict: "undecided",
      reason: "the runs do not scatter, so no test applies",
    });
  });

  test("with a value that is not a number is undecided", () => {
    expect(decide([difference([0, Number.NaN], [1, 2], { below: 0 })])[0]).toMatchObject({
      verdict: "undecided",
      reason: "a value is not a number",
    });
  });
});

describe("several comparisons", () => {
  /** Five runs of each net with standard deviation 1: the standard error is √0.4, with 8 degrees of freedom. */
  const values = [-Math.SQRT2, 0, 0, 0, Math.SQRT2];
  const apart = (distance: number) =>
    difference(
      values,
      values.map((value) => value + distance),
      { below: 0 },
    );

  // √0.4 · t for 8 degrees of freedom (mpmath): 1.458445 at 0.05, 1.740216 at 0.025, 1.907335 at 0.05/3.
  test("are tested by Holm's method: the clearest at 0.05/3, the next at 0.05/2, the last at 0.05", () => {
    const decisions = decide([apart(1.5), apart(1.95), apart(1.8)]);
    expect(decisions.map(({ verdict }) => verdict)).toEqual(["supported", "supported", "supported"]);
    expect(decisions.map(({ level }) => level)).toEqual([0.95, expect.closeTo(1 - 0.05 / 3, 10), 0.975]);
    const half = decisions.map(({ difference: middle, interval }) => interval![1] - middle);
    expect(half[0]).toBeCloseTo(1.458445, 5);
    expect(half[1]).toBeCloseTo(1.907335, 5);
    expect(half[2]).toBeCloseTo(1.740216, 5);
  });

  test("are undecided from the first on that is, at its level", () => {
    const decisions = decide([apart(1.5), apart(1.95), apart(1.7)]);
    expect(decisions.map(({ verdict }) => verdict)).toEqual(["undecided", "supported", "undecided"]);
    expect(decisions.map(({ level }) => level)).toEqual([0.975, expect.closeTo(1 - 0.05 / 3, 10), 0.975]);
  });

  test("are supported together if all are, contradicted if any is, else undecided", () => {
    const joint = (...verdicts: ("supported" | "contradicted" | "undecided")[]) =>
      jointVerdict(verdicts.map((verdict) => ({ verdict })));
    expect(joint("supported", "supported")).toBe("supported");
    expect(joint("supported", "undecided")).toBe("undecided");
    expect(joint("supported", "undecided", "contradicted")).toBe("contradicted");
  });
});

describe("the number of seeds that would decide a claim", () => {
  test("is the least with which the interval with the same means and scatter is decided", () => {
    const few = difference([1, 2, 3], [4, 6, 8], { below: 0 });
    expect(moreSeeds([few])).toBe(1);
    const more = (count: number) =>
      decide([{ ...few, nets: few.nets.map((net) => ({ ...net, count: net.count + count })) }])[0]?.verdict;
    expect([more(0), more(1)]).toEqual(["undecided", "supported"]);
  });

  test("is unknown where a net has one run, or where the nets do not differ", () => {
    expect(moreSeeds([difference([1], [4, 6], { below: 0 })])).toBeUndefined();
    expect(moreSeeds([difference([1, 2], [1, 2], { below: 0 })])).toBeUndefined();
  });
});
