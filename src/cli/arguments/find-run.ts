// RUN on the command line: the id of a run, its label, the beginning or end of its id, or a glob over its label.
import { basename } from "node:path";
import { globMatcher } from "../../config/plan.ts";
import { nearestWord, UserError } from "../../errors.ts";
import { type RunRecord, readRuns, type SkippedDirectory } from "../../records/record.ts";
import { shellWord } from "../../text/shell.ts";
import { resultsOption } from "./no-runs.ts";

const listedRuns = 10;

/**
 * The one run that a name means. An exact id goes before an exact label ("plain-18", "plain-18 seed 0"), that before a
 * part of an id, and that before a glob ("ResNet-*"); EXPERIMENT/ before any of them keeps to that experiment. Case does
 * not matter.
 * @throws UserError with the candidates where none or several match
 */
export function findRun<Run extends Pick<RunRecord["run"], "id" | "spec">>(
  name: string,
  runs: readonly Run[],
  where: string,
  skipped: readonly SkippedDirectory[] = [],
): Run {
  const { found } = match(name, runs);
  if (found.length === 0) throw unknown(name, runs, where, skipped);
  if (found.length > 1) throw ambiguous(name, found, where);
  return found[0]!;
}

/** The runs that a name fits in the way that comes first, and whether that way is a part of their ids. */
function match<Run extends Pick<RunRecord["run"], "id" | "spec">>(
  name: string,
  runs: readonly Run[],
): { found: Run[]; byPart: boolean } {
  const slash = name.indexOf("/");
  const experiment = slash < 0 ? undefined : name.slice(0, slash);
  const word = name.slice(slash + 1).toLowerCase();
  const known = runs.filter(({ spec }) => experiment === undefined || spec.experiment === experiment);
  const matchesGlob = globMatcher(word);
  const names = ({ spec: { label, seed } }: Run) => [label.toLowerCase(), `${label.toLowerCase()} seed ${seed}`];
  const isPart = ({ id }: Run) => word !== "" && (id.startsWith(word) || id.endsWith(word));
  const tests: readonly ((run: Run) => boolean)[] = [
    ({ id }) => id === word,
    (run) => names(run).includes(word),
    isPart,
    (run) => names(run).some(matchesGlob),
  ];
  for (const test of tests) {
    const found = known.filter(test);
    if (found.length > 0) return { found, byPart: test === isPart };
  }
  return { found: [], byPart: false };
}

function ambiguous(name: string, found: readonly Pick<RunRecord["run"], "id" | "spec">[], where: string): UserError {
  const several = new Set(found.map(({ spec }) => spec.experiment)).size > 1;
  const names = found.map(({ id, spec }) => (several ? `${spec.experiment}/${id}` : id));
  return new UserError(`Expected ${JSON.stringify(name)} to be one run, got ${found.length}.`, [
    ...names.slice(0, listedRuns),
    ...(names.length > listedRuns ? [`and ${names.length - listedRuns} more: ${listing(where)}`] : []),
  ]);
}

/** The command that lists the runs there; `where` is "under DIR" or "of FILE". */
function listing(where: string): string {
  if (where.startsWith("of ")) return `resnet-exp plan ${shellWord(where.slice(3))}`;
  return `resnet-exp ls${resultsOption(where.replace(/^under /, ""))}`;
}

function unknown(
  name: string,
  runs: readonly Pick<RunRecord["run"], "id" | "spec">[],
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

/** The record of the one run under `results` that a name means. @throws UserError as `findRun` does, and for a damaged run */
export function findRecord(name: string, results: string): RunRecord {
  return findIn(name, readRuns(results), results);
}

/** The records that several names mean, in their order, each once. @throws UserError as `findRecord` does */
export function findRecords(names: readonly string[], results: string): RunRecord[] {
  const found = readRuns(results);
  return [...new Set(names.map((name) => findIn(name, found, results)))];
}

/** What names mean to a command that takes several runs: runs, and directories of such a name that hold no readable one. */
export interface FoundRuns {
  readonly records: readonly RunRecord[];
  readonly damaged: readonly SkippedDirectory[];
}

/**
 * All runs under `results` that the names mean, in their order, each once: a label is all of its seeds, a glob all that it
 * matches; a part of an id is that of one run.
 * @throws UserError for a name that means none, and for a part of several ids
 */
export function findAllRecords(names: readonly string[], results: string): FoundRuns {
  const { runs, skipped } = readRuns(results);
  const files = runs.map(({ run }) => run);
  const found = new Set<RunRecord["run"]>();
  const damaged = new Set<SkippedDirectory>();
  for (const name of names) {
    const broken = skipped.filter(({ path }) => basename(path) === name.slice(name.indexOf("/") + 1));
    const matched = match(name, files);
    if (matched.found.length === 0 && broken.length === 0) throw unknown(name, files, `under ${results}`, skipped);
    if (matched.found.length > 1 && matched.byPart) throw ambiguous(name, matched.found, `under ${results}`);
    for (const run of matched.found) found.add(run);
    for (const directory of broken) damaged.add(directory);
  }
  return { records: [...found].map((file) => runs.find(({ run }) => run === file)!), damaged: [...damaged] };
}

function findIn(name: string, { runs, skipped }: ReturnType<typeof readRuns>, results: string): RunRecord {
  const damaged = skipped.find(({ path }) => basename(path) === name);
  if (damaged) {
    throw new UserError(`Expected ${damaged.path} to hold a whole run, but ${damaged.reason.replace(/\.$/, "")}.`);
  }
  const run = findRun(
    name,
    runs.map((record) => record.run),
    `under ${results}`,
    skipped,
  );
  return runs.find((record) => record.run === run)!;
}
