// `export --format csv|json|md|tex`: the summary rows of experiments on standard output, for a paper or a spreadsheet.
// With tensorboard, an event file in the directory of each run. With ro-crate, a description of the directory of each study.
import { writeCrate } from "../../crates/study-crate.ts";
import { UserError } from "../../errors.ts";
import { type RunRecord, readRuns } from "../../records/record.ts";
import { exportText } from "../../reports/export.ts";
import { writeEventFile } from "../../tensorboard/event-file.ts";
import { noRuns } from "../arguments/no-runs.ts";
import { chooseExperiments, reportSkipped } from "../arguments/selection.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { exportSummary } from "../syntax/export.ts";
import type { Io } from "../terminal/io.ts";

/**
 * Prints the rows of the named experiments, or of all; for tensorboard and ro-crate, the paths of the files. Always returns 0.
 *
 * @throws UserError for a name without results, none at all, or an option of another format
 */
export async function exportCommand(
  experiments: readonly string[],
  options: OptionsOf<typeof exportSummary>,
  io: Io,
): Promise<number> {
  const { results, format } = options;
  for (const name of ["author", "license"] as const) {
    if (options[name] !== undefined && format !== "ro-crate") {
      throw new UserError(`Expected --${name} with --format ro-crate, got --format ${format}.`, [
        `Leave --${name} out, or add --format ro-crate.`,
      ]);
    }
  }
  const { runs, skipped } = readRuns(results, chooseExperiments(results, experiments));
  reportSkipped(skipped, io);
  if (runs.length === 0) throw noRuns(results, skipped);
  if (format === "tensorboard") for (const record of atRest(runs, io)) io.out(`${writeEventFile(record)}\n`);
  else if (format === "ro-crate") {
    const resting = atRest(runs, io);
    for (const name of new Set(resting.map(({ run }) => run.spec.experiment))) {
      const own = resting.filter(({ run }) => run.spec.experiment === name);
      io.out(`${await writeCrate(results, name, own, options)}\n`);
    }
  } else io.out(exportText(runs, format));
  return 0;
}

/** The runs that no process is training. Such a process may be writing to the run's files. */
function atRest(runs: readonly RunRecord[], io: Io): RunRecord[] {
  return runs.filter(({ status, run }) => {
    if (status === "running") io.err(`Left out ${run.id}: it is being trained.\n`);
    return status !== "running";
  });
}
