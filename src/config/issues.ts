// Turns zod's issues into the project's messages: "Expected X to be …, got Y.", at the place where the value was written.
// Knows no key by name: what is expected comes from the vocabulary.
import type { z } from "zod";
import { isNothing, type Located, type Path, type Place, placeAt, valueAt } from "./located.ts";
import { type Problem, printableKey } from "./problem.ts";
import { accepts, suggestedList, suggestedNumber } from "./suggested.ts";
import {
  alternatives,
  expectation,
  type JsonSchema,
  keysAt,
  meantWord,
  nearestPath,
  schemaAt,
  valuePaths,
} from "./vocabulary.ts";

/** The value that was checked, its path in the document, and the place to point at when there is no value. */
export interface Checked {
  readonly root: Located | undefined;
  /** [] for the document itself, ["model"] for a section. Messages name keys relative to it. */
  readonly prefix: Path;
  readonly otherwise: Place;
}

/** A problem, and whether other problems may have the same place, as when several keys of a section are missing. */
export interface FoundProblem {
  readonly problem: Problem;
  readonly sharesPlace: boolean;
}

/** Words each issue. If a key is misspelt, the key that was meant is not reported as missing too. */
export function wordIssues(issues: readonly z.core.$ZodIssue[], checked: Checked): FoundProblem[] {
  const misspelt = new Set<string>();
  const unknown = issues.flatMap((issue) => {
    if (issue.code !== "unrecognized_keys") return [];
    const path = issue.path as Path;
    return issue.keys.map((key) => {
      const nearest = meantWord(key, keysAt([...checked.prefix, ...path]));
      if (nearest) misspelt.add([...path, nearest].join("."));
      const place = keyPlace(checked, path, key);
      return { problem: unknownKey([...checked.prefix, ...path], key, place), sharesPlace: false };
    });
  });
  const values = issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys" || misspelt.has(issue.path.join("."))) return [];
    return [wordValue(issue, checked)];
  });
  return [...unknown, ...values];
}

/** A hint does not list more keys than this. */
const mostKeys = 40;

/** The problem of a key that the vocabulary does not have under `path`. */
export function unknownKey(path: Path, key: string, place: Place): Problem {
  const keys = keysAt(path);
  const where = path.length === 0 ? "an experiment" : path.join(".");
  const message = `Expected a key of ${where}, got ${printableKey(key)}.`;
  const nearest = meantWord(key, keys) ?? nearestPath(key, valuePaths);
  const suggestion = nearest ? [belowItsSection(nearest) ?? `Did you mean ${nearest}?`] : [];
  const list = keys.length > mostKeys ? "`resnet-exp schema` lists the valid keys." : `Valid here: ${keys.join(", ")}.`;
  return { place, message, hints: [...suggestion, list] };
}

/** The section that a misplaced key belongs to. The hint cannot be the path, which is refused as a key. */
function belowItsSection(path: string): string | undefined {
  const end = path.lastIndexOf(".");
  return end < 0 ? undefined : `Write ${path.slice(end + 1)} below ${path.slice(0, end)}.`;
}

function wordValue(issue: z.core.$ZodIssue, { root, prefix, otherwise }: Checked): FoundProblem {
  const path = issue.path as Path;
  const node = valueAt(root, path);
  const missing = node === undefined || isNothing(node);
  const place = placeAt(root, path, otherwise);
  if (issue.code === "custom") return { problem: { place, message: issue.message, hints: [] }, sharesPlace: false };

  const schema = schemaAt([...prefix, ...path]);
  const tooShort = issue.code === "too_small" && schema?.type === "array";
  const expected =
    issue.code === "invalid_format" ? issue.message : tooShort ? "a list of at least one value" : expectation(schema);
  // The only upper bound is the largest integer that a number holds exactly.
  const exact = issue.code === "too_big" && schema?.maximum === undefined && schema?.type === "integer";
  const bound = exact ? ` and at most ${Number.MAX_SAFE_INTEGER}` : "";
  // If the key is missing, the line shown is another, so name the whole path.
  const name = node === undefined ? [...prefix, ...path].join(".") : subject(prefix, path);
  const message = `Expected ${name} to be ${expected}${bound}, got ${got(node)}.`;
  const hints: string[] = [];
  if (missing && schema?.description) hints.push(`${path.at(-1) ?? prefix.at(-1)}: ${schema.description}`);
  if (!missing) hints.push(...valueHints(node, schema));
  if (schema?.properties) hints.push(`Its keys: ${Object.keys(schema.properties).join(", ")}.`);
  return { problem: { place, message, hints }, sharesPlace: node === undefined };
}

/** How messages name a value: by its path within its section, as "depth" or "learningRate.initial". */
function subject(prefix: Path, path: Path): string {
  const keys = path.filter((step) => typeof step === "string");
  const name = keys.length > 0 ? keys.join(".") : prefix.join(".") || "an experiment";
  return keys.length < path.length ? `each entry of ${name}` : name;
}

/** A value as messages show it. */
export function got(node: Located | undefined): string {
  if (!node || isNothing(node)) return "nothing";
  if (node.kind === "list") return node.items.length === 0 ? "an empty list" : "a list";
  if (node.kind === "mapping") return "a mapping of keys";
  const { value } = node;
  if (typeof value === "number") {
    if (Number.isFinite(value)) return String(value);
    return Number.isNaN(value) ? ".nan" : value > 0 ? ".inf" : "-.inf";
  }
  if (typeof value !== "string") return String(value);
  return JSON.stringify(value.length > 40 ? `${value.slice(0, 39)}…` : value);
}

function valueHints(node: Located, schema: JsonSchema | undefined): string[] {
  if (node.kind === "mapping") return [];
  const words = schema?.enum;
  const type = schema?.type;
  const isNumber = type === "integer" || type === "number";
  if (node.kind === "list") return words || isNumber ? ["To vary it, list its values under matrix."] : [];
  const { value } = node;
  if (words && typeof value === "string") {
    const nearest = meantWord(value, words);
    return nearest ? [`Did you mean ${nearest}?`] : [];
  }
  if (isNumber && typeof value === "string") {
    const number = suggestedNumber(value, schema);
    if (number === undefined) return [];
    return [String(Number(value)) === String(number) ? "Leave out the quotes." : `Write ${number}.`];
  }
  if (type === "string" && !words && typeof value !== "string")
    return accepts(schema, String(value)) ? [`Put it in quotes: "${value}".`] : [];
  if (type === "array") {
    const list = suggestedList(value, schema?.items);
    return list ? [`Write a list: ${listText(list)}.`] : [];
  }
  return [];
}

/** A list as written in a file: "[0, 1]". */
export function listText(list: readonly unknown[]): string {
  return `[${list.join(", ")}]`;
}

function keyPlace({ root, otherwise }: Checked, path: Path, key: string): Place {
  const parent = valueAt(root, path);
  return (parent?.kind === "mapping" ? parent.entries.get(key)?.key : undefined) ?? otherwise;
}

/** The problem of a path that leads to no value of the sections. `what` is an axis or a flag. */
export function unknownPath(what: string, path: string, paths: readonly string[], place: Place): Problem {
  const steps = path.split(".");
  const below = paths.filter((other) => other.startsWith(`${path}.`));
  if (schemaAt(steps)?.properties && below.length > 0) {
    const message = `Expected ${what} to be the path of a value, got ${printableKey(path)}, which is a section.`;
    return { place, message, hints: [`Its values: ${below.join(", ")}.`] };
  }
  const isList = schemaAt(steps)?.type === "array" && steps.length > 1;
  const message = `Expected ${what} to be the path of a value, got ${printableKey(path)}${isList ? ", which is a list" : ""}.`;
  const nearest = nearestPath(path, paths);
  const siblings = paths.filter((other) => other.startsWith(`${steps[0]}.`));
  const sections = [...new Set(paths.map((other) => other.split(".")[0]!))];
  return {
    place,
    message,
    hints: [
      ...(nearest ? [`Did you mean ${nearest}?`] : []),
      siblings.length > 0 ? `Valid: ${siblings.join(", ")}.` : `A path starts with ${alternatives(sections)}.`,
    ],
  };
}
