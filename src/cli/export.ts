// `export --format csv|json|md|tex`: the summary rows of experiments on standard output, for a paper or a spreadsheet.
import { UserError } from "../errors.ts";
import { readRuns } from "../records/record.ts";
import { type ExportFormat, exportText } from "../reports/export.ts";
import type { Io } from "./io.ts";
import { chooseExperiments, reportSkipped } from "./selection.ts";

export interface ExportOptions {
  readonly results?: string;
  readonly format: ExportFormat;
}

/** Prints the rows of the named experiments, or of all. Always 0. @throws UserError for a name without results, or none at all */
export async function exportCommand(experiments: readonly string[], options: ExportOptions, io: Io): Promise<number> {
  const results = options.results ?? "results";
  const { runs, skipped } = readRuns(results, chooseExperiments(results, experiments));
  reportSkipped(skipped, io);
  if (runs.length === 0) {
    throw new UserError(`Expected runs under ${results}, got none.`, [
      "`resnet-exp run FILE` makes some; --results DIR looks elsewhere.",
    ]);
  }
  io.out(exportText(runs, options.format));
  return 0;
}
