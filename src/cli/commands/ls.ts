// `ls`: lists the runs under the results directory, with their state according to their files and to Slurm. Without
// --where it also lists the runs that have not begun and are in Slurm's queue.
import { type RunRecord, reachedIteration, readRuns } from "../../records/record.ts";
import { runPath } from "../../records/run-directory.ts";
import type { QueuedTask } from "../../slurm/queue.ts";
import { slurmTasks, stateWords } from "../../slurm/states.ts";
import type { RunTask } from "../../slurm/submission.ts";
import { type Column, exactRow } from "../../text/column.ts";
import { percent } from "../../text/quantities.ts";
import { terminalTable } from "../../text/terminal-table.ts";
import type { RunSpec, RunStatus } from "../../types.ts";
import { lastTestError } from "../arguments/run-words.ts";
import { chooseExperiments, reportSkipped } from "../arguments/selection.ts";
import { parseSort, parseWhere } from "../arguments/where.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { ls } from "../syntax/ls.ts";
import type { Io } from "../terminal/io.ts";

/**
 * Lists the runs of the named experiments, or of all.
 * @throws UserError for a name without results, and for an unknown key
 */
export async function lsCommand(
  experiments: readonly string[],
  options: OptionsOf<typeof ls>,
  io: Io,
): Promise<number> {
  const { results } = options;
  const holds = options.where === undefined ? () => true : parseWhere(options.where);
  const order = options.sort === undefined ? () => 0 : parseSort(options.sort);
  const { runs, skipped } = readRuns(results, chooseExperiments(results, experiments));
  reportSkipped(skipped, io);
  const { tasks, problem } = await slurmTasks(results);
  if (problem !== undefined) io.err(`squeue does not answer: ${problem}\n`);
  const chosen: ListedRun[] = [];
  for (const record of runs.filter(holds).sort(order)) {
    const known = { ...record, iteration: reachedIteration(record) };
    const task = tasks.get(record.run.id);
    chosen.push({ ...begunRun(record), words: await stateWords(known, task), task });
  }
  if (options.where === undefined) {
    const begun = new Set(runs.map(({ run }) => run.id));
    const isNamed = ({ spec }: RunTask) => experiments.length === 0 || experiments.includes(spec.experiment);
    for (const [id, task] of tasks) {
      if (begun.has(id) || !isNamed(task)) continue;
      const path = runPath(results, task.spec.experiment, id);
      const words = await stateWords({ status: "planned", iteration: 0, path }, task);
      chosen.push({
        id,
        spec: task.spec,
        status: "planned",
        path,
        images: task.spec.sections.dataset.name,
        words,
        task,
      });
    }
  }
  const columns = columnsFor(chosen);
  if (options.json)
    io.out(
      `${JSON.stringify(
        chosen.map((record) => exactRow(columns, record)),
        undefined,
        2,
      )}\n`,
    );
  else if (chosen.length > 0) io.out(terminalTable(columns, chosen, io.tableWidth, io.paint));
  else
    io.err(
      runs.length === 0
        ? `No runs under ${results} ${skipped.length > 0 ? "can be read" : "yet"}.\n`
        : `None of ${runs.length} runs matches --where.${/Error/.test(options.where ?? "") ? " Errors are in %." : ""}\n`,
    );
  return 0;
}

/** A row: a run that has begun, or one that waits in Slurm's queue. */
interface ListedRun {
  readonly id: string;
  readonly spec: RunSpec;
  readonly status: RunStatus;
  readonly path: string;
  readonly images: string;
  /** Undefined for a run that has not begun. */
  readonly record?: RunRecord;
  /** Its state, with what Slurm knows about it. */
  readonly words: string;
  /** The task of Slurm that trains it, while that waits or runs. */
  readonly task: QueuedTask | undefined;
}

function begunRun(record: RunRecord): Omit<ListedRun, "words" | "task"> {
  const { run, status, path } = record;
  return { id: run.id, spec: run.spec, status, path, images: run.datasetTitle, record };
}

/** Where all are of one experiment, its name is the first to go. */
function columnsFor(listed: readonly ListedRun[]): readonly Column<ListedRun>[] {
  const several = new Set(listed.map(({ spec }) => spec.experiment)).size > 1;
  const iteration = ({ record }: ListedRun) => (record ? reachedIteration(record) : 0);
  const trainError = ({ record }: ListedRun) => record?.metrics.at(-1)?.trainError;
  const testError = ({ record }: ListedRun) => record && lastTestError(record);
  return [
    {
      title: "experiment",
      importance: several ? 5 : 0,
      text: ({ spec }) => spec.experiment,
      data: { experiment: ({ spec }) => spec.experiment },
    },
    { title: "id", text: ({ id }) => id, data: { id: ({ id }) => id } },
    {
      title: "state",
      mark: true,
      text: ({ words }) => words,
      data: { state: ({ status }) => status, label: ({ spec }) => spec.label, seed: ({ spec }) => spec.seed },
    },
    { title: "images", importance: 3, text: ({ images }) => images, data: { dataset: ({ images }) => images } },
    {
      title: "iteration",
      align: "right",
      importance: 2,
      text: (row) => `${iteration(row)}/${row.spec.sections.training.iterations}`,
      data: { iteration, iterations: ({ spec }) => spec.sections.training.iterations },
    },
    {
      title: "train error %",
      align: "right",
      importance: 1,
      text: (row) => percent(trainError(row)),
      data: { trainError: (row) => trainError(row) ?? null },
    },
    {
      title: "test error %",
      align: "right",
      importance: 4,
      text: (row) => percent(testError(row)),
      data: { testError: (row) => testError(row) ?? null },
    },
    { data: { failure: ({ record }) => record?.failed?.message ?? null, path: ({ path }) => path } },
    {
      data: {
        slurmJob: ({ task }) => task?.job ?? null,
        slurmState: ({ task }) => task?.state ?? null,
        slurmReason: ({ task }) => task?.reason ?? null,
        slurmNode: ({ task }) => task?.node ?? null,
        slurmRestarts: ({ task }) => task?.restarts ?? null,
      },
    },
  ];
}
