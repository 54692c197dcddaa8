// Loads an experiment file, lays the flags over it, and returns an Experiment or throws one UserError with all problems.
// The file is always checked by itself and under each of its profiles. Flags are laid over last.
import { axisPlaces, withoutAxisPath } from "./axes.ts";
import { type Cell, expandCells } from "./cells.ts";
import { countedTwice, replacedPaths } from "./epochs.ts";
import { readExperimentFile } from "./experiment-file.ts";
import { got, unknownKey, wordIssues } from "./issues.ts";
import {
  type Entry,
  type Located,
  type LocatedMapping,
  layOver,
  leaves,
  type Origin,
  type Place,
  placeAt,
  plain,
  valueAt,
  withoutValue,
} from "./located.ts";
import { readSet, seedsLayer } from "./overrides.ts";
import { ProblemList, printableKey, type SourceText } from "./problem.ts";
import { documentSchema, type ExperimentDocument, experimentSchema, wordSchema } from "./schema.ts";
import { alternatives, meantWord } from "./vocabulary.ts";
import { filePlacer, parseYaml } from "./yaml.ts";

/** What the command line lays over an experiment file. */
export interface Overlay {
  /** Laid over the file in this order. */
  readonly profile?: readonly string[] | undefined;
  /** Each is `path=value`; `path=a,b` makes an axis of the matrix. */
  readonly set?: readonly string[] | undefined;
  readonly seeds?: readonly number[] | undefined;
}

/** An experiment with its profiles and flags laid over it. Every cell of its matrix has been checked. */
export interface Experiment {
  readonly document: ExperimentDocument;
  /** The cells of the matrix. The last axis varies fastest. */
  readonly cells: readonly Cell[];
  /** The path that the user gave. */
  readonly file: string;
  /** The profiles that were laid over the file, in this order. */
  readonly profiles: readonly string[];
  /** From the dotted path of each given value to where it was given. Axes are under "matrix."; defaults are not listed. */
  readonly origins: ReadonlyMap<string, Origin>;
}

const maximumProfiles = 32;
/** An experiment with more runs is most likely a mistake. */
const maximumRuns = 10_000;

/**
 * Reads and checks an experiment file.
 * @throws UserError with every problem of the file, of each profile and of the flags, in the order of the file
 */
export function loadExperiment(file: string, overlay: Overlay = {}): Experiment {
  const source = readExperimentFile(file);
  const problems = new ProblemList(source);
  const base = withoutExtensions(readDocument(source, problems));
  const profiles = readProfiles(base, problems);
  const bare = withoutValue(base, ["profiles"]) as LocatedMapping;
  for (const layer of [bare, ...profiles.values()]) checkGivenOnce(layer, problems);
  checkDocument(bare, problems);
  for (const [name, profile] of profiles) {
    const composed = compose(bare, profile);
    problems.under([`profile ${name}`], `Under the profile ${name}.`, () => checkDocument(composed, problems));
  }

  const layers: LocatedMapping[] = [];
  const chosen = overlay.profile ?? [];
  for (const name of chosen) {
    const profile = profiles.get(name);
    if (profile) layers.push(profile);
    else reportUnknownProfile(name, base, problems);
  }
  if (layers.length > 1) {
    // One profile alone has been checked above.
    const hint = `With ${chosen.map((name) => `--profile ${name}`).join(" ")}.`;
    problems.under([], hint, () => checkDocument(layers.reduce(compose, bare), problems));
  }
  for (const text of overlay.set ?? []) {
    const override = readSet(text);
    if ("layer" in override) layers.push(override.layer);
    else for (const problem of override.problems) problems.add(problem);
  }
  if (overlay.seeds) layers.push(seedsLayer(overlay.seeds));

  const flags = (overlay.set ?? []).map((text) => `--set ${text}`).join(" ");
  const composed = layers.reduce(compose, bare);
  const checked = problems.under(["--set", "--seeds"], `With ${flags}.`, () => checkDocument(composed, problems));
  problems.raise();
  const { document, cells } = checked!;
  const origins = new Map([...leaves(composed)].map(([path, { place }]) => [path, place.origin]));
  for (const [path, { origin }] of axisPlaces(composed)) origins.set(`matrix.${path}`, origin);
  for (const [iterations, epochs] of countedTwice)
    for (const prefix of ["", "matrix."]) {
      const origin = origins.get(prefix + epochs);
      if (origin) origins.set(prefix + iterations, origin);
    }
  return { document, cells, file, profiles: chosen, origins };
}

/** The mapping that the file holds. @throws UserError if it holds no mapping: then there is nothing more to check */
function readDocument(source: SourceText, problems: ProblemList): LocatedMapping {
  const { root, problems: found } = parseYaml(source.text, filePlacer);
  for (const problem of found) problems.add(problem);
  if (root?.kind === "mapping") return root;
  if (found.length === 0) {
    const place: Place = root?.place ?? { origin: "file", start: 0, end: 1 };
    const message = `Expected an experiment, a mapping of keys, got ${root ? got(root) : "an empty file"}.`;
    problems.add({
      place,
      message,
      hints: ["It needs the keys name, dataset, model and training. `resnet-exp schema` describes each key."],
    });
  }
  problems.raise();
  throw new Error("a file without a mapping has a problem");
}

/** The document without keys that start with x-. They hold YAML anchors and have no other effect, as in Compose files. */
function withoutExtensions(document: LocatedMapping): LocatedMapping {
  return { ...document, entries: new Map([...document.entries].filter(([key]) => !key.startsWith("x-"))) };
}

/** The profiles by name. One that is not a mapping, or has no valid name, is reported and left out. */
function readProfiles(base: LocatedMapping, problems: ProblemList): Map<string, LocatedMapping> {
  const profiles = new Map<string, LocatedMapping>();
  const entry = base.entries.get("profiles");
  if (!entry) return profiles;
  if (entry.value.kind !== "mapping") {
    const message = `Expected profiles to be a mapping of names to partial experiments, got ${got(entry.value)}.`;
    problems.add({ place: entry.value.place, message, hints: [] });
    return profiles;
  }
  for (const [name, { key, value }] of entry.value.entries) {
    const refuse = (place: Place, message: string) => problems.add({ place, message, hints: [] });
    const nameIssue = wordSchema.safeParse(name).error?.issues[0];
    if (nameIssue) refuse(key, `Expected the name of a profile to be ${nameIssue.message}, got ${printableKey(name)}.`);
    else if (value.kind !== "mapping")
      refuse(value.place, `Expected the profile ${name} to be a mapping of keys, got ${got(value)}.`);
    else if (profiles.size === maximumProfiles) refuse(key, `Expected at most ${maximumProfiles} profiles, got more.`);
    else {
      const nested = value.entries.get("profiles");
      if (nested) refuse(nested.key, "Expected a profile to have no profiles of its own, got some.");
      profiles.set(name, withoutValue(value, ["profiles"]) as LocatedMapping);
    }
  }
  return profiles;
}

function reportUnknownProfile(profile: string, base: LocatedMapping, problems: ProblemList): void {
  const declared = valueAt(base, ["profiles"]);
  const names = declared?.kind === "mapping" ? [...declared.entries.keys()] : [];
  // A declared profile that is not a mapping has been reported already.
  if (names.includes(profile)) return;
  const expected = names.length > 0 ? alternatives(names.map(printableKey)) : "left out, as the file has no profiles";
  const nearest = meantWord(profile, names);
  problems.add({
    place: { origin: `profile ${profile}`, flag: `--profile ${profile}` },
    message: `Expected --profile to be ${expected}, got ${printableKey(profile)}.`,
    hints: nearest ? [`Did you mean ${nearest}?`] : [],
  });
}

/** Lays the upper layer over the lower. Its values replace axes of the lower layer, and its axes replace values. */
function compose(lower: LocatedMapping, upper: LocatedMapping): LocatedMapping {
  const axes = axisPlaces(upper);
  const isGiven = (path: string) => axes.has(path) || valueAt(upper, path.split(".")) !== undefined;
  const otherUnit = replacedPaths(isGiven);
  const replaced = [...axisPlaces(lower).keys()].filter((path) => isGiven(path) || otherUnit.includes(path));
  // An axis of the same key stays where it is among the axes, and gets the upper layer's values.
  const isKept = (path: string) => [lower, upper].every((layer) => valueAt(layer, ["matrix", path]));
  const below = replaced.filter((path) => !isKept(path)).reduce(withoutAxisPath, lower);
  const bare = otherUnit.reduce<Located>((layer, path) => withoutValue(layer, path.split(".")), below);
  return layOver(bare, upper) as LocatedMapping;
}

/** Reports a value that has an axis in the same layer: the value would never be used. */
function checkGivenOnce(layer: LocatedMapping, problems: ProblemList): void {
  for (const [path, place] of axisPlaces(layer)) {
    if (path.includes(".") && valueAt(layer, path.split("."))) {
      const message = `Expected ${path} once, as a value or as an axis, got both.`;
      problems.add({ place, message, hints: [] });
    }
  }
}

/** Checks a document with its layers laid over it. Adds problems to `problems`; if there are any, ignore the result. */
function checkDocument(
  composed: LocatedMapping,
  problems: ProblemList,
): { document: ExperimentDocument; cells: Cell[] } | undefined {
  // The place to point at if a key is missing.
  const [first] = composed.entries.values();
  const otherwise = first?.key ?? composed.place;
  const entries = new Map<string, Entry>();
  for (const [key, entry] of composed.entries) {
    if (Object.hasOwn(experimentSchema.shape, key)) {
      entries.set(key, entry);
      continue;
    }
    problems.add(unknownKey([], key, entry.key));
    // A misspelt section is checked under the name that was meant, so that it is not reported as missing too.
    const meant = meantWord(key, Object.keys(experimentSchema.shape));
    if (meant && !composed.entries.has(meant)) entries.set(meant, entry);
  }
  const isHead = ([key]: [string, Entry]) => Object.hasOwn(documentSchema.shape, key);
  const head: LocatedMapping = { ...composed, entries: new Map([...entries].filter(isHead)) };
  const parsed = documentSchema.safeParse(plain(head));
  if (!parsed.success) {
    const found = wordIssues(parsed.error.issues, { root: head, prefix: [], otherwise });
    for (const { problem, sharesPlace } of found) problems.add(problem, sharesPlace);
  }
  const cells = expandCells({ ...composed, entries, place: otherwise }, problems);
  const runs = cells.length * (parsed.data?.seeds.length ?? 1);
  if (runs > maximumRuns) {
    const message = `Expected at most ${maximumRuns} runs, got ${runs}: each cell of the matrix with each seed.`;
    problems.add({ place: placeAt(composed, ["seeds"], otherwise), message, hints: [] });
  }
  return parsed.success ? { document: parsed.data, cells } : undefined;
}
