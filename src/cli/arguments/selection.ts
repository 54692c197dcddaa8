// What `ls` and `report` share: choosing experiments that have results, and reporting files that could not be read.
import { nearestWord, UserError } from "../../errors.ts";
import { listExperiments, type SkippedDirectory } from "../../records/record.ts";
import type { Io } from "../terminal/io.ts";
import { resultsOption } from "./no-runs.ts";

/** The named experiments, or all that have results where none is named. @throws UserError for a name without results */
export function chooseExperiments(results: string, names: readonly string[]): readonly string[] {
  const known = listExperiments(results);
  if (names.length === 0) return known;
  for (const name of names) {
    if (known.includes(name)) continue;
    const nearest = nearestWord(name, known);
    const list = known.length ? `one of ${known.join(", ")}` : "the name of an experiment with results";
    throw new UserError(`Expected ${list} under ${results}, got ${name}.`, [
      nearest
        ? `Did you mean ${nearest}?`
        : `\`resnet-exp run FILE${resultsOption(results)}\` makes results; --results DIR looks in another directory.`,
    ]);
  }
  return [...new Set(names)];
}

/** Names directories without a readable run on standard error. */
export function reportSkipped(skipped: readonly SkippedDirectory[], io: Io): void {
  for (const { path, reason } of skipped) io.err(`Skipped ${path}: ${reason.replace(/\.$/, "")}.\n`);
}

/** Says on standard error which runs a new report loses, or that the old report is kept because no run can be read. */
export function tellOfLost(experiment: string, lost: readonly string[], kept: boolean, io: Io): void {
  if (lost.length === 0) return;
  const listed = lost.slice(0, 10).join(", ") + (lost.length > 10 ? ` and ${lost.length - 10} more` : "");
  const runs = `${lost.length} ${lost.length === 1 ? "run" : "runs"}`;
  io.err(
    kept
      ? `The report of ${experiment} is not changed: none of its ${runs} can be read.\n`
      : `The report of ${experiment} had ${runs} that can no longer be read: ${listed}.\n`,
  );
}

/** Says why the figures were not also drawn as PNGs. */
export function tellWithoutPng({ message, hints }: UserError, io: Pick<Io, "err">): void {
  io.err(
    `${[message, "  The figures were written as SVG only, not as PNG.", ...hints.map((hint) => `  ${hint}`)].join("\n")}\n`,
  );
}

/** If files cannot be written, says so on standard error and keeps the problem. The command still prints its tables. */
export async function orTell<T>(
  write: () => T | Promise<T>,
  problems: UserError[],
  io: Pick<Io, "err">,
): Promise<T | undefined> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    io.err(
      `${error.message}\n  The tables are printed anyway. \`resnet-exp export\` with the same --results prints all numbers.\n`,
    );
    problems.push(error);
    return undefined;
  }
}
