import { describe, expect, it } from "vitest";
import { submissionText } from "../../../src/cli/terminal/submission-text.ts";
import type { Estimate } from "../../../src/planning/estimates.ts";
import type { PlannedRun } from "../../../src/planning/plan-states.ts";

const runs = (...states: PlannedRun["state"][]) => states.map((state) => ({ state }) as PlannedRun);
const none = () => undefined;

describe("plan --on slurm", () => {
  it("says what would be submitted, and with which options", () => {
    const wanted = ["--partition=gpu", "--time=4:00:00"];
    expect(submissionText(runs("planned", "interrupted", "done", "failed", "refused"), wanted, 1001, none)).toBe(
      "Would submit 2 runs as 2 tasks: sbatch --partition=gpu --time=4:00:00\n",
    );
    expect(submissionText(runs("planned"), [], 1001, none)).toBe("Would submit 1 run as 1 task: sbatch\n");
    expect(submissionText(runs("planned"), ["--comment=a, b=c"], 1001, none)).toBe(
      "Would submit 1 run as 1 task: sbatch '--comment=a, b=c'\n",
    );
    expect(submissionText(runs("done"), wanted, 1001, none)).toBe("Nothing to submit.\n");
    // What is left to analyse is submitted too.
    expect(submissionText(runs("done", "failed"), [], 1001, none, () => false)).toBe(
      "Would submit 1 run as 1 task: sbatch\n",
    );
  });

  it("compares the longest task, which may train several runs, with the time limit", () => {
    const estimate = () => ({ secondsLeft: 90 }) as Estimate;
    expect(submissionText(runs("planned", "planned", "planned"), ["--time=5"], 2, estimate)).toBe(
      "Would submit 3 runs as 2 tasks: sbatch --time=5\nThe longest task takes 3 min on this machine; its time limit is 5.\n",
    );
    expect(submissionText(runs("planned"), [], 2, estimate)).toMatch(/its time limit is that of the partition\.\n$/);
  });
});
