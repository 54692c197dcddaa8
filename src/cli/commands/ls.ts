// `ls`: the runs under the results directory with their state, as their files tell it.
import { reachedIteration, readRuns } from "../../records/record.ts";
import { textTable } from "../../text/text-table.ts";
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
  const list = chosen.map((record) => {
    const { run, status, metrics, failed, path } = record;
    const last = metrics.at(-1);
    return {
      experiment: run.spec.experiment,
      id: run.id,
      state: status,
      label: run.spec.label,
      seed: run.spec.seed,
      iteration: reachedIteration(record),
      iterations: run.spec.sections.training.iterations,
      trainError: last?.trainError ?? null,
      testError: lastTestError(record) ?? null,
      failure: failed?.message ?? null,
      path,
    };
  });
  if (options.json) {
    io.out(`${JSON.stringify(list, undefined, 2)}\n`);
  } else if (list.length === 0) {
    io.err(runs.length === 0 ? `No runs under ${results} yet.\n` : `None of ${runs.length} runs matches --where.\n`);
  } else {
    const percent = (error: number | null) => (error === null ? "–" : (error * 100).toFixed(2));
    io.out(
      textTable(
        [
          { title: "experiment", align: "left", importance: 4 },
          { title: "id", align: "left", importance: Number.POSITIVE_INFINITY },
          { title: "state", align: "left", importance: Number.POSITIVE_INFINITY },
          { title: "iteration", align: "right", importance: 3 },
          { title: "train error %", align: "right", importance: 1 },
          { title: "test error %", align: "right", importance: 2 },
        ],
        list.map((run) => [
          run.experiment,
          run.id,
          run.state,
          `${run.iteration}/${run.iterations}`,
          percent(run.trainError),
          percent(run.testError),
        ]),
        io.columns,
      ),
    );
  }
  return 0;
}
