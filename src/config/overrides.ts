// The flags that the command line lays over a file: `--set path=value` and `--seeds`. A value is YAML, and the vocabulary
// decides its type; `a,b,c` is an axis of the matrix, and for a key that takes a list `[a, b],[c, d]` is.
import { unknownPath } from "./issues.ts";
import { type Located, type LocatedMapping, type Place, withValue } from "./located.ts";
import type { Problem } from "./problem.ts";
import { suggestedList } from "./suggested.ts";
import { axisPaths, schemaAt, valuePaths } from "./vocabulary.ts";
import { parseYaml } from "./yaml.ts";

/** A layer to lay over the document, or the problems of the flag. */
export type Override = { readonly layer: LocatedMapping } | { readonly problems: readonly Problem[] };

/** Reads one `--set`: "training.iterations=20", "model.depth=20,32", "training.learningRate.dropAt=[100, 200]". */
export function readSet(text: string): Override {
  const place: Place = { origin: "--set", flag: `--set ${text}` };
  const refuse = (message: string, ...hints: string[]) => ({ problems: [{ place, message, hints }] });
  const equals = text.indexOf("=");
  const path = text.slice(0, Math.max(0, equals)).trim();
  const value = text.slice(equals + 1).trim();
  if (path === "") return refuse("Expected --set to be path=value.", "An example is --set model.depth=20.");
  if (path === "seeds") {
    const seeds = suggestedList(value, schemaAt(["seeds"])?.items);
    return refuse(
      "Expected --set to change a value of a section, got seeds.",
      `Write --seeds ${seeds?.join(",") ?? "0,1"}.`,
    );
  }
  const steps = path.split(".");
  const schema = schemaAt(steps);
  const settable =
    path === "name" ||
    (schema !== undefined && valuePaths.some((other) => other === path || other.startsWith(`${path}.`)));
  if (!settable) return { problems: [unknownPath("--set", path, ["name", ...valuePaths], place)] };
  if (value === "") return refuse(`Expected --set to give ${path} a value, got nothing.`);

  if (schema?.type === "array" && axisPaths.includes(path) && value.startsWith("[")) {
    const lists = parseYaml(`[${value}]`, () => place).root;
    const items = lists?.kind === "list" && lists.items.length === 1 ? itemsOf(lists.items[0]!) : itemsOf(lists);
    if (items.length > 0 && items.every(({ kind }) => kind === "list"))
      return { layer: mapping(["matrix", path], { kind: "list", items, place }, place) };
  }
  if (value.includes(",") && schema?.type !== "array" && axisPaths.includes(path) && !/^[[{"']/.test(value)) {
    const items: Located[] = [];
    for (const part of value.split(",")) {
      if (part.trim() === "")
        return refuse("Expected one comma between values, got a comma without a value beside it.");
      const item = parseYaml(part.trim(), () => place);
      if (item.problems.length > 0) return item;
      items.push(item.root ?? { kind: "scalar", value: null, place });
    }
    return { layer: mapping(["matrix", path], { kind: "list", items, place }, place) };
  }

  // Text may look like a number. It is a number only where the vocabulary expects one.
  const isText = schema?.type === "string" && !schema.enum;
  const parsed = isText ? { root: scalar(value, place), problems: [] } : parseYaml(value, () => place);
  if (parsed.problems.length > 0) return parsed;
  return { layer: mapping(steps, parsed.root ?? scalar(null, place), place) };
}

/** The layer of `--seeds 0,1`. */
export function seedsLayer(seeds: readonly number[]): LocatedMapping {
  const place: Place = { origin: "--seeds", flag: `--seeds ${seeds.join(",")}` };
  return mapping(["seeds"], { kind: "list", items: seeds.map((seed) => scalar(seed, place)), place }, place);
}

function itemsOf(node: Located | undefined): readonly Located[] {
  return node?.kind === "list" ? node.items : [];
}

function mapping(path: readonly string[], value: Located, place: Place): LocatedMapping {
  return withValue({ kind: "mapping", entries: new Map(), place }, path, value) as LocatedMapping;
}

function scalar(value: string | number | null, place: Place): Located {
  return { kind: "scalar", value, place };
}
