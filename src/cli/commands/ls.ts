// `ls`: lists the runs under the results directory, with their state according to their files.
import { type RunRecord, reachedIteration, readRuns } from "../../records/record.ts";
import type { QueuedTask } from "../../slurm/queue.ts";
import { slurmTasks, stateWords } from "../../slurm/states.ts";
import { type Column, exactRow } from "../../text/column.ts";
import { percent } from "../../text/quantities.ts";
import { terminalTable } from "../../text/terminal-table.ts";
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
    chosen.push({ ...record, words: await stateWords(known, task), task });
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

interface ListedRun extends RunRecord {
  /** Its state, with what Slurm knows about it. */
  readonly words: string;
  /** The task of Slurm that trains it, while that waits or runs. */
  readonly task: QueuedTask | undefined;
}

/** Where all are of one experiment, its name is the first to go. */
function columnsFor(listed: readonly ListedRun[]): readonly Column<ListedRun>[] {
  const several = new Set(listed.map(({ run }) => run.spec.experiment)).size > 1;
  return [
    {
      title: "experiment",
      importance: several ? 5 : 0,
      text: ({ run }) => run.spec.experiment,
      data: { experiment: ({ run }) => run.spec.experiment },
    },
    { title: "id", text: ({ run }) => run.id, data: { id: ({ run }) => run.id } },
    {
      title: "state",
      mark: true,
      text: ({ words }) => words,
      data: { state: ({ status }) => status, label: ({ run }) => run.spec.label, seed: ({ run }) => run.spec.seed },
    },
    {
      title: "images",
      importance: 3,
      text: ({ run }) => run.datasetTitle,
      data: { dataset: ({ run }) => run.datasetTitle },
    },
    {
      title: "iteration",
      align: "right",
      importance: 2,
      text: (record) => `${reachedIteration(record)}/${record.run.spec.sections.training.iterations}`,
      data: { iteration: reachedIteration, iterations: ({ run }) => run.spec.sections.training.iterations },
    },
    {
      title: "train error %",
      align: "right",
      importance: 1,
      text: ({ metrics }) => percent(metrics.at(-1)?.trainError),
      data: { trainError: ({ metrics }) => metrics.at(-1)?.trainError ?? null },
    },
    {
      title: "test error %",
      align: "right",
      importance: 4,
      text: (record) => percent(lastTestError(record)),
      data: { testError: (record) => lastTestError(record) ?? null },
    },
    { data: { failure: ({ failed }) => failed?.message ?? null, path: ({ path }) => path } },
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
