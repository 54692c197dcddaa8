// RUN on the command line: the id of a run, its label, the beginning or end of its id, or a glob over its label.
import { basename } from "node:path";
import { nearestWord, UserError } from "../../errors.ts";
import { type RunRecord, readRuns, type SkippedDirectory } from "../../records/record.ts";
import type { DoneFile } from "../../records/run-files.ts";
import { shellWord } from "../../text/shell.ts";
import type { Io } from "../terminal/io.ts";
import { newestSetup, tellTaken } from "./newest-setup.ts";
import { resultsOption } from "./no-runs.ts";
import { matchRuns } from "./run-match.ts";
import { type ComparableRun, toldApart } from "./told-apart.ts";

const listedRuns = 10;

/**
 * The one run that a name means, by `matchRuns`.
 * @throws UserError with the candidates where none or several match
 */
export function findRun<Run extends ComparableRun>(
  name: string,
  runs: readonly Run[],
  where: string,
  skipped: readonly SkippedDirectory[] = [],
): Run {
  const { found } = matchRuns(name, runs);
  if (found.length === 0) throw unknown(name, runs, where, skipped);
  if (found.length > 1) throw ambiguous(name, found, where);
  return found[0]!;
}

function ambiguous(name: string, found: readonly ComparableRun[], where: string): UserError {
  const lines = toldApart(found);
  const more = lines.length > listedRuns ? [`and ${lines.length - listedRuns} more: ${listing(where)}`] : [];
  return new UserError(`Expected ${JSON.stringify(name)} to be one run, got ${found.length}.`, [
    ...lines.slice(0, listedRuns),
    ...more,
  ]);
}

/** The command that lists the runs there; `where` is "under DIR" or "of FILE". */
function listing(where: string): string {
  if (where.startsWith("of ")) return `resnet-exp plan ${shellWord(where.slice(3))}`;
  return `resnet-exp ls${resultsOption(where.replace(/^under /, ""))}`;
}

function unknown(
  name: string,
  runs: readonly ComparableRun[],
  where: string,
  skipped: readonly SkippedDirectory[],
): UserError {
  if (runs.length === 0) {
    if (skipped.length > 0) {
      return new UserError(`Expected a run ${where}, got ${JSON.stringify(name)} and no run there that can be read.`, [
        `\`${listing(where)}\` says why; --results DIR looks in another directory.`,
      ]);
    }
    const option = resultsOption(where.replace(/^under /, ""));
    return new UserError(`Expected a run ${where}, got ${JSON.stringify(name)} and no runs there.`, [
      `\`resnet-exp run FILE${option}\` trains runs; --results DIR looks in another directory.`,
    ]);
  }
  const nearest = nearestWord(name, [...runs.map(({ spec }) => spec.label), ...runs.map(({ id }) => id)]);
  return new UserError(
    `Expected the id of a run ${where}, its beginning or end, or a label, got ${JSON.stringify(name)}.`,
    [nearest ? `Did you mean ${nearest}?` : `\`${listing(where)}\` lists them.`],
  );
}

/**
 * The record of the one run under `results` that a name means. If a label or a glob fits runs of several set-ups, it means
 * a run of the newest set-up, and a line on `io` says so.
 * @throws UserError with the candidates where none or several match, and for a damaged run
 */
export function findRecord(name: string, results: string, io: Pick<Io, "err">): RunRecord {
  return findIn(name, readRuns(results), results, io);
}

/** The same of a run that is finished. @throws UserError as `findRecord` does, and where it is not finished */
export function findFinishedRecord(
  name: string,
  results: string,
  io: Pick<Io, "err">,
): RunRecord & { readonly done: DoneFile } {
  const record = findRecord(name, results, io);
  const { run, done, status } = record;
  if (!done) throw new UserError(`Expected a finished run, got ${run.id} (${status}).`);
  return { ...record, done };
}

/** The records that several names mean, in their order, each once. @throws UserError as `findRecord` does */
export function findRecords(names: readonly string[], results: string, io: Pick<Io, "err">): RunRecord[] {
  const found = readRuns(results);
  return [...new Set(names.map((name) => findIn(name, found, results, io)))];
}

/** What names mean to a command that takes several runs: runs, and directories without a readable run. */
export interface FoundRuns {
  readonly records: readonly RunRecord[];
  readonly damaged: readonly SkippedDirectory[];
}

/**
 * All runs under `results` that the names mean, in their order, each once. A label means all its seeds, a glob all its
 * matches, and a part of an id only one run.
 * @param io if given, a name means only runs of the newest set-up, and a line on `io` says which
 * @throws UserError for a name that means no run, and for a part of several ids
 */
export function findAllRecords(names: readonly string[], results: string, io?: Pick<Io, "err">): FoundRuns {
  const { runs, skipped } = readRuns(results);
  const files = runs.map(({ run }) => run);
  const found = new Set<RunRecord["run"]>();
  const damaged = new Set<SkippedDirectory>();
  for (const name of names) {
    const broken = skipped.filter(({ path }) => basename(path) === name.slice(name.indexOf("/") + 1));
    const matched = matchRuns(name, files);
    if (matched.found.length === 0 && broken.length === 0) throw unknown(name, files, `under ${results}`, skipped);
    if (matched.found.length > 1 && matched.byPart) throw ambiguous(name, matched.found, `under ${results}`);
    const taken = io && matched.found.length > 1 ? newestSetup(matched.found) : matched.found;
    if (io && taken.length < matched.found.length) tellTaken(name, matched.found, taken, io);
    for (const run of taken) found.add(run);
    for (const directory of broken) damaged.add(directory);
  }
  return { records: [...found].map((file) => runs.find(({ run }) => run === file)!), damaged: [...damaged] };
}

function findIn(
  name: string,
  { runs, skipped }: ReturnType<typeof readRuns>,
  results: string,
  io: Pick<Io, "err">,
): RunRecord {
  const damaged = skipped.find(({ path }) => basename(path) === name);
  if (damaged) {
    throw new UserError(`Expected ${damaged.path} to hold a whole run, but ${damaged.reason.replace(/\.$/, "")}.`);
  }
  const files = runs.map((record) => record.run);
  const { found, byPart } = matchRuns(name, files);
  const taken = found.length > 1 && !byPart ? newestSetup(found) : found;
  const run = taken.length === 1 ? taken[0]! : findRun(name, files, `under ${results}`, skipped);
  if (found.length > 1) tellTaken(name, found, taken, io);
  return runs.find((record) => record.run === run)!;
}
