// The whole vocabulary of an experiment file: every key, its meaning, its default and its bounds, and nothing else.
// A document is parsed after its profile and `--set` values are laid over it, so each value passes here exactly once.
// Keys use the paper's words; the defaults are the paper's recipe for CIFAR-10 (section 4.2).
import { z } from "zod";
import { implied } from "./implied.ts";
import { keyFacts } from "./key-facts.ts";
import {
  activationNames,
  blockLayers,
  blockNames,
  datasetNames,
  isPlain,
  scheduleNames,
  shortcutNames,
} from "./names.ts";

/** Depths of Table 1, by the layers of their blocks. */
const imagenetDepths: readonly { readonly layers: number | "span"; readonly depths: readonly number[] }[] = [
  { layers: "span", depths: [18, 34] },
  { layers: 3, depths: [50, 101, 152] },
];
/** Depths that the papers trained on CIFAR-10, by the layers that one more n adds. */
const cifarDepths: Readonly<Record<number, readonly number[]>> = {
  6: [20, 32, 44, 56, 110],
  9: [20, 29, 110, 164, 1001],
};

const datasetSchema = z.strictObject({
  name: z
    .enum(datasetNames)
    .describe("which images to train and test on; synthetic is made from a seed and needs no file"),
  trainImages: z.int().min(1).optional().describe("use only the first so many training images (default: all)"),
  testImages: z.int().min(1).optional().describe("use only the first so many test images (default: all)"),
  validationImages: z
    .int()
    .min(0)
    .default(0)
    .describe("hold out so many training images, drawn once, for validation (the paper's 45k/5k split is 5000)"),
  cropSize: z
    .int()
    .min(8)
    .max(2048)
    .optional()
    .describe(`imagenet: side of the square crop that a net sees (default: ${implied.cropSize})`),
  emptyClasses: z
    .literal("allow")
    .optional()
    .describe("imagenet: keep a class whose folder holds no image that can be read (default: refuse the folder)"),
});

const insideSchema = z.strictObject({
  dropoutRate: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.3)
    .describe("wide-dropout: the fraction of values that are zero in a step"),
  reduction: z
    .int()
    .min(1)
    .default(16)
    .describe("se-basic, se-bottleneck: how many times fewer units than channels the first dense layer has"),
  groups: z.int().min(1).max(1024).default(32).describe("resnext: groups of the 3×3 convolution (the cardinality)"),
  groupWidth: z
    .int()
    .min(1)
    .max(1024)
    .default(4)
    .describe("resnext: channels of a group in a stage of width 64, and in proportion in others"),
});

const modelSchema = z
  .strictObject({
    family: z.enum(["cifar", "imagenet"]).describe("cifar: section 4.2, three stages; imagenet: Table 1, four stages"),
    depth: z
      .int()
      .min(1)
      .max(10_000)
      .describe("weighted layers; cifar 6n+2 (bottleneck 9n+2), imagenet 18, 34, 50, 101 or 152"),
    block: z
      .enum(blockNames)
      .optional()
      .describe(
        "building block; plain and plain-bottleneck have no shortcut; wide-dropout is basic with dropout between its convolutions (Zagoruyko and Komodakis 2016); se-basic and se-bottleneck end in squeeze and excitation (Hu et al. 2017); resnext has its 3×3 convolution in groups (Xie et al. 2017) (default: bottleneck for imagenet 50 and deeper, else basic)",
      ),
    shortcut: z
      .enum(shortcutNames)
      .optional()
      .describe(
        "A: identity, zeros for new channels; B: projection where dimensions grow; C: projection everywhere; scaling, the gatings and dropout: A, weighed as `weighing` says (default: cifar A, imagenet B; plain nets have none)",
      ),
    width: z
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .describe("channels of the first stage's 3×3 convolutions (default: cifar 16, imagenet 64)"),
    stem: z
      .enum(["auto", "7x7", "3x3"])
      .default("auto")
      .describe(
        "first layer of the imagenet family: 7×7 stride 2 with max-pooling, or 3×3 stride 1; auto takes 3×3 below 64 pixels",
      ),
    strideIn: z
      .enum(["1x1", "3x3"])
      .default("1x1")
      .describe("which convolution of a bottleneck has the stride: the first 1×1 as in the paper, or the 3×3"),
    activation: z
      .enum(activationNames)
      .default("original")
      .describe(
        "where batch normalisation and ReLU stand in a block; original: after each convolution and the addition",
      ),
    span: z
      .int()
      .min(1)
      .max(100)
      .default(2)
      .describe("3×3 convolutions in a basic block, so layers that its shortcut crosses; cifar depth is 3·span·n+2"),
    weighing: z
      .strictObject({
        shortcutScale: z.number().default(0.5).describe("scaling: what the shortcut is multiplied by"),
        residualScale: z.number().default(1).describe("scaling: what the block's own output is multiplied by"),
        gateBias: z.number().default(-6).describe("gating: what the bias of g(x) = σ(W x + b) starts as"),
        dropoutRate: z
          .number()
          .gt(0)
          .lt(1)
          .default(0.5)
          .describe("dropout: the fraction of a shortcut's values that are zero in a step")
          .register(keyFacts, { since: 2 }),
      })
      .prefault({})
      .describe("how the shortcuts scaling, exclusive-gating, shortcut-only-gating and dropout weigh the two paths"),
    inside: insideSchema
      .prefault({})
      .describe("what stands inside the blocks wide-dropout, se-basic, se-bottleneck and resnext")
      .register(keyFacts, { since: 2 }),
    lastGamma: z
      .number()
      .default(1)
      .describe("what γ of a block's last normalisation starts as; 0 makes each block start as its shortcut"),
    stochasticDepth: z
      .strictObject({
        lastSurvival: z
          .number()
          .gt(0)
          .max(1)
          .default(0.5)
          .describe("probability that the last block is kept in a step"),
      })
      .optional()
      .describe(
        "drop whole blocks at random in training, later ones more often: from 1 at the input the probability to be kept falls linearly to the last block's (default: no)",
      ),
    batchNorm: z
      .strictObject({
        epsilon: z.number().positive().default(1e-5).describe("added to the variance before the square root"),
        momentum: z.number().gt(0).max(1).default(0.1).describe("share of the new batch in the running statistics"),
      })
      .prefault({})
      .describe("batch normalisation"),
  })
  .superRefine((model, context) => {
    const expected = expectedDepth(model);
    if (expected)
      context.addIssue({
        code: "custom",
        path: ["depth"],
        message: `Expected depth to be ${expected}, got ${model.depth}.`,
      });
    if (model.stochasticDepth && isPlain(model.block))
      context.addIssue({
        code: "custom",
        path: ["stochasticDepth"],
        message: `Expected stochasticDepth only for blocks with a shortcut, which a dropped block leaves; got block ${model.block}.`,
      });
    const spans = model.family === "cifar" && blockLayers[model.block ?? "basic"] === "span";
    if (model.span !== 2 && !spans)
      context.addIssue({
        code: "custom",
        path: ["span"],
        message: `Expected span to be 2 but for basic and plain blocks of the cifar family, got ${model.span}.`,
      });
  })
  .transform((model) => {
    const block = model.block ?? (model.family === "imagenet" && model.depth >= 50 ? "bottleneck" : "basic");
    return {
      ...model,
      block,
      shortcut: isPlain(block) ? ("none" as const) : (model.shortcut ?? (model.family === "cifar" ? "A" : "B")),
      width: model.width ?? (model.family === "cifar" ? 16 : 64),
    };
  });

const learningRateSchema = z.strictObject({
  schedule: z
    .enum(scheduleNames)
    .default("step")
    .describe(
      "step: the rate falls at each of dropAt, as the paper's; cosine: half a period of a cosine, from the initial rate to zero after the last iteration (Loshchilov and Hutter 2017)",
    )
    .register(keyFacts, { since: 2 }),
  initial: z.number().positive().default(0.1).describe("learning rate at iteration 0"),
  dropAt: z
    .array(z.int().min(1))
    .superRefine((iterations, context) => {
      const i = iterations.findIndex((iteration, index) => index > 0 && iteration <= iterations[index - 1]!);
      if (i < 0) return;
      const message = `Expected learningRate.dropAt to increase, got ${iterations[i]} after ${iterations[i - 1]}.`;
      context.addIssue({ code: "custom", path: [i], message });
    })
    .default([])
    .describe(
      "step: iterations from which the rate is multiplied by `factor` once more; those past the end never come; other schedules have none",
    ),
  factor: z.number().gt(0).lt(1).default(0.1).describe("step: what each drop multiplies the rate by"),
  warmUp: z
    .strictObject({
      fromDepth: z.int().min(1).default(1).describe("only nets of at least so many layers warm up"),
      learningRate: z.number().positive().default(0.01).describe("rate during the warm-up"),
      untilTrainError: z
        .number()
        .gt(0)
        .lt(1)
        .default(0.8)
        .describe("the warm-up ends when the running training error falls below this fraction"),
    })
    .optional()
    .describe("the 110-layer rule of section 4.2: a small rate until training has begun to work (default: none)"),
});

const trainingSchema = z.strictObject({
  batchSize: z.int().min(1).max(100_000).default(128).describe("images a step"),
  iterations: z.int().min(1).describe("steps in all"),
  learningRate: learningRateSchema.prefault({}).describe("the schedule, in iterations"),
  momentum: z.number().min(0).lt(1).default(0.9).describe("momentum m of v ← m·v + lr·g, w ← w − v (Caffe's form)"),
  weightDecay: z.number().min(0).default(1e-4).describe("L2 penalty, added to the gradient as decay × weight"),
  weightDecayOn: z
    .enum(["all", "weights"])
    .default("all")
    .describe("all parameters, or convolution and dense weights only"),
  precision: z
    .enum(["float32", "bf16-mixed"])
    .default("float32")
    .register(keyFacts, { since: 2 })
    .describe(
      "bf16-mixed: activations and their gradients in bfloat16; weights, their gradients, momentum, statistics, head and loss in float32 (engines native and cpu)",
    ),
  augmentation: z
    .enum(["pad-crop-flip", "scale-crop-flip-colour", "none"])
    .default("pad-crop-flip")
    .describe(
      "pad-crop-flip: 4 pixels of padding on each side, a random crop, a random mirror image (section 4.2); scale-crop-flip-colour, of imagenet: a random short side, crop and mirror image, AlexNet's shift of colours (section 3.4)",
    ),
  scale: z
    .strictObject({
      from: z.int().min(8).max(4096).describe("the least short side"),
      to: z.int().min(8).max(4096).describe("the greatest short side"),
    })
    .refine(({ from, to }) => from <= to, { path: ["to"], error: "Expected scale.to to be at least scale.from." })
    .optional()
    .describe(
      `scale-crop-flip-colour: bounds of the random short side, both included (default: from ${implied.scale.from} to ${implied.scale.to})`,
    ),
});

const evaluationSchema = z.strictObject({
  every: z
    .int()
    .min(1)
    .default(1000)
    .describe("iterations between tests on all test images; the last iteration is always tested"),
  batchSize: z.int().min(1).max(100_000).default(256).describe("images a forward pass"),
  layers: z
    .strictObject({
      at: z
        .array(z.int().min(1))
        .default([])
        .describe("iterations at which the layers are measured; the last iteration always is"),
      images: z.int().min(1).default(1000).describe("measure responses to the first so many test images"),
    })
    .optional()
    .describe("measure each layer: standard deviation of its response (Fig. 7) and norm of its gradient (default: no)"),
  shortSide: z
    .int()
    .min(8)
    .max(4096)
    .optional()
    .describe(
      `imagenet: short side that an image is resized to before its centre is cropped (default: ${implied.shortSide})`,
    ),
});

const recordSchema = z.strictObject({
  trainEvery: z.int().min(1).default(100).describe("iterations that one line of training loss and error averages over"),
  checkpointEvery: z
    .int()
    .min(1)
    .default(500)
    .describe("iterations between checkpoints; decides no number, only what a crash can lose")
    .register(keyFacts, { decisive: false }),
});

/** The sections that decide the numbers of one run. */
const sections = {
  dataset: datasetSchema.describe("the images"),
  model: modelSchema.describe("the network"),
  training: trainingSchema.describe("how it is trained"),
  evaluation: evaluationSchema.prefault({}).describe("when and how it is tested"),
  record: recordSchema.prefault({}).describe("what is written down, and how often"),
};

const scalarSchema = z.union([z.string(), z.number(), z.boolean()]);

const paperSchema = z
  .array(
    z
      .string()
      .regex(/^((identity-mappings-)?table|figure)-\d+$/, "a table or figure of the paper such as table-2 or figure-4"),
  )
  .default([])
  .describe(
    "tables and figures of the paper that this reproduces; identity-mappings-table-1 to 3 are of its follow-up",
  );

/** One run's resolved sections, as parsed: every default filled in. */
export const runSchema = z.strictObject(sections);

const wordSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "at most 64 lower-case letters, digits and hyphens");

const seedsSchema = z
  .array(z.int().min(0))
  .min(1)
  .superRefine((seeds, context) => {
    const i = seeds.findIndex((seed, index) => seeds.indexOf(seed) < index);
    if (i >= 0)
      context.addIssue({ code: "custom", path: [i], message: `Expected seeds to differ, got ${seeds[i]} again.` });
  })
  .default([0])
  .describe("one run of every cell of the matrix for each");

/** The keys of an experiment file that say what it is, beside its sections, its matrix and its profiles. */
const head = {
  name: wordSchema.describe("names the directory under results/"),
  question: z.string().optional().describe("what the experiment asks, in one sentence"),
  paper: paperSchema,
  slurm: z
    .record(z.string().regex(/^[a-z][a-z0-9-]*$/), z.union([z.string(), z.number()]))
    .optional()
    .describe(
      "options of sbatch for `run --on slurm`, for example { partition: gpu, gres: gpu:1 }; they decide no number",
    ),
};

/** What an experiment file says about all of its runs. */
export const documentSchema = z.strictObject({ ...head, seeds: seedsSchema });

/** A whole experiment file with its profile and overrides laid over it. */
export const experimentSchema = z.strictObject({
  ...head,
  ...sections,
  seeds: seedsSchema,
  matrix: z
    .record(z.string(), z.array(scalarSchema).min(1))
    .default({})
    .describe(
      "axes to vary, as key path to list of values, for example model.depth: [18, 34]; the last varies fastest",
    ),
  exclude: z
    .array(z.record(z.string(), z.union([scalarSchema, z.array(scalarSchema).min(1)])))
    .default([])
    .describe(
      "cells of the matrix to leave out: those that have a value of each key of an entry, for example { model.block: plain, model.depth: 110 }",
    ),
  profiles: z
    .record(wordSchema, z.record(z.string(), z.unknown()))
    .default({})
    .describe("named partial documents, laid over this one by --profile"),
});

/** Sections as an experiment file has them, before defaults. */
export type WrittenSections = z.input<typeof runSchema>;
export type DatasetConfig = z.infer<typeof datasetSchema>;
export type ModelConfig = z.infer<typeof modelSchema>;
export type TrainingConfig = z.infer<typeof trainingSchema>;
export type LearningRateConfig = z.infer<typeof learningRateSchema>;
export type EvaluationConfig = z.infer<typeof evaluationSchema>;
export type RunSections = z.infer<typeof runSchema>;
export type ExperimentDocument = z.infer<typeof documentSchema>;
export type Scalar = z.infer<typeof scalarSchema>;
export type ScheduleName = LearningRateConfig["schedule"];
export type Shortcut = ModelConfig["shortcut"];
export type Block = ModelConfig["block"];
export type Activation = ModelConfig["activation"];

/** Parse options of commands by the same rules as an experiment file. */
export { datasetSchema, modelSchema };

interface DepthRule {
  readonly family: "cifar" | "imagenet";
  readonly depth: number;
  readonly block?: Block | undefined;
  readonly span: number;
}

/** What the depth should have been, in words, or undefined where it is right. */
function expectedDepth({ family, depth, block, span }: DepthRule): string | undefined {
  const layers = block && blockLayers[block];
  if (family === "cifar") {
    const layersPerN = 3 * (layers === undefined || layers === "span" ? span : layers);
    if (depth > 2 && (depth - 2) % layersPerN === 0) return undefined;
    const examples = cifarDepths[layersPerN] ?? [1, 2, 3].map((n) => layersPerN * n + 2);
    return `${layersPerN}n+2 (${examples.join(", ")} …)`;
  }
  const depths = imagenetDepths.filter((known) => !layers || known.layers === layers).flatMap((known) => known.depths);
  if (depths.includes(depth)) return undefined;
  if (depths.length === 0) return `of the cifar family for block ${block}`;
  const list = `${depths.slice(0, -1).join(", ")} or ${depths.at(-1)}`;
  return block ? `${list} for block ${block}` : list;
}
