// The decisive values of a run: those that its results, and so its id, depend on. Not decisive are keys that no result
// depends on. Keys added to the vocabulary later do not count while they have their default, so that a new key renames no run.
import { z } from "zod";
import { factsOf, unwrapped } from "./key-facts.ts";
import { runSchema } from "./schema.ts";

/** Whether a result can depend on the value at a dotted path. True for a path that the vocabulary does not have. */
export function isDecisive(path: string, schema: z.ZodType = runSchema): boolean {
  const [key = "", ...rest] = path.split(".");
  const child = childOf(schema, key);
  if (!child) return true;
  return factsOf(child).decisive !== false && (rest.length === 0 || isDecisive(rest.join("."), child));
}

/** Dotted path and value of each value below `value`; a list counts as one value. */
export function leavesOf(value: unknown, prefix = ""): [path: string, value: unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [[prefix, value]];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, prefix ? `${prefix}.${key}` : key));
}

/** The decisive values of the sections, or of the part of them that `schema` describes. */
export function decisiveValue(value: unknown, schema: z.ZodType = runSchema): unknown {
  const inner = unwrapped(schema);
  if (Array.isArray(value)) {
    return inner instanceof z.ZodArray ? value.map((item) => decisiveValue(item, inner.element as z.ZodType)) : value;
  }
  if (typeof value !== "object" || value === null) return value;
  if (inner instanceof z.ZodUnion) {
    const option = (inner.options as z.ZodType[]).find((one) => one.safeParse(value).success);
    return option ? decisiveValue(value, option) : value;
  }
  const kept = Object.entries(value).flatMap(([key, own]) => {
    const child = childOf(inner, key);
    if (!child) return [[key, own]];
    return decidesNothing(own, child) ? [] : [[key, decisiveValue(own, child)]];
  });
  return Object.fromEntries(kept);
}

function childOf(schema: z.ZodType, key: string): z.ZodType | undefined {
  const inner = unwrapped(schema);
  return inner instanceof z.ZodObject && Object.hasOwn(inner.shape, key) ? inner.shape[key] : undefined;
}

/** Whether a run with this value is the same run as one without the key. */
function decidesNothing(value: unknown, schema: z.ZodType): boolean {
  const { since = 1, decisive = true } = factsOf(schema);
  if (!decisive) return true;
  if (since === 1) return false;
  const absent = schema.safeParse(undefined);
  return absent.success && text(value, schema) === text(absent.data, schema);
}

// Compared as JSON, as records are: -0 equals 0.
function text(value: unknown, schema: z.ZodType): string {
  return JSON.stringify(decisiveValue(value, schema));
}
