// What `run` says before it trains on the slow reference engine: how long that takes, and how to get a faster engine.
import { referenceSeconds } from "../../planning/reference-cost.ts";
import type { RunName } from "../../records/planned-runs.ts";
import { runPath, runStatus } from "../../records/run-directory.ts";
import { duration } from "../../text/quantities.ts";
import type { RunSpec } from "../../types.ts";

export type PlannedName = RunName & { readonly spec: RunSpec };

/** A shorter time is not worth a warning. */
const leastSeconds = 60;

/** The warning for those of the runs that are left to train, so many at once; undefined where they take little time. */
export function referenceWarning(planned: readonly PlannedName[], results: string, atOnce: number): string | undefined {
  const left = planned.filter(({ experiment, id }) => {
    const status = runStatus(runPath(results, experiment, id));
    return status !== "done" && status !== "failed";
  });
  const seconds = left.reduce((sum, { spec }) => sum + referenceSeconds(spec.sections), 0) / atOnce;
  if (seconds < leastSeconds) return undefined;
  const runs = left.length === 1 ? "this run takes" : `these ${left.length} runs take`;
  return `cpu is the slow reference engine: ${runs} about ${duration(seconds)} on it. \`resnet-exp doctor\` says how to get a faster engine.`;
}
