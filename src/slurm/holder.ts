// Asks Slurm whether the holder of a lock is gone. This is faster and more certain than waiting for a sign of life.
import type { LockOwner } from "../records/lock.ts";
import { thisBatchTask } from "../system/batch-task.ts";
import { clusterFacts } from "./commands.ts";
import { readQueue } from "./queue.ts";

/** Seconds for which an answer of squeue is used again. */
const fresh = 15;

let last:
  | { readonly at: number; readonly queue: ReturnType<typeof readQueue>; readonly cluster: Promise<string> }
  | undefined;

/** True if the holder's task has ended or was started again, false if it is running, undefined if Slurm cannot tell. */
export async function isGone({ batch }: LockOwner): Promise<boolean | undefined> {
  if (!batch) return undefined;
  const own = thisBatchTask();
  // This process belongs to a later start of the same task. Processes of the same start may run on other nodes.
  if (own?.cluster === batch.cluster && own.job === batch.job && own.restart > batch.restart) return true;
  const now = performance.now();
  if (!last || now - last.at > 1000 * fresh) {
    const cluster = clusterFacts().then(
      ({ name }) => name,
      () => "",
    );
    last = { at: now, queue: readQueue(), cluster };
  }
  const queue = await last.queue;
  if ("problem" in queue || (await last.cluster) !== batch.cluster) return undefined;
  const task = queue.tasks.find(({ job }) => job === batch.job);
  return task === undefined || task.restarts > batch.restart || task.state === "PENDING";
}
