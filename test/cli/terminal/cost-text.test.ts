import { describe, expect, it } from "vitest";
import { estimateText, totalText } from "../../../src/cli/terminal/cost-text.ts";
import type { Estimate } from "../../../src/planning/estimates.ts";

const predicted = { seconds: 100, peakMemoryBytes: 5e8, diskBytes: 3.5e6 };
const open: Estimate = { predicted, secondsLeft: 100, outcome: undefined, fits: undefined };
const done: Estimate = {
  ...open,
  secondsLeft: 0,
  outcome: { predicted, actual: { ...predicted, seconds: 80 } },
};

describe("an estimate", () => {
  it("says what a run costs, and whether it fits", () => {
    expect(estimateText(open)).toBe("1 min 40 s, 500 MB of memory, 3.5 MB on the disk");
    expect(estimateText({ ...open, fits: true })).toBe("1 min 40 s, 500 MB of memory, 3.5 MB on the disk; fits");
    expect(estimateText({ ...open, secondsLeft: 30, fits: false })).toBe(
      "30.0 s left of 1 min 40 s, 500 MB of memory, 3.5 MB on the disk; does not fit",
    );
  });

  it("says how far off it was for a finished run", () => {
    expect(estimateText(done)).toBe("took 1 min 20 s, predicted 1 min 40 s (+25%)");
  });
});

describe("the total", () => {
  it("covers what is left to train, and the part of it that fits", () => {
    const runs = [done, { ...open, fits: true }, { ...open, secondsLeft: 50, fits: false }];
    expect(totalText(runs, undefined)).toBe("Left to train: 2 min 30 s, 500 MB of memory, 7 MB on the disk.\n");
    expect(totalText(runs, 7200)).toBe(
      "Left to train: 2 min 30 s, 500 MB of memory, 7 MB on the disk.\nBudget 2 h: 1 of 2 runs fit, 1 min 40 s.\n",
    );
  });

  it("says if nothing is left, or nothing is known", () => {
    expect(totalText([done], 60)).toBe("Nothing is left to train.\n");
    expect(totalText([undefined, undefined], 60)).toBe("Not measured: 2 of 2 runs.\n");
    expect(totalText([undefined, done], undefined)).toBe("Not measured: 1 of 2 runs.\n");
  });
});
