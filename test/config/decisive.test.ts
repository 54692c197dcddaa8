import { describe, expect, it } from "vitest";
import { z } from "zod";
import { decisiveValue, isDecisive } from "../../src/config/decisive.ts";
import { factsOf, keyFacts, unwrapped } from "../../src/config/key-facts.ts";
import { type RunSections, runSchema } from "../../src/config/schema.ts";
import { valuePaths } from "../../src/config/vocabulary.ts";

const since = { since: 3 };
const { model, training } = runSchema.shape;
const { learningRate } = training.shape;

/** The vocabulary with one more key at each level, as a later version might have. */
const grown = runSchema.extend({
  model: model.in.safeExtend({
    squeeze: z
      .strictObject({ ratio: z.number().default(16), gate: z.string().default("sigmoid") })
      .prefault({})
      .register(keyFacts, since),
    stochasticDepth: model.in.shape.stochasticDepth
      .unwrap()
      .extend({ order: z.enum(["linear", "uniform"]).default("linear").register(keyFacts, since) })
      .optional(),
  }),
  training: training.extend({
    precision: z.enum(["float32", "float16"]).default("float32").register(keyFacts, since),
    drift: z.number().default(0).register(keyFacts, since),
    learningRate: learningRate
      .unwrap()
      .extend({
        warmUp: learningRate
          .unwrap()
          .shape.warmUp.unwrap()
          .extend({ shape: z.string().default("constant").register(keyFacts, since) })
          .optional(),
      })
      .prefault({}),
  }),
  // Two new sections: one that every run has, and an optional one.
  averaging: z
    .strictObject({ decay: z.number().default(0) })
    .prefault({})
    .register(keyFacts, since),
  distillation: z
    .strictObject({ teacher: z.string().default("none") })
    .optional()
    .register(keyFacts, since),
});

const input = {
  dataset: { name: "cifar10" },
  model: { family: "cifar", depth: 20, stochasticDepth: {} },
  training: { iterations: 100, learningRate: { warmUp: {} } },
};
const today = decisiveValue(runSchema.parse(input));

function grownWith(changes: Readonly<Record<string, Record<string, unknown>>>) {
  const changed = Object.fromEntries(
    Object.entries(changes).map(([name, keys]) => [name, { ...(input as Record<string, object>)[name], ...keys }]),
  );
  // The model's own defaults come with a rule that spans keys, which this copy lacks.
  const own = { block: "basic", shortcut: "A", width: 16 };
  const model = { ...input.model, ...own, ...changed.model };
  return decisiveValue(grown.parse({ ...input, ...changed, model }), grown);
}

describe("the decisive values of a run", () => {
  it("are the same in a later vocabulary if its new keys have their defaults, at any level", () => {
    expect(grownWith({})).toEqual(today);
    expect(grownWith({ averaging: { decay: 0 }, training: { precision: "float32", drift: -0 } })).toEqual(today);
  });

  it.each([
    [{ training: { precision: "float16" } }, { training: { precision: "float16" } }],
    [{ model: { squeeze: { ratio: 8 } } }, { model: { squeeze: { ratio: 8, gate: "sigmoid" } } }],
    [{ model: { stochasticDepth: { order: "uniform" } } }, { model: { stochasticDepth: { order: "uniform" } } }],
    [
      { training: { learningRate: { warmUp: { shape: "linear" } } } },
      { training: { learningRate: { warmUp: { shape: "linear" } } } },
    ],
    [{ averaging: { decay: 0.9 } }, { averaging: { decay: 0.9 } }],
    [{ distillation: {} }, { distillation: { teacher: "none" } }],
  ])("have a new key with another value, and an optional section that a run has: %j", (changes, found) => {
    expect(grownWith(changes)).toMatchObject(found);
    expect(grownWith(changes)).not.toEqual(today);
  });

  it("leave out the keys on which no result depends", () => {
    const often = runSchema.parse({ ...input, record: { checkpointEvery: 7 } });
    expect(decisiveValue(often)).toEqual(today);
    expect(valuePaths.filter((path) => !isDecisive(path))).toEqual(["record.checkpointEvery"]);
  });

  it("leave out a dropout rate of 0.5 for shortcuts, which was once implied", () => {
    const weighing = (dropoutRate?: number) =>
      (
        decisiveValue(
          runSchema.parse({ ...input, model: { ...input.model, weighing: { dropoutRate } } }),
        ) as RunSections
      ).model.weighing;
    expect(weighing(0.5)).toEqual(weighing());
    expect(weighing()).toEqual({ shortcutScale: 0.5, residualScale: 1, gateBias: -6 });
    expect(weighing(0.25)).toMatchObject({ dropoutRate: 0.25 });
  });

  it("are found in lists, and in each of the forms that a value may have", () => {
    const step = z.strictObject({
      at: z.int(),
      by: z.number().default(1).register(keyFacts, since),
    });
    const form = z.union([z.strictObject({ steps: z.array(step) }), z.strictObject({ cosine: z.literal(true) })]);
    expect(
      decisiveValue(
        {
          steps: [
            { at: 1, by: 1 },
            { at: 2, by: 3 },
          ],
        },
        form,
      ),
    ).toEqual({
      steps: [{ at: 1 }, { at: 2, by: 3 }],
    });
  });
});

describe("keys that were added later", () => {
  it("can each be left out, as in older files", () => {
    const later = laterKeys("", runSchema);
    expect(later.map(([path]) => path)).toContain(".model.weighing.dropoutRate");
    expect(later.filter(([, schema]) => !schema.safeParse(undefined).success)).toEqual([]);
  });
});

function laterKeys(path: string, schema: z.ZodType): [path: string, schema: z.ZodType][] {
  const inner = unwrapped(schema);
  const children = inner instanceof z.ZodObject ? Object.entries<z.ZodType>(inner.shape) : [];
  const below = children.flatMap(([key, child]) => laterKeys(`${path}.${key}`, child));
  return factsOf(schema).since === undefined ? below : [[path, schema], ...below];
}
