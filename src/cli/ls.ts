// `ls`: the runs under the results directory with their state, as their files tell it.
import { readRuns } from "../records/record.ts";
import { textTable } from "../reports/text-table.ts";
import type { Io } from "./io.ts";
import { chooseExperiments, reportSkipped } from "./selection.ts";

/** What `ls` and `report` take beside names of experiments. */
export interface ResultsOptions {
  /** Where results are; "results" where not given. */
  readonly results?: string;
  readonly json?: boolean;
}

/** Lists the runs of the named experiments, or of all. @throws UserError for a name that has no results */
export async function lsCommand(experiments: readonly string[], options: ResultsOptions, io: Io): Promise<number> {
  const results = options.results ?? "results";
  const { runs, skipped } = readRuns(results, chooseExperiments(results, experiments));
  reportSkipped(skipped, io);
  const list = runs.map(({ run, status, metrics, failed, path }) => {
    const last = metrics.at(-1);
    return {
      experiment: run.spec.experiment,
      id: run.id,
      state: status,
      label: run.spec.label,
      seed: run.spec.seed,
      iteration: last?.iteration ?? 0,
      iterations: run.spec.sections.training.iterations,
      trainError: last?.trainError ?? null,
      testError: metrics.findLast(({ testError }) => testError !== undefined)?.testError ?? null,
      failure: failed?.message ?? null,
      path,
    };
  });
  if (options.json) {
    io.out(`${JSON.stringify(list, undefined, 2)}\n`);
  } else if (list.length === 0) {
    io.err(`No runs under ${results} yet.\n`);
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
