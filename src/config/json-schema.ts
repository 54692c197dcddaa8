// The vocabulary as JSON Schema, with which editors complete and check experiments/*.yaml while you type.
// It is laxer than the loader. No key inside a section is required, because an axis or a profile may give it. The loader
// alone checks rules that span keys, such as a depth that fits its block.
import { axisPaths, type JsonSchema, schemaAt, vocabulary } from "./vocabulary.ts";

/** The JSON Schema (draft 2020-12) of an experiment file, as `resnet-exp schema` prints it. */
export function experimentJsonSchema(): object {
  const { properties = {}, ...whole } = vocabulary;
  const { profiles, matrix, ...keys } = properties;
  const definitions = Object.fromEntries(Object.entries(keys).map(([key, schema]) => [key, withoutRequired(schema)]));
  const references = Object.fromEntries(
    [...Object.keys(keys), "matrix"].map((key) => [key, { $ref: `#/$defs/${key}` }]),
  );
  const values = axisPaths.map((path) => {
    const { default: _, ...value } = schemaAt(path.split(".")) ?? {};
    return [path, value] as const;
  });
  const list = (items: object) => ({ type: "array", items, minItems: 1, uniqueItems: true });
  const valueAt = (path: string) => ({ $ref: `#/$defs/${path}` });
  return {
    ...whole,
    title: "An experiment of resnet-exp",
    properties: { ...references, profiles: { ...profiles, additionalProperties: { $ref: "#/$defs/profile" } } },
    // Keys that hold YAML anchors.
    patternProperties: { "^x-": {} },
    required: ["name"],
    $defs: {
      ...definitions,
      ...Object.fromEntries(values),
      matrix: {
        description: matrix?.description,
        default: {},
        type: "object",
        properties: Object.fromEntries(axisPaths.map((path) => [path, list(valueAt(path))])),
        // The name of an axis that varies several values together.
        patternProperties: { "^[^.]+$": list({ $ref: "#/$defs/axisValues" }) },
        additionalProperties: false,
      },
      axisValues: {
        description: "values that vary together, each by its path",
        type: "object",
        properties: Object.fromEntries(axisPaths.map((path) => [path, valueAt(path)])),
        additionalProperties: false,
        minProperties: 1,
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
