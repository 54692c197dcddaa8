// What a command says where it finds no runs. Its way out keeps the --results that was given.
import { UserError } from "../../errors.ts";
import type { SkippedDirectory } from "../../records/record.ts";
import { shellWord } from "../../text/shell.ts";

/** ` --results DIR`, as a command must have it to look there too; empty for the default. */
export function resultsOption(results: string): string {
  return results === "results" ? "" : ` --results ${shellWord(results)}`;
}

/** The error of a command that needs runs and has read none; what it passed over was told before. */
export function noRuns(results: string, skipped: readonly SkippedDirectory[]): UserError {
  if (skipped.length > 0) {
    return new UserError(`Expected runs under ${results}, got none that can be read.`, [
      "Mend what was skipped; --results DIR looks in another directory.",
    ]);
  }
  return new UserError(`Expected runs under ${results}, got none.`, [
    `\`resnet-exp run FILE${resultsOption(results)}\` trains runs; --results DIR looks in another directory.`,
  ]);
}
