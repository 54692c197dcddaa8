// What `ls` and `report` share: names of experiments to those that have results, and word of what could not be read.
import { nearestWord, UserError } from "../../errors.ts";
import { listExperiments, type SkippedDirectory } from "../../records/record.ts";
import type { Io } from "../terminal/io.ts";

/** The named experiments, or all that have results where none is named. @throws UserError for a name without results */
export function chooseExperiments(results: string, names: readonly string[]): readonly string[] {
  const known = listExperiments(results);
  if (names.length === 0) return known;
  for (const name of names) {
    if (known.includes(name)) continue;
    const nearest = nearestWord(name, known);
    const list = known.length ? `one of ${known.join(", ")}` : "the name of an experiment with results";
    throw new UserError(`Expected ${list} under ${results}, got ${name}.`, [
      nearest ? `Did you mean ${nearest}?` : "`resnet-exp run FILE` makes results; --results DIR looks elsewhere.",
    ]);
  }
  return [...new Set(names)];
}

/** Names directories that hold no readable run, on standard error. */
export function reportSkipped(skipped: readonly SkippedDirectory[], io: Io): void {
  for (const { path, reason } of skipped) io.err(`Skipped ${path}: ${reason.replace(/\.$/, "")}.\n`);
}
