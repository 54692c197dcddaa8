// `ls`: the runs under the results directory with their state, as their files tell it.
import { type RunRecord, reachedIteration, readRuns } from "../../records/record.ts";
import { type Column, exactRow } from "../../text/column.ts";
import { percent } from "../../text/quantities.ts";
import { terminalTable } from "../../text/terminal-table.ts";
import { lastTestError } from "../arguments/run-words.ts";
import { chooseExperiments, reportSkipped } from "../arguments/selection.ts";
import { parseSort, parseWhere } from "../arguments/where.ts";
import type { Io } from "../terminal/io.ts";

/** What `ls` and `report` take beside names of experiments. */
export interface ResultsOptions {
  /** Where results are; "results" where not given. */
  readonly results?: string;
  readonly json?: boolean;
}

export interface LsOptions extends ResultsOptions {
  /** Conditions that all hold for the runs listed: "state=done,depth>=34". */
  readonly where?: string;
  /** KEY or KEY:desc; by experiment and id without it. */
  readonly sort?: string;
}

/**
 * Lists the runs of the named experiments, or of all.
 * @throws UserError for a name that has no results, and for a word that runs do not have
 */
export async function lsCommand(experiments: readonly string[], options: LsOptions, io: Io): Promise<number> {
  const results = options.results ?? "results";
  const holds = options.where === undefined ? () => true : parseWhere(options.where);
  const order = options.sort === undefined ? () => 0 : parseSort(options.sort);
  const { runs, skipped } = readRuns(results, chooseExperiments(results, experiments));
  reportSkipped(skipped, io);
  const chosen = runs.filter(holds).sort(order);
  if (options.json)
    io.out(
      `${JSON.stringify(
        chosen.map((record) => exactRow(columns, record)),
        undefined,
        2,
      )}\n`,
    );
  else if (chosen.length > 0) io.out(terminalTable(columns, chosen, io.tableWidth));
  else io.err(runs.length === 0 ? `No runs under ${results} yet.\n` : `None of ${runs.length} runs matches --where.\n`);
  return 0;
}

const columns: readonly Column<RunRecord>[] = [
  {
    title: "experiment",
    importance: 4,
    text: ({ run }) => run.spec.experiment,
    data: { experiment: ({ run }) => run.spec.experiment },
  },
  { title: "id", text: ({ run }) => run.id, data: { id: ({ run }) => run.id } },
  {
    title: "state",
    text: ({ status }) => status,
    data: { state: ({ status }) => status, label: ({ run }) => run.spec.label, seed: ({ run }) => run.spec.seed },
  },
  {
    title: "iteration",
    align: "right",
    importance: 3,
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
    importance: 2,
    text: (record) => percent(lastTestError(record)),
    data: { testError: (record) => lastTestError(record) ?? null },
  },
  { data: { failure: ({ failed }) => failed?.message ?? null, path: ({ path }) => path } },
];
