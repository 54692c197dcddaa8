// What a value was meant to be, for hints: a list written as text, a number written as text. What is suggested is accepted
// by the schema of its place; where nothing such is near, there is no suggestion.
import type { Scalar } from "./located.ts";
import type { JsonSchema } from "./vocabulary.ts";

/** A range of more than this is no list that someone would write out. */
const mostSuggested = 20;

/** The list that a scalar was meant to be: "0-4", "0..4", "0, 2" and "0 2", or the scalar alone; undefined where it is none. */
export function suggestedList(value: Scalar, items: JsonSchema | undefined): readonly Scalar[] | undefined {
  if (value === null) return undefined;
  const words = typeof value === "string" ? value.replace(/^[[({]|[\])}]$/g, "").split(/[\s,;]+/) : [value];
  const list = words.filter((word) => word !== "").flatMap((word) => expanded(word));
  const typed = list.map((word) => (isNumber(items) && typeof word === "string" ? suggestedNumber(word, items) : word));
  const sound = typed.filter((word) => word !== undefined && accepts(items, word)) as Scalar[];
  return sound.length > 0 && sound.length === list.length && sound.length <= mostSuggested ? sound : undefined;
}

/** The number that a text was meant to be: "1_000", "1,000" or, where fractions may stand, "0,1". */
export function suggestedNumber(text: string, schema: JsonSchema | undefined): number | undefined {
  const bare = text.trim();
  const digits = /^\d{1,3}([_, ]\d{3})+$/.test(bare) ? bare.replace(/[_, ]/g, "") : bare.replace(",", ".");
  const value = digits === "" ? Number.NaN : Number(digits);
  return Number.isFinite(value) && accepts(schema, value) ? value : undefined;
}

/** Whether a value passes the schema, as far as it can be told from the value alone. */
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

/** "0-4" as 0, 1, 2, 3, 4; anything else as itself. */
function expanded(word: Scalar): readonly Scalar[] {
  const [, first, last] = /^(\d+)(?:-|–|\.{2,3}|:)(\d+)$/.exec(String(word)) ?? [];
  if (typeof word !== "string" || first === undefined || last === undefined) return [word];
  const count = Number(last) - Number(first) + 1;
  if (count < 1 || count > mostSuggested) return [word];
  return Array.from({ length: count }, (_, i) => Number(first) + i);
}
