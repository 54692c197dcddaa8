// The error of a command that finds no runs. Its hints keep the --results that was given.
import { UserError } from "../../errors.ts";
import type { SkippedDirectory } from "../../records/record.ts";
import { shellWord } from "../../text/shell.ts";

/** ` --results DIR`, so that a command in a hint looks in the same directory; empty for the default. */
export function resultsOption(results: string): string {
  return results === "results" ? "" : ` --results ${shellWord(results)}`;
}

/** The error of a command that needs runs and could read none. Skipped directories were reported before. */
export function noRuns(results: string, skipped: readonly SkippedDirectory[]): UserError {
  if (skipped.length > 0) {
    return new UserError(`Expected runs under ${results}, got none that can be read.`, [
      "Repair what was skipped, or look in another directory with --results DIR.",
    ]);
  }
  return new UserError(`Expected runs under ${results}, got none.`, [
    `\`resnet-exp run FILE${resultsOption(results)}\` trains runs; --results DIR looks in another directory.`,
  ]);
}
