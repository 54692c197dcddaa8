// What Slurm adds to the state of a run: that it waits and why, where it runs, that it will not start. Asks squeue once, and
// only where something was submitted.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ownerElsewhere } from "../records/lock.ts";
import type { RunStatus } from "../types.ts";
import { isGone } from "./holder.ts";
import { neverStarts, type QueuedTask, readQueue } from "./queue.ts";
import { jobsDirectory, queuedRuns } from "./submission.ts";

/** The tasks of runs under one directory of results. */
export interface SlurmTasks {
  /** By the runs' ids. */
  readonly tasks: ReadonlyMap<string, QueuedTask>;
  /** Why they are not known, in squeue's words. */
  readonly problem: string | undefined;
}

/** The tasks that wait or run; none, and no call, where nothing was submitted from here. */
export async function slurmTasks(results: string): Promise<SlurmTasks> {
  if (!existsSync(jobsDirectory(results))) return { tasks: new Map(), problem: undefined };
  const answer = await readQueue();
  if ("problem" in answer) return { tasks: new Map(), problem: answer.problem };
  return { tasks: queuedRuns(results, answer.tasks), problem: undefined };
}

/** What is known of a run without Slurm. */
export interface KnownRun {
  readonly status: RunStatus;
  /** That it has come to. */
  readonly iteration: number;
  /** Its directory. */
  readonly path: string;
}

/** The state of a run in words. Its files come first: what is done or failed is so whatever the queue says. */
export async function stateWords({ status, iteration, path }: KnownRun, task: QueuedTask | undefined): Promise<string> {
  if (status === "done" || status === "failed") return status;
  if (!task) {
    const owner = status === "running" ? ownerElsewhere(join(path, "lock")) : undefined;
    return owner && (await isGone(owner)) ? "interrupted" : status;
  }
  const { job, node, reason, restarts, state } = task;
  if (neverStarts(task)) return `will not start (${reason})`;
  if (state !== "PENDING") return `${status === "running" ? "running" : "starting"} on ${node} (${job})`;
  return restarts > 0 ? `requeued at iteration ${iteration} (${reason})` : `queued (${reason})`;
}
