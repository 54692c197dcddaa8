// What `plan --on slurm` says that `run --on slurm` would submit.
import type { Estimate } from "../../planning/estimates.ts";
import type { PlannedRun } from "../../planning/plan-states.ts";
import { timeLimit } from "../../slurm/options.ts";
import { taskCount } from "../../slurm/submit.ts";
import { duration } from "../../text/quantities.ts";
import { shellWord } from "../../text/shell.ts";

/**
 * How many tasks would train the runs, and the predicted time of the longest task with the time limit.
 * @param runs the runs that are not in the queue
 * @param isAnalysed whether nothing is left to analyse of a run that is done
 */
export function submissionText(
  runs: readonly PlannedRun[],
  wanted: readonly string[],
  maxTasks: number,
  estimateOf: (run: PlannedRun) => Estimate | undefined,
  isAnalysed: (run: PlannedRun) => boolean = () => true,
): string {
  const isLeft = (run: PlannedRun) =>
    run.state === "planned" || run.state === "interrupted" || (run.state === "done" && !isAnalysed(run));
  const missing = runs.filter(isLeft);
  if (missing.length === 0) return "Nothing to submit.\n";
  const tasks = taskCount(missing.length, maxTasks);
  const words = `Would submit ${plural(missing.length, "run")} as ${plural(tasks, "task")}: sbatch ${wanted.map(shellWord).join(" ")}`;
  const known = missing.flatMap((run) => estimateOf(run)?.secondsLeft ?? []);
  if (known.length === 0) return `${words.trimEnd()}\n`;
  const longest = Math.max(...known) * Math.ceil(missing.length / tasks);
  const limit = timeLimit(wanted) ?? "that of the partition";
  return `${words.trimEnd()}\nThe longest task takes ${duration(longest)} on this machine; its time limit is ${limit}.\n`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
