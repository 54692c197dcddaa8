// `export --format csv|json|md|tex`: the summary rows of experiments on standard output, for a paper or a spreadsheet.
// With tensorboard, an event file in the directory of each run.
import { type RunRecord, readRuns } from "../../records/record.ts";
import { exportText } from "../../reports/export.ts";
import { writeEventFile } from "../../tensorboard/event-file.ts";
import { noRuns } from "../arguments/no-runs.ts";
import { chooseExperiments, reportSkipped } from "../arguments/selection.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { exportSummary } from "../syntax/export.ts";
import type { Io } from "../terminal/io.ts";

/**
 * Prints the rows of the named experiments, or of all; for tensorboard, the paths of the event files. Always returns 0.
 *
 * @throws UserError for a name without results, or none at all
 */
export async function exportCommand(
  experiments: readonly string[],
  options: OptionsOf<typeof exportSummary>,
  io: Io,
): Promise<number> {
  const { results } = options;
  const { runs, skipped } = readRuns(results, chooseExperiments(results, experiments));
  reportSkipped(skipped, io);
  if (runs.length === 0) throw noRuns(results, skipped);
  if (options.format === "tensorboard") exportEvents(runs, io);
  else io.out(exportText(runs, options.format));
  return 0;
}

function exportEvents(runs: readonly RunRecord[], io: Io): void {
  for (const record of runs) {
    // The process that trains it may be writing to the file.
    if (record.status === "running") io.err(`Left out ${record.run.id}: it is being trained.\n`);
    else io.out(`${writeEventFile(record)}\n`);
  }
}
