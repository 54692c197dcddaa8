// The entries of `exclude:`: cells of the matrix that an experiment leaves out.
import { got, unknownPath } from "./issues.ts";
import { type Entry, type Located, plain } from "./located.ts";
import type { ProblemList } from "./problem.ts";
import type { AxisValue } from "./schema.ts";
import { axisPaths, schemaAt } from "./vocabulary.ts";

/** Leaves out each cell that has one of the values on every path. Values are JSON, as some are lists. */
export type Exclusion = ReadonlyMap<string, readonly string[]>;

/** Reads the entries of `exclude:`. Adds what is wrong with them to `problems`. */
export function readExclusions(entry: Entry | undefined, problems: ProblemList): Exclusion[] {
  if (!entry) return [];
  const example = "For example exclude: [{ model.block: plain, model.depth: 110 }].";
  const refuse = (node: Located, message: string) => problems.add({ place: node.place, message, hints: [example] });
  if (entry.value.kind !== "list") {
    refuse(entry.value, `Expected exclude to be a list of mappings of paths to values, got ${got(entry.value)}.`);
    return [];
  }
  return entry.value.items.flatMap((item) => {
    if (item.kind !== "mapping" || item.entries.size === 0) {
      refuse(item, `Expected each entry of exclude to be a mapping of paths to values, got ${got(item)}.`);
      return [];
    }
    const exclusion = new Map<string, string[]>();
    for (const [path, { key, value }] of item.entries) {
      if (!axisPaths.includes(path)) problems.add(unknownPath("a key of exclude", path, axisPaths, key));
      const kind = schemaAt(path.split("."))?.type === "array" ? "list" : "scalar";
      // A list is one value of a key that takes lists, unless it holds lists itself.
      const isOne = value.kind !== "list" || (kind === "list" && value.items.every((each) => each.kind === "scalar"));
      const values = isOne ? [value] : value.items;
      if (values.length === 0 || values.some((each) => each.kind !== kind)) {
        const expected = kind === "list" ? "a list or a list of lists" : "a value or a list of values";
        refuse(value, `Expected ${path} in exclude to be ${expected}, got ${got(value)}.`);
      }
      exclusion.set(
        path,
        values.map((each) => JSON.stringify(plain(each))),
      );
    }
    return [exclusion];
  });
}

/** Whether the exclusion leaves out a cell with these resolved values. */
export function leavesOut(exclusion: Exclusion, valueAt: (path: string) => AxisValue | undefined): boolean {
  return [...exclusion].every(([path, values]) => values.includes(JSON.stringify(valueAt(path))));
}
