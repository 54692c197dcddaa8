// Expands the matrix of an experiment into cells: every combination of axis values, with its sections checked and complete.
// A value on an axis counts as if it were written in its section. Reads no file and knows no profiles.
import type { z } from "zod";
import { nearestWord } from "../errors.ts";
import { isDecisive } from "./decisive.ts";
import { leavesOut, readExclusions } from "./exclusions.ts";
import { got, listText, unknownPath, wordIssues } from "./issues.ts";
import {
  type Entry,
  type Located,
  type LocatedMapping,
  type Place,
  placeAt,
  plain,
  withoutValue,
  withValue,
} from "./located.ts";
import { type Problem, type ProblemList, printableKey } from "./problem.ts";
import { type RunSections, runSchema, type Scalar } from "./schema.ts";
import { suggestedList } from "./suggested.ts";
import { withUsedRate } from "./used-rate.ts";
import { viewProblem } from "./views.ts";
import { axisPaths, type SectionName, schemaAt, sectionNames } from "./vocabulary.ts";

/** One combination of axis values. */
export interface Cell {
  /** The value on each axis, as resolved: a plain net's shortcut is "none" whatever the axis said. */
  readonly axes: Readonly<Record<string, Scalar>>;
  readonly sections: RunSections;
}

/** A matrix with more cells is most likely a mistake. */
const maximumCells = 10_000;

interface Axis {
  readonly path: readonly string[];
  readonly key: string;
  readonly values: readonly Located[];
}

/** A section, checked with each combination of the axes in it. The last axis varies fastest. */
interface SectionTable {
  readonly name: SectionName;
  readonly axes: readonly number[];
  /** Undefined where the schema refused the section. */
  readonly parsed: readonly unknown[];
}

/** All cells of a document; the last axis varies fastest. Problems are added to `problems`; if there are any, ignore the cells. */
export function expandCells(document: LocatedMapping, problems: ProblemList): Cell[] {
  let axes = readAxes(document.entries.get("matrix"), problems);
  const cells = axes.reduce((product, { values }) => product * values.length, 1);
  if (cells > maximumCells) {
    const place = document.entries.get("matrix")?.key ?? document.place;
    const message = `Expected the matrix to have at most ${maximumCells} cells, got ${cells}.`;
    problems.add({ place, message, hints: [`It has ${axes.map(({ values }) => values.length).join(" × ")}.`] }, true);
    axes = axes.map((axis) => ({ ...axis, values: axis.values.slice(0, 1) }));
  }
  const tables = sectionNames.map((name) => checkSection(name, document, axes, problems));
  const exclusions = readExclusions(document.entries.get("exclude"), problems);
  if (tables.some(({ parsed }) => parsed.includes(undefined))) return [];

  const all = combinations(axes.map(({ values }) => values.map((_, i) => i))).map((indices) => {
    const sections = Object.fromEntries(
      tables.map(({ name, axes: own, parsed }) => {
        const row = own.reduce((index, axis) => index * axes[axis]!.values.length + indices[axis]!, 0);
        return [name, parsed[row]];
      }),
      // Each value is the output of that section's schema.
    ) as unknown as RunSections;
    // An axis has a value in every cell.
    const values = Object.fromEntries(axes.map(({ key, path }) => [key, valueIn(sections, path)!]));
    return { axes: values, sections: withUsedRate(sections) };
  });
  const kept = all.filter(
    ({ sections }) =>
      !exclusions.some((exclusion) => leavesOut(exclusion, (path) => valueIn(sections, path.split(".")))),
  );
  for (const { sections } of kept) {
    const found = viewProblem(sections);
    if (found)
      problems.add({ place: placeAt(document, found.path, document.place), message: found.message, hints: [] });
  }
  if (kept.length === 0) {
    const place = document.entries.get("exclude")?.key ?? document.place;
    problems.add({ place, message: `Expected exclude to leave at least one cell of ${all.length}, got 0.`, hints: [] });
  }
  return kept;
}

/** The axes of `matrix:`. One that is unknown or has no list of values is reported and left out. */
function readAxes(entry: Entry | undefined, problems: ProblemList): Axis[] {
  if (!entry) return [];
  if (entry.value.kind !== "mapping") {
    const message = `Expected matrix to be a mapping of paths to lists, got ${got(entry.value)}.`;
    problems.add({ place: entry.value.place, message, hints: ["For example matrix: { model.depth: [18, 34] }."] });
    return [];
  }
  const given = entry.value.entries;
  return [...given].flatMap(([name, { key: place, value }]) => {
    let key = name;
    if (!axisPaths.includes(name)) {
      problems.add(unknownAxis(name, place));
      // A misspelt axis is checked under the name that was meant, so that its value is not reported as missing too.
      const meant = nearestWord(name, axisPaths);
      if (!meant || given.has(meant)) return [];
      key = meant;
    }
    if (value.kind !== "list" || value.items.length === 0) {
      const message = `Expected the axis ${key} to be a list of at least one value, got ${got(value)}.`;
      const list = value.kind === "scalar" ? suggestedList(value.value, schemaAt(key.split("."))) : undefined;
      const hint = list ? [`Write ${key}: ${listText(list)}.`] : [];
      problems.add({ place: value.place, message, hints: hint });
      return [];
    }
    const seen = new Set<unknown>();
    for (const item of value.items) {
      if (item.kind !== "scalar") continue;
      if (seen.has(item.value)) {
        const message = `Expected the values of the axis ${key} to differ, got ${got(item)} again.`;
        problems.add({ place: item.place, message, hints: [] });
      }
      seen.add(item.value);
    }
    return [{ key, path: key.split("."), values: value.items }];
  });
}

function unknownAxis(key: string, place: Place): Problem {
  if (key === "seeds") {
    const message = "Expected an axis to be the path of a value, got seeds.";
    return { place, message, hints: ["Write seeds: [0, 1] beside matrix; each cell runs with each seed."] };
  }
  if (!isDecisive(key)) {
    const message = `Expected an axis to change the results of a run, got ${key}, which changes none.`;
    return { place, message, hints: [] };
  }
  return unknownPath("an axis", key, axisPaths, place);
}

function checkSection(
  name: SectionName,
  document: LocatedMapping,
  axes: readonly Axis[],
  problems: ProblemList,
): SectionTable {
  const own = axes.flatMap((axis, i) => (axis.path[0] === name ? [i] : []));
  const entry = document.entries.get(name);
  const otherwise = entry?.key ?? document.place;
  const parsed = combinations(own.map((i) => axes[i]!.values)).map((values) => {
    const root = values.reduce<Located | undefined>(
      (node, value, i) => withValue(node, axes[own[i]!]!.path.slice(1), value),
      entry?.value,
    );
    return parse(
      name,
      root,
      otherwise,
      problems,
      own.length > 1 ? { values, words: describeCell(own, axes, values) } : undefined,
    );
  });
  return { name, axes: own, parsed };
}

function parse(
  name: SectionName,
  root: Located | undefined,
  otherwise: Place,
  problems: ProblemList,
  cell: { readonly values: readonly Located[]; readonly words: string } | undefined,
): unknown {
  const schema: z.ZodType = runSchema.shape[name];
  const result = schema.safeParse(root && plain(root));
  if (result.success) return result.data;
  let issues = result.error.issues;
  const found = wordIssues(issues, { root, prefix: [name], otherwise });
  if (root) {
    // The schema does not check rules that span keys while a single key is wrong. So check them again without the wrong keys.
    const wrong = issues.flatMap((issue) => {
      const path = keysOf(issue);
      return issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...path, key]) : [path];
    });
    const sound = wrong.reduce(withoutValue, root);
    const others = schema.safeParse(plain(sound)).error?.issues ?? [];
    const known = new Set(wrong.map((path) => path.join(".")));
    issues = others.filter((issue) => issue.code === "custom" && !known.has(keysOf(issue).join(".")));
    found.push(...wordIssues(issues, { root, prefix: [name], otherwise }));
  }
  for (const { problem, sharesPlace } of found) {
    // Another cell may accept the same value.
    const ofCell = cell?.values.some(({ place }) => place === problem.place) ? [cell.words] : [];
    problems.add({ ...problem, hints: [...problem.hints, ...ofCell] }, sharesPlace);
  }
  return undefined;
}

/** The keys on the way to an issue, up to the first list. */
function keysOf(issue: z.core.$ZodIssue): string[] {
  const firstIndex = issue.path.findIndex((step) => typeof step === "number");
  return issue.path.slice(0, firstIndex < 0 ? undefined : firstIndex).map(String);
}

function describeCell(own: readonly number[], axes: readonly Axis[], values: readonly Located[]): string {
  const parts = own.map((axis, i) => `${printableKey(axes[axis]!.key)}: ${got(values[i])}`);
  return `In the cell ${parts.join(", ")}.`;
}

/** Every choice of one item from each list. The last list varies fastest. */
function combinations<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>((heads, list) => heads.flatMap((head) => list.map((item) => [...head, item])), [[]]);
}

function valueIn(sections: RunSections, path: readonly string[]): Scalar | undefined {
  let value: unknown = sections;
  for (const step of path) value = (value as Record<string, unknown> | undefined)?.[step];
  return value as Scalar | undefined;
}
