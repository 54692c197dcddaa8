// Whether Slurm knows that the holder of a lock is gone, which is surer and sooner known than by its silence.
import type { LockOwner } from "../records/lock.ts";
import { thisBatchTask } from "../system/batch-task.ts";
import { clusterFacts } from "./commands.ts";
import { readQueue } from "./queue.ts";

/** Seconds for which an answer of squeue serves. */
const fresh = 15;

let last:
  | { readonly at: number; readonly queue: ReturnType<typeof readQueue>; readonly cluster: Promise<string> }
  | undefined;

/** True where the holder's task has ended or was started again, false where it runs, undefined where Slurm cannot say. */
export async function isGone({ batch }: LockOwner): Promise<boolean | undefined> {
  if (!batch) return undefined;
  const own = thisBatchTask();
  // Its successor is this process. Of the same start there may be other processes, on other nodes.
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
