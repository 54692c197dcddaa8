// The axes of `matrix:`. An axis varies one value, named by its path, or several values together: then the key is a name of
// the user's choice, and each item of its list is a mapping of paths to values.
import { nearestWord } from "../errors.ts";
import { isDecisive } from "./decisive.ts";
import { got, listText, unknownPath } from "./issues.ts";
import { type Entry, type Located, type LocatedMapping, type Place, plain, valueAt, withoutValue } from "./located.ts";
import { type Problem, type ProblemList, printableKey } from "./problem.ts";
import { suggestedList } from "./suggested.ts";
import { axisPaths, schemaAt } from "./vocabulary.ts";

export interface Axis {
  /** The paths that it varies together; most axes have one. */
  readonly paths: readonly string[];
  /** For each of its values, what each path gets. */
  readonly values: readonly (readonly Located[])[];
}

/** The axes of `matrix:`. An axis that is wrong is reported, and left out if nothing can be made of it. */
export function readAxes(entry: Entry | undefined, problems: ProblemList): Axis[] {
  if (!entry) return [];
  if (entry.value.kind !== "mapping") {
    const message = `Expected matrix to be a mapping of paths to lists, got ${got(entry.value)}.`;
    problems.add({ place: entry.value.place, message, hints: ["For example matrix: { model.depth: [18, 34] }."] });
    return [];
  }
  const given = entry.value.entries;
  const axes = [...given].flatMap(([name, own]) => {
    const axis = variesTogether(name, own.value)
      ? readJointAxis(name, own.value.items, problems)
      : readAxis(name, own, given, problems);
    return axis ? [{ ...axis, place: own.key }] : [];
  });
  const seen = new Set<string>();
  return axes.filter(({ paths, place }) => {
    const twice = paths.find((path) => seen.has(path));
    if (twice) problems.add({ place, message: `Expected ${twice} on one axis, got it on two.`, hints: [] });
    for (const path of paths) seen.add(path);
    return !twice;
  });
}

function readAxis(
  name: string,
  { key: place, value }: Entry,
  given: ReadonlyMap<string, Entry>,
  problems: ProblemList,
): Axis | undefined {
  let key = name;
  if (!axisPaths.includes(name)) {
    problems.add(unknownAxis(name, place));
    // A misspelt axis is checked under the name that was meant, so that its value is not reported as missing too.
    const meant = nearestWord(name, axisPaths);
    if (!meant || given.has(meant)) return undefined;
    key = meant;
  }
  if (value.kind !== "list" || value.items.length === 0) {
    const message = `Expected the axis ${key} to be a list of at least one value, got ${got(value)}.`;
    const list = value.kind === "scalar" ? suggestedList(value.value, schemaAt(key.split("."))) : undefined;
    problems.add({ place: value.place, message, hints: list ? [`Write ${key}: ${listText(list)}.`] : [] });
    return undefined;
  }
  requireDistinct(key, value.items, problems);
  return { paths: [key], values: value.items.map((item) => [item]) };
}

function readJointAxis(name: string, items: readonly Located[], problems: ProblemList): Axis | undefined {
  const example = `For example ${printableKey(name)}: [{ training.batchSize: 128, training.learningRate.initial: 0.1 }].`;
  let paths: readonly string[] | undefined;
  let sound = true;
  const refuse = (problem: Problem) => {
    sound = false;
    problems.add(problem);
  };
  const values = items.map((item) => {
    if (item.kind !== "mapping" || item.entries.size === 0) {
      const message = `Expected each value of the axis ${printableKey(name)} to be a mapping of paths to values, got ${got(item)}.`;
      refuse({ place: item.place, message, hints: [example] });
      return [];
    }
    for (const [path, { key }] of item.entries) {
      if (!axisPaths.includes(path)) refuse(unknownAxis(path, key));
    }
    const own = [...item.entries.keys()];
    paths ??= own;
    if (paths.length !== own.length || paths.some((path) => !item.entries.has(path))) {
      const message = `Expected each value of the axis ${printableKey(name)} to give the same paths as the first, got ${own.map(printableKey).join(", ")}.`;
      refuse({ place: item.place, message, hints: [`The first gives ${paths.map(printableKey).join(", ")}.`] });
      return [];
    }
    return paths.map((path) => item.entries.get(path)!.value);
  });
  if (!sound || !paths) return undefined;
  requireDistinct(name, items, problems);
  return { paths, values };
}

/** Whether the key of an axis is a name for several values that vary together, not the path of one. */
function variesTogether(name: string, value: Located): value is Located & { readonly kind: "list" } {
  return !name.includes(".") && value.kind === "list" && value.items.some(({ kind }) => kind === "mapping");
}

function requireDistinct(name: string, items: readonly Located[], problems: ProblemList): void {
  const seen = new Set<string>();
  for (const item of items) {
    const key = keyOf(item);
    if (seen.has(key)) {
      const shown = item.kind === "list" ? listText(plain(item) as unknown[]) : got(item);
      const message = `Expected the values of the axis ${printableKey(name)} to differ, got ${shown} again.`;
      problems.add({ place: item.place, message, hints: [] });
    }
    seen.add(key);
  }
}

/** Equal for equal values. JSON has no text for .inf and .nan. */
function keyOf(item: Located): string {
  return JSON.stringify(plain(item), (_, inner) => (typeof inner === "number" ? `number ${inner}` : inner));
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

/** The paths that the axes of a layer vary, each with the place that says so. */
export function axisPlaces(layer: Located): Map<string, Place> {
  const matrix = valueAt(layer, ["matrix"]);
  const places = new Map<string, Place>();
  if (matrix?.kind !== "mapping") return places;
  for (const [name, { key, value }] of matrix.entries) {
    if (!variesTogether(name, value)) places.set(name, key);
    else
      for (const item of value.items)
        if (item.kind === "mapping")
          for (const [path, entry] of item.entries) if (!places.has(path)) places.set(path, entry.key);
  }
  return places;
}

/** The layer without a path on its axes. The other paths of an axis stay. */
export function withoutAxisPath(layer: LocatedMapping, path: string): LocatedMapping {
  const matrix = layer.entries.get("matrix");
  if (matrix?.value.kind !== "mapping") return layer;
  const axes = [...matrix.value.entries].flatMap(([name, entry]): [string, Entry][] => {
    if (!variesTogether(name, entry.value)) return name === path ? [] : [[name, entry]];
    if (!entry.value.items.some((item) => valueAt(item, [path]))) return [[name, entry]];
    const rest = entry.value.items.map((item) => withoutValue(item, [path]));
    // Values that differed in this path only are now the same.
    const items = [...new Map(rest.map((item) => [keyOf(item), item])).values()];
    const isEmpty = items.every((item) => item.kind === "mapping" && item.entries.size === 0);
    return isEmpty ? [] : [[name, { ...entry, value: { ...entry.value, items } }]];
  });
  const value = { ...matrix.value, entries: new Map(axes) };
  return { ...layer, entries: new Map(layer.entries).set("matrix", { ...matrix, value }) };
}
