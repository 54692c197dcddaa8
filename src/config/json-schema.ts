// The vocabulary as JSON Schema, for editors that complete and check experiments/*.yaml while one types.
// Laxer than the loader where an editor cannot know: an axis or a profile may give what a section misses, so no key
// inside a section is required, and rules that span keys (a depth that fits its block) are left to the loader.
import { axisPaths, type JsonSchema, schemaAt, vocabulary } from "./vocabulary.ts";

/** The JSON Schema (draft 2020-12) of an experiment file, as `resnet-exp schema` prints it. */
export function experimentJsonSchema(): object {
  const { properties = {}, ...whole } = vocabulary;
  const { profiles, matrix, ...keys } = properties;
  const definitions = Object.fromEntries(Object.entries(keys).map(([key, schema]) => [key, withoutRequired(schema)]));
  const references = Object.fromEntries(
    [...Object.keys(keys), "matrix"].map((key) => [key, { $ref: `#/$defs/${key}` }]),
  );
  const axes = axisPaths.map((path) => {
    const { default: _, ...items } = schemaAt(path.split(".")) ?? {};
    return [path, { type: "array", items, minItems: 1, uniqueItems: true }];
  });
  return {
    ...whole,
    title: "An experiment of resnet-exp",
    properties: { ...references, profiles: { ...profiles, additionalProperties: { $ref: "#/$defs/profile" } } },
    // What only holds anchors.
    patternProperties: { "^x-": {} },
    required: ["name"],
    $defs: {
      ...definitions,
      matrix: {
        description: matrix?.description,
        default: {},
        type: "object",
        properties: Object.fromEntries(axes),
        additionalProperties: false,
      },
      profile: { type: "object", properties: references, additionalProperties: false },
    },
  };
}

function withoutRequired(schema: JsonSchema): JsonSchema {
  const { required: _, properties, ...rest } = schema;
  if (!properties) return rest;
  const kept = Object.entries(properties).map(([key, inner]) => [key, withoutRequired(inner)]);
  return { ...rest, properties: Object.fromEntries(kept) };
}
