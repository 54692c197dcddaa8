// The vocabulary as data, derived from schema.ts: its paths, what each accepts, and how messages say so.
// Defines no keys or bounds itself.
import { z } from "zod";
import { nearestWord } from "../errors.ts";
import { isDecisive } from "./decisive.ts";
import type { Path } from "./located.ts";
import { experimentSchema, type RunSections, runSchema } from "./schema.ts";

/** The part of JSON Schema that the vocabulary uses. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  /** Of a mapping with any of many keys, its values. */
  readonly additionalProperties?: JsonSchema | boolean;
  readonly propertyNames?: { readonly enum?: readonly string[] };
  readonly items?: JsonSchema;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

export type SectionName = keyof RunSections;

/** The sections of a run, in the order of the vocabulary. */
export const sectionNames = Object.keys(runSchema.shape) as readonly SectionName[];

/** The whole vocabulary as a user writes it: before defaults. */
export const vocabulary = z.toJSONSchema(experimentSchema, {
  io: "input",
  override: ({ jsonSchema }) => {
    // Every whole number has these bounds, so they say nothing.
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  },
}) as JsonSchema;

/** The schema of a path, or undefined if the vocabulary has no such path. */
export function schemaAt(path: Path): JsonSchema | undefined {
  let schema: JsonSchema | undefined = vocabulary;
  for (const step of path) {
    const { properties, propertyNames, additionalProperties, items }: JsonSchema = schema ?? {};
    if (typeof step === "number") schema = items;
    else if (properties && Object.hasOwn(properties, step)) schema = properties[step];
    else {
      const isNamed = propertyNames?.enum?.includes(step) && typeof additionalProperties === "object";
      schema = isNamed ? additionalProperties : undefined;
    }
  }
  return schema;
}

/** The keys that the mapping at a path may have. */
export function keysAt(path: Path): readonly string[] {
  const schema = schemaAt(path);
  return schema?.propertyNames?.enum ?? Object.keys(schema?.properties ?? {});
}

/** Dotted paths of every value (not section) in the sections, in order. */
export const valuePaths: readonly string[] = sectionNames.flatMap((name) => [...pathsBelow([name])]);

/** The values that a matrix may vary: all except keys on which no result depends. */
export const axisPaths: readonly string[] = valuePaths.filter((path) => isDecisive(path));

function* pathsBelow(path: readonly string[]): Generator<string> {
  const properties = schemaAt(path)?.properties;
  if (!properties) yield path.join(".");
  else for (const key of Object.keys(properties)) yield* pathsBelow([...path, key]);
}

/**
 * The word that was most likely meant: the nearest by spelling, or the only word that contains the given one. If the
 * words that contain it start alike, as cifar10 and cifar100 do, the shortest.
 */
export function meantWord(word: string, words: readonly string[]): string | undefined {
  const holding = word.length < 3 ? [] : words.filter((other) => other.toLowerCase().includes(word.toLowerCase()));
  const [shortest, ...longer] = holding.sort((a, b) => a.length - b.length);
  const only = longer.every((other) => other.startsWith(shortest!)) ? shortest : undefined;
  return nearestWord(word, words) ?? only;
}

/** The path that was most likely meant: one that ends in the word, the nearest by spelling, or one with its last key. */
export function nearestPath(word: string, paths: readonly string[]): string | undefined {
  const tail = paths.find((path) => path.endsWith(`.${word}`));
  if (tail) return tail;
  const steps = word.split(".");
  const last = steps.at(-1) ?? word;
  const sameLast = paths.filter((path) => path.endsWith(`.${last}`));
  const nearest = nearestWord(word, sameLast.length > 0 ? sameLast : paths);
  if (nearest || (steps.length > 1 && !schemaAt(steps.slice(0, 1)))) return nearest;
  if (sameLast.length > 0) return sameLast[0];
  const lastKeys = new Map(paths.toReversed().map((path) => [path.slice(path.lastIndexOf(".") + 1), path]));
  return lastKeys.get(nearestWord(last, lastKeys.keys()) ?? "");
}

/** "A, B or C". */
export function alternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** What a value must be, in words that follow "Expected … to be": "a whole number of at least 1", "A, B or C", "a list …". */
export function expectation(schema: JsonSchema | undefined, plural = false): string {
  if (schema?.enum) return alternatives(schema.enum);
  const one = (singular: string, many: string) => (plural ? many : singular);
  switch (schema?.type) {
    case "integer":
      return one("a whole number", "whole numbers") + bounds(schema);
    case "number":
      return one("a number", "numbers") + bounds(schema);
    case "array":
      return `${one("a list", "lists")} of ${expectation(schema.items, true)}`;
    case "object":
      return one("a mapping of keys", "mappings of keys");
    case "boolean":
      return "true or false";
    default:
      return one("text", "texts");
  }
}

function bounds({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: JsonSchema): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  const words = [
    exclusiveMinimum !== undefined && `above ${exclusiveMinimum}`,
    minimum !== undefined && `at least ${minimum}`,
    exclusiveMaximum !== undefined && `below ${exclusiveMaximum}`,
    maximum !== undefined && `at most ${maximum}`,
  ].filter((word) => word !== false);
  const [first] = words;
  return first === undefined ? "" : `${/^at/.test(first) ? " of " : " "}${words.join(" and ")}`;
}
