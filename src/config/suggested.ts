// Guesses what a value was meant to be, for hints: a list or a number that was written as text. Suggests only what the
// schema of the place accepts.
import type { Scalar } from "./located.ts";
import type { JsonSchema } from "./vocabulary.ts";

/** A longer list is never suggested. */
const mostSuggested = 20;

/** The list that was meant by "0-4", "0..4", "0, 2", "0 2" or a single value; undefined if none is accepted. */
export function suggestedList(value: Scalar, items: JsonSchema | undefined): readonly Scalar[] | undefined {
  if (value === null) return undefined;
  const words = typeof value === "string" ? value.replace(/^[[({]|[\])}]$/g, "").split(/[\s,;]+/) : [value];
  const list = words.filter((word) => word !== "").flatMap((word) => expanded(word));
  const typed = list.map((word) => (isNumber(items) && typeof word === "string" ? suggestedNumber(word, items) : word));
  const sound = typed.filter((word) => word !== undefined && accepts(items, word)) as Scalar[];
  return sound.length > 0 && sound.length === list.length && sound.length <= mostSuggested ? sound : undefined;
}

/** The number that was meant by a text such as "1_000", "1,000" or, where fractions are accepted, "0,1". */
export function suggestedNumber(text: string, schema: JsonSchema | undefined): number | undefined {
  const bare = text.trim();
  const digits = /^\d{1,3}([_, ]\d{3})+$/.test(bare) ? bare.replace(/[_, ]/g, "") : bare.replace(",", ".");
  const value = digits === "" ? Number.NaN : Number(digits);
  return Number.isFinite(value) && accepts(schema, value) ? value : undefined;
}

/** Whether the schema accepts a value by itself. Ignores rules that span keys. */
export function accepts(schema: JsonSchema | undefined, value: Scalar): boolean {
  if (!schema) return true;
  if (typeof value === "string") {
    return (
      schema.type === "string" &&
      (schema.enum?.includes(value) ?? true) &&
      (schema.pattern === undefined || new RegExp(schema.pattern).test(value))
    );
  }
  if (typeof value !== "number") return schema.type === "boolean";
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity, exclusiveMaximum = Infinity } = schema;
  return (
    isNumber(schema) &&
    (schema.type === "number" || Number.isSafeInteger(value)) &&
    value >= minimum &&
    value <= maximum &&
    value > exclusiveMinimum &&
    value < exclusiveMaximum
  );
}

function isNumber(schema: JsonSchema | undefined): boolean {
  return schema?.type === "integer" || schema?.type === "number";
}

/** "0-4" becomes 0, 1, 2, 3, 4; anything else stays. */
function expanded(word: Scalar): readonly Scalar[] {
  const [, first, last] = /^(\d+)(?:-|–|\.{2,3}|:)(\d+)$/.exec(String(word)) ?? [];
  if (typeof word !== "string" || first === undefined || last === undefined) return [word];
  const count = Number(last) - Number(first) + 1;
  if (count < 1 || count > mostSuggested) return [word];
  return Array.from({ length: count }, (_, i) => Number(first) + i);
}
