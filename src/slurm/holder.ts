// Asks Slurm whether the holder of a lock is gone. This is faster and more certain than waiting for a sign of life.
import { statSync } from "node:fs";
import type { LockOwner } from "../records/lock.ts";
import { thisBatchTask } from "../system/batch-task.ts";
import { clusterFacts } from "./commands.ts";
import { type QueuedTask, readQueue } from "./queue.ts";

/** Seconds for which an answer of squeue is used again. */
const fresh = 15;

/** What squeue and scontrol answered, together. */
interface Known {
  readonly cluster: string;
  readonly tasks: ReadonlyMap<string, QueuedTask>;
}

let last: { readonly at: number; readonly known: Promise<Known | undefined> } | undefined;

/**
 * True if the holder's task has ended or was started again, false if it is running, undefined if Slurm cannot tell.
 * @param path of the lock
 */
export async function isGone({ batch }: LockOwner, path: string): Promise<boolean | undefined> {
  if (!batch) return undefined;
  const own = thisBatchTask();
  // This process belongs to a later start of the same task. Processes of the same start may run on other nodes.
  if (own?.cluster === batch.cluster && own.job === batch.job && own.restart > batch.restart) return true;
  const now = performance.now();
  if (!last || now - last.at > 1000 * fresh) last = { at: now, known: ask() };
  const known = await last.known;
  if (known?.cluster !== batch.cluster) return undefined;
  const task = known.tasks.get(batch.job);
  // The queue that was read has this user's tasks only: another user's task is missing there while it runs.
  if (task === undefined) return isOwn(path) ? true : undefined;
  return task.restarts > batch.restart || task.state === "PENDING";
}

function isOwn(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.uid === process.getuid?.();
}

async function ask(): Promise<Known | undefined> {
  const [queue, facts] = await Promise.all([readQueue(), clusterFacts().catch(() => undefined)]);
  if ("problem" in queue || !facts) return undefined;
  return { cluster: facts.name, tasks: new Map(queue.tasks.map((task) => [task.job, task])) };
}
