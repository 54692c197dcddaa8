import { describe, expect, it } from "vitest";
import { z } from "zod";
import { experimentJsonSchema } from "../../src/config/json-schema.ts";
import {
  axisPaths,
  expectation,
  type JsonSchema,
  meantWord,
  nearestPath,
  schemaAt,
  sectionNames,
  valuePaths,
  vocabulary,
} from "../../src/config/vocabulary.ts";

describe("the vocabulary", () => {
  it("describes every key", () => {
    const silent = (schema: JsonSchema, path: string): string[] => [
      ...(schema.description || path === "" ? [] : [path]),
      ...Object.entries(schema.properties ?? {}).flatMap(([key, inner]) =>
        silent(inner, path ? `${path}.${key}` : key),
      ),
    ];
    expect(silent(vocabulary, "")).toEqual([]);
  });

  it("lists the path of every value in a section", () => {
    expect(sectionNames).toEqual(["dataset", "model", "training", "evaluation", "record"]);
    expect(new Set(valuePaths).size).toBe(valuePaths.length);
    expect(valuePaths).toContain("training.learningRate.warmUp.untilTrainError");
    expect(valuePaths).not.toContain("model.batchNorm");
    expect(valuePaths.filter((path) => !axisPaths.includes(path))).toEqual(["record.checkpointEvery"]);
  });

  it("finds the schema of a path, but none for names that objects inherit", () => {
    expect(schemaAt(["model", "depth"])?.type).toBe("integer");
    expect(schemaAt(["training", "learningRate", "dropAt", 3])?.type).toBe("integer");
    expect(schemaAt(["training", "learningRate"])?.properties).toBeDefined();
    for (const key of ["constructor", "__proto__", "toString"]) expect(schemaAt(["model", key])).toBeUndefined();
    expect(schemaAt(["nothing", "below", 0])).toBeUndefined();
  });

  it.each([
    ["model.dept", "model.depth"],
    ["depth", "model.depth"],
    ["dept", "model.depth"],
    ["training.width", "model.width"],
    ["evaluation.batchSiz", "evaluation.batchSize"],
    ["learningRate.initial", "training.learningRate.initial"],
    ["optimizer.name", undefined],
    ["frobnicate", undefined],
  ])("takes %s for %s", (word, path) => expect(nearestPath(word, valuePaths)).toBe(path));

  it.each([
    ["sintetic", "synthetic"],
    ["cifar", "cifar10"],
    ["mnist", "fashion-mnist"],
    ["imagenet", undefined],
    ["i", undefined],
  ])("takes the word %s for %s", (word, meant) =>
    expect(meantWord(word, ["synthetic", "cifar10", "fashion-mnist"])).toBe(meant),
  );

  it.each<[JsonSchema, string]>([
    [{ enum: ["A", "B", "C"] }, "A, B or C"],
    [{ enum: ["A"] }, "A"],
    [{ type: "integer" }, "a whole number"],
    [{ type: "integer", minimum: 1 }, "a whole number of at least 1"],
    [{ type: "integer", minimum: 1, maximum: 9 }, "a whole number from 1 to 9"],
    [{ type: "number", exclusiveMinimum: 0 }, "a number above 0"],
    [{ type: "number", exclusiveMinimum: 0, maximum: 1 }, "a number above 0 and at most 1"],
    [{ type: "number", minimum: 0, exclusiveMaximum: 1 }, "a number of at least 0 and below 1"],
    [{ type: "array", items: { type: "integer", minimum: 0 } }, "a list of whole numbers of at least 0"],
    [{ type: "object" }, "a mapping of keys"],
    [{ type: "string" }, "text"],
  ])("says of %j: %s", (schema, words) => expect(expectation(schema)).toBe(words));
});

describe("the JSON Schema", () => {
  const schema = z.fromJSONSchema(experimentJsonSchema() as Parameters<typeof z.fromJSONSchema>[0]);
  const accepts = (document: object) => schema.safeParse(document).success;

  it("accepts a section that an axis or a profile completes", () => {
    expect(accepts({ name: "a", model: { family: "cifar" }, matrix: { "model.depth": [20, 32] } })).toBe(true);
    expect(accepts({ name: "a", profiles: { smoke: { training: { iterations: 5 } } } })).toBe(true);
  });

  it("accepts values that vary together, and lists as values of an axis", () => {
    const batch = [128, 256].map((size) => ({ "training.batchSize": size, "model.width": size / 8 }));
    expect(accepts({ name: "a", matrix: { batch } })).toBe(true);
    expect(accepts({ name: "a", matrix: { "training.learningRate.dropAt": [[], [100, 200]] } })).toBe(true);
  });

  it.each([
    ["no name", {}],
    ["an unknown key", { name: "a", modle: {} }],
    ["an unknown key in a section", { name: "a", model: { detph: 20 } }],
    ["a word that is none", { name: "a", model: { family: "vgg" } }],
    ["a value out of bounds", { name: "a", training: { momentum: 1 } }],
    ["an unknown axis", { name: "a", matrix: { "model.detph": [20] } }],
    ["a value of an axis that is none", { name: "a", matrix: { "model.shortcut": ["D"] } }],
    ["an unknown path that varies with others", { name: "a", matrix: { net: [{ "model.detph": 20 }] } }],
    ["a name for a list of values", { name: "a", matrix: { net: [20] } }],
    ["an empty axis", { name: "a", matrix: { "model.depth": [] } }],
    ["an unknown key in a profile", { name: "a", profiles: { smoke: { trainin: {} } } }],
    ["a profile in a profile", { name: "a", profiles: { smoke: { profiles: {} } } }],
  ])("refuses %s", (_, document) => expect(accepts(document)).toBe(false));
});
