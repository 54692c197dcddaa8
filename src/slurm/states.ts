// What Slurm knows about the state of a run: why it is waiting, where it is running, or that it will not start. Calls
// squeue once, and only if something was submitted.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ownerElsewhere } from "../records/lock.ts";
import type { RunStatus } from "../types.ts";
import { isGone } from "./holder.ts";
import { neverStarts, type QueuedTask, readQueue } from "./queue.ts";
import { jobsDirectory, queuedRuns, type RunTask } from "./submission.ts";

/** The tasks of runs in a results directory. */
export interface SlurmTasks {
  /** By run id. */
  readonly tasks: ReadonlyMap<string, RunTask>;
  /** Why they are unknown, in squeue's words. */
  readonly problem: string | undefined;
}

/** The tasks that are waiting or running. Does not call squeue if nothing was submitted from here. */
export async function slurmTasks(results: string): Promise<SlurmTasks> {
  if (!existsSync(jobsDirectory(results))) return { tasks: new Map(), problem: undefined };
  const answer = await readQueue();
  if ("problem" in answer) return { tasks: new Map(), problem: answer.problem };
  return { tasks: queuedRuns(results, answer.tasks), problem: undefined };
}

/** What is known of a run without Slurm. */
export interface KnownRun {
  readonly status: RunStatus;
  /** The iteration that it has reached. */
  readonly iteration: number;
  /** Its directory. */
  readonly path: string;
}

/** The state of a run in words. Its files come first: a run that is done or failed stays so, whatever the queue says. */
export async function stateWords({ status, iteration, path }: KnownRun, task: QueuedTask | undefined): Promise<string> {
  if (status === "done" || status === "failed") return status;
  if (!task) {
    const lock = join(path, "lock");
    const owner = status === "running" ? ownerElsewhere(lock) : undefined;
    return owner && (await isGone(owner, lock)) ? "interrupted" : status;
  }
  const { job, node, reason, restarts, state } = task;
  if (neverStarts(task)) return `will not start (${reason})`;
  if (state !== "PENDING") return `${status === "running" ? "running" : "starting"} on ${node} (${job})`;
  return restarts > 0 ? `requeued at iteration ${iteration} (${reason})` : `queued (${reason})`;
}
