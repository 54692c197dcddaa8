// The states of an experiment's runs in Slurm's queue, for its page.
import { reachedIteration } from "../records/record.ts";
import { runPath } from "../records/run-directory.ts";
import type { StudyRuns } from "../reports/pages.ts";
import { stateWords } from "../slurm/states.ts";
import type { RunTask } from "../slurm/submission.ts";

type QueueRow = NonNullable<StudyRuns["queue"]>[number];
type Tasks = ReadonlyMap<string, RunTask>;

/** The runs that are in the queue, and those whose task is gone although their files say that they are running. */
export async function queueRows(results: string, { experiment, runs }: StudyRuns, tasks: Tasks): Promise<QueueRow[]> {
  const rows: QueueRow[] = [];
  const begun = new Set<string>();
  for (const record of runs) {
    const { id, spec } = record.run;
    begun.add(id);
    if (record.status === "done" || record.status === "failed") continue;
    const task = tasks.get(id);
    const state = await stateWords({ ...record, iteration: reachedIteration(record) }, task);
    if (task || state !== record.status) rows.push({ run: nameOf(spec), id, state });
  }
  for (const [id, task] of tasks) {
    if (task.spec.experiment !== experiment || begun.has(id)) continue;
    const path = runPath(results, experiment, id);
    rows.push({ run: nameOf(task.spec), id, state: await stateWords({ status: "planned", iteration: 0, path }, task) });
  }
  return rows;
}

/** Lines that change with the states of the experiment's tasks. */
export function tasksSignature(tasks: Tasks, experiment: string): string[] {
  return [...tasks].flatMap(([id, { spec, job, state, reason, node, restarts }]) =>
    spec.experiment === experiment ? [id, job, state, reason, node, restarts].join(" ") : [],
  );
}

function nameOf({ label, seed }: RunTask["spec"]): string {
  return `${label} seed ${seed}`;
}
