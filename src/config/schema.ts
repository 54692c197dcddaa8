// The vocabulary of an experiment file: every key with its meaning, default and bounds.
// The file is parsed here once, after its profile and the `--set` values have been laid over it.
// Keys use the paper's words; the defaults are the paper's recipe for CIFAR-10 (section 4.2).
import { z } from "zod";
import { analysesSchema } from "./analysis-schemas.ts";
import { claimIds, claimVerdicts } from "./claim-names.ts";
import { implied } from "./implied.ts";
import { keyFacts } from "./key-facts.ts";
import {
  activationNames,
  blockLayers,
  blockNames,
  datasetNames,
  isPlain,
  ownShortcut,
  scheduleNames,
  shortcutNames,
} from "./names.ts";

/** Depths in Table 1, grouped by the number of layers in a block. */
const imagenetDepths: readonly { readonly layers: number | "span"; readonly depths: readonly number[] }[] = [
  { layers: "span", depths: [18, 34] },
  { layers: 3, depths: [50, 101, 152] },
];
/** Depths that the papers trained on CIFAR-10, grouped by how many layers each n adds. */
const cifarDepths: Readonly<Record<number, readonly number[]>> = {
  6: [20, 32, 44, 56, 110],
  9: [20, 29, 110, 164, 1001],
};

const datasetSchema = z.strictObject({
  name: z
    .enum(datasetNames)
    .describe(
      "the images to train and test on; synthetic images are drawn from a seed and need no file; folder: your own images by class, in --data",
    ),
  trainImages: z.int().min(1).optional().describe("how many training images to use, from the first (default: all)"),
  testImages: z.int().min(1).optional().describe("how many test images to use, from the first (default: all)"),
  validationImages: z
    .int()
    .min(0)
    .default(0)
    .describe("how many training images to hold out for validation, drawn once (the paper's 45k/5k split: 5000)"),
  cropSize: z
    .int()
    .min(8)
    .max(2048)
    .optional()
    .describe(`imagenet, folder: side of the square crop that the net sees, in pixels (default: ${implied.cropSize})`),
  emptyClasses: z
    .literal("allow")
    .optional()
    .describe(
      "imagenet, folder: allow keeps a class whose folder has no readable image (default: such a data set is refused)",
    ),
  testFraction: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe(
      "folder: share of each class to test on, drawn by the names of the images, where there is no folder of test images (default: the test images are those in test/, val/ or validation/)",
    )
    .register(keyFacts, { since: 2 }),
});

const insideSchema = z.strictObject({
  dropoutRate: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.3)
    .describe("wide-dropout: fraction of the values that dropout sets to zero in an iteration"),
  reduction: z
    .int()
    .min(1)
    .default(16)
    .describe("se-basic, se-bottleneck: channels divided by the units of the first dense layer (the reduction ratio)"),
  groups: z
    .int()
    .min(1)
    .max(1024)
    .default(32)
    .describe("resnext: number of groups of the 3×3 convolution (the cardinality)"),
  groupWidth: z
    .int()
    .min(1)
    .max(1024)
    .default(4)
    .describe("resnext: channels of a group in a stage of width 64; in proportion in the other stages"),
  multiplier: z
    .number()
    .default(0)
    .describe("skip-init: initial value of the trained number; with 0, a block starts as its shortcut alone")
    .register(keyFacts, { since: 2 }),
});

const modelSchema = z
  .strictObject({
    family: z
      .enum(["cifar", "imagenet"])
      .describe("cifar: three stages, as in section 4.2; imagenet: four stages, as in Table 1"),
    depth: z
      .int()
      .min(1)
      .max(10_000)
      .describe(
        "number of weighted layers; cifar: 6n+2 (bottleneck: 9n+2; repvgg: 3n+2); imagenet: 18, 34, 50, 101 or 152",
      ),
    block: z
      .enum(blockNames)
      .optional()
      .describe(
        "building block; plain and plain-bottleneck have no shortcut; wide-dropout is basic with dropout between its convolutions (Zagoruyko and Komodakis 2016); se-basic and se-bottleneck end in squeeze and excitation (Hu et al. 2017); resnext is bottleneck with a grouped 3×3 convolution (Xie et al. 2017); skip-init is basic in a net without normalisation, whose convolutions have biases, times a trained number (De and Smith 2020, SkipInit); repvgg is one 3×3 convolution beside a 1×1 convolution and, where the shape stays, the identity, each with batch normalisation (Ding et al. 2021, section 3.2); repvgg-folded is what `weights fold` makes of it: the 3×3 convolution alone, with bias, in a net without normalisation (section 3.3) (default: bottleneck for imagenet nets of 50 layers or more, else basic)",
      ),
    shortcut: z
      .enum(shortcutNames)
      .optional()
      .describe(
        "A: identity, with zeros for new channels; B: projection where dimensions grow, else identity; C: projection everywhere; scaling, exclusive-gating, shortcut-only-gating and dropout: A with the weights that `weighing` sets (default: A for cifar, B for imagenet; plain nets have no shortcut, and repvgg has its own)",
      ),
    width: z
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .describe("channels of the 3×3 convolutions in the first stage (default: 16 for cifar, 64 for imagenet)"),
    widening: z
      .int()
      .min(1)
      .max(100)
      .default(1)
      .register(keyFacts, { since: 2 })
      .describe(
        "factor k of the channels of all stages, but not of the stem (Zagoruyko and Komodakis 2016); the depth of a widened cifar net may be 6n+4, as Wide ResNets count: with three projections and without the dense layer",
      ),
    stem: z
      .enum(["auto", "7x7", "3x3"])
      .default("auto")
      .describe(
        "imagenet: the first layer; 7x7: a 7×7 convolution of stride 2, then max-pooling; 3x3: a 3×3 convolution of stride 1; auto: 3x3 for images smaller than 64 pixels, else 7x7",
      ),
    strideIn: z
      .enum(["1x1", "3x3"])
      .default("1x1")
      .describe("the convolution of a bottleneck that has the stride: the first 1×1, as in the paper, or the 3×3"),
    activation: z
      .enum(activationNames)
      .default("original")
      .describe(
        "order of batch normalisation, ReLU and addition in a block (Identity Mappings, Table 2); original: batch normalisation after each convolution, the last ReLU after the addition; no-last-relu: original without the ReLU after the addition, so that f in equation 1 of Identity Mappings is the identity (Gross and Wilber 2016)",
      ),
    span: z
      .int()
      .min(1)
      .max(100)
      .default(2)
      .describe(
        "cifar: number of 3×3 convolutions in a basic or plain block, which its shortcut crosses; depth is then 3·span·n+2",
      ),
    weighing: z
      .strictObject({
        shortcutScale: z.number().default(0.5).describe("scaling: factor of the shortcut"),
        residualScale: z.number().default(1).describe("scaling: factor of the block's own output"),
        gateBias: z.number().default(-6).describe("gatings: initial value of the bias b in g(x) = σ(W x + b)"),
        dropoutRate: z
          .number()
          .gt(0)
          .lt(1)
          .default(0.5)
          .describe("dropout: fraction of the shortcut's values that dropout sets to zero in an iteration")
          .register(keyFacts, { since: 2 }),
      })
      .prefault({})
      .describe(
        "weights of the two paths, for the shortcuts scaling, exclusive-gating, shortcut-only-gating and dropout",
      ),
    inside: insideSchema
      .prefault({})
      .describe("settings of the blocks wide-dropout, se-basic, se-bottleneck, resnext and skip-init")
      .register(keyFacts, { since: 2 }),
    head: z
      .enum(["small", "he"])
      .default("small")
      .register(keyFacts, { since: 2 })
      .describe(
        "initial weights of the last, dense layer; small: a standard deviation of 0.01, so that training starts at the loss of guessing; he: of √(2 / inputs), for nets in which this layer must not start near zero, such as those that keep its weights",
      ),
    lastGamma: z
      .number()
      .default(1)
      .describe("initial γ of the last batch normalisation in a block; with 0, a block starts as its shortcut alone"),
    stochasticDepth: z
      .strictObject({
        lastSurvival: z
          .number()
          .gt(0)
          .max(1)
          .default(0.5)
          .describe("probability that an iteration keeps the last block"),
      })
      .optional()
      .describe(
        "drops whole blocks at random in training; the probability that a block is kept falls linearly, from 1 at the input to lastSurvival at the last block (default: no block is dropped)",
      ),
    batchNorm: z
      .strictObject({
        epsilon: z.number().positive().default(1e-5).describe("number added to the variance before the square root"),
        momentum: z.number().gt(0).max(1).default(0.1).describe("share of each new batch in the running statistics"),
      })
      .prefault({})
      .describe("settings of batch normalisation"),
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
        message: `Expected stochasticDepth only with blocks that have a shortcut, got block ${model.block}.`,
      });
    const spans = model.family === "cifar" && blockLayers[model.block ?? "basic"] === "span";
    if (model.span !== 2 && !spans)
      context.addIssue({
        code: "custom",
        path: ["span"],
        message: `Expected span to be 2, except for basic and plain blocks of the cifar family, got ${model.span}.`,
      });
  })
  .transform((model) => {
    const block = model.block ?? (model.family === "imagenet" && model.depth >= 50 ? "bottleneck" : "basic");
    return {
      ...model,
      block,
      shortcut: ownShortcut(block) ?? model.shortcut ?? (model.family === "cifar" ? "A" : "B"),
      width: model.width ?? (model.family === "cifar" ? 16 : 64),
    };
  });

const learningRateSchema = z.strictObject({
  schedule: z
    .enum(scheduleNames)
    .default("step")
    .describe(
      "step: the rate drops at each iteration of dropAt, as in the paper; cosine: the rate falls along half a cosine, from the initial rate to zero after the last iteration (Loshchilov and Hutter 2017)",
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
      "step: iterations at which the rate is multiplied by `factor`; iterations after the end have no effect, and other schedules ignore the list",
    ),
  dropAtEpochs: z
    .array(z.number().positive().max(1_000_000))
    .superRefine((epochs, context) => {
      const i = epochs.findIndex((epoch, index) => index > 0 && epoch <= epochs[index - 1]!);
      if (i < 0) return;
      const message = `Expected learningRate.dropAtEpochs to increase, got ${epochs[i]} after ${epochs[i - 1]}.`;
      context.addIssue({ code: "custom", path: [i], message });
    })
    .optional()
    .register(keyFacts, { since: 2 })
    .describe("the same drops in epochs, instead of dropAt; counted as training.epochs is"),
  factor: z.number().gt(0).lt(1).default(0.1).describe("step: factor of each drop"),
  warmUp: z
    .strictObject({
      fromDepth: z.int().min(1).default(1).describe("depth from which nets warm up; shallower nets do not"),
      learningRate: z.number().positive().default(0.01).describe("learning rate during the warm-up"),
      untilTrainError: z
        .number()
        .gt(0)
        .lt(1)
        .default(0.8)
        .describe("training error, as a fraction, below which the warm-up ends"),
    })
    .optional()
    .describe("a small rate at the start, as for 110 layers in section 4.2 (default: no warm-up)"),
  linearWarmUp: z
    .int()
    .min(1)
    .optional()
    .register(keyFacts, { since: 2 })
    .describe(
      "number N of iterations over which the rate rises to that of the schedule: iteration i, from 0, has (i+1)/N of it (Goyal et al. 2017, section 2.2) (default: no rise)",
    ),
});

const trainingSchema = z.strictObject({
  batchSize: z.int().min(1).max(100_000).default(128).describe("number of images in a training batch"),
  iterations: z.int().min(1).describe("number of iterations to train; each takes one batch"),
  epochs: z
    .number()
    .positive()
    .max(1_000_000)
    .optional()
    .register(keyFacts, { since: 2 })
    .describe(
      "the same in passes over the training images, instead of iterations; a pass has as many iterations as there are full batches, ⌊(trainImages − validationImages) / batchSize⌋ (folder: set dataset.trainImages; imagenet: 1,281,167 images unless dataset.trainImages says another number)",
    ),
  learningRate: learningRateSchema.prefault({}).describe("the learning rate and its schedule"),
  momentum: z.number().min(0).lt(1).default(0.9).describe("momentum m in v ← m·v + lr·g, w ← w − v (Caffe's form)"),
  weightDecay: z.number().min(0).default(1e-4).describe("L2 penalty: adds weight decay × weight to the gradient"),
  weightDecayOn: z
    .enum(["all", "weights"])
    .default("all")
    .describe("all: every parameter decays; weights: only the weights of convolutions and dense layers"),
  nesterov: z
    .boolean()
    .default(false)
    .register(keyFacts, { since: 2 })
    .describe(
      "whether the momentum is Nesterov's (Sutskever et al. 2013), as in PyTorch: w ← w − (m·v + lr·g), with the new v",
    ),
  trainable: z
    .enum(["all", "batch-norm"])
    .default("all")
    .register(keyFacts, { since: 2 })
    .describe(
      "all: every parameter is trained; batch-norm: only γ and β of batch normalisation, while all other weights keep their initial values (Frankle, Schwab and Morcos 2021)",
    ),
  labelSmoothing: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .register(keyFacts, { since: 2 })
    .describe(
      "share ε of each label that is spread evenly over all classes (Szegedy et al. 2016, section 7); the recorded training loss has it, test losses do not",
    ),
  mixup: z
    .number()
    .positive()
    .max(4)
    .optional()
    .register(keyFacts, { since: 2 })
    .describe(
      "α of the distribution Beta(α, α) of the share in which pairs of images and their labels are mixed (Zhang et al. 2018); the training error counts an image's own label (default: no mixing)",
    ),
  cutmix: z
    .number()
    .positive()
    .max(4)
    .optional()
    .register(keyFacts, { since: 2 })
    .describe(
      "the same for pairs of which one gets a rectangle of the other (Yun et al. 2019); not together with mixup (default: no mixing)",
    ),
  gradientClipping: z
    .number()
    .positive()
    .optional()
    .register(keyFacts, { since: 2 })
    .describe(
      "largest norm of the gradient of all parameters together, before weight decay; a longer gradient is scaled down to it (Pascanu et al. 2013) (default: no limit)",
    ),
  averageDecay: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .register(keyFacts, { since: 2 })
    .describe(
      "share of the old average in an exponential moving average (EMA) of weights and running statistics over iterations (Polyak and Juditsky 1992), such as 0.999; tests and final weights are those of the average (default: no average)",
    ),
  precision: z
    .enum(["float32", "bf16-mixed"])
    .default("float32")
    .register(keyFacts, { since: 2 })
    .describe(
      "float32: everything is float32; bf16-mixed: activations and their gradients are bfloat16, while weights, their gradients, momentum, statistics, head and loss are float32 (engines native and cpu only)",
    ),
  augmentation: z
    .enum(["pad-crop-flip", "scale-crop-flip-colour", "none"])
    .default("pad-crop-flip")
    .describe(
      "pad-crop-flip: 4 pixels of padding on each side, a random crop and a random mirror image (section 4.2); scale-crop-flip-colour, for imagenet and folder: a random short side, crop and mirror image, and AlexNet's shift of colours (section 3.4)",
    ),
  scale: z
    .strictObject({
      from: z.int().min(8).max(4096).describe("smallest short side, in pixels"),
      to: z.int().min(8).max(4096).describe("largest short side, in pixels"),
    })
    .refine(({ from, to }) => from <= to, { path: ["to"], error: "Expected scale.to to be at least scale.from." })
    .optional()
    .describe(
      `scale-crop-flip-colour: bounds of the random short side, both included (default: from ${implied.scale.from} to ${implied.scale.to}; folder: in proportion to cropSize)`,
    ),
});

const evaluationSchema = z.strictObject({
  every: z
    .int()
    .min(1)
    .default(1000)
    .describe("number of iterations between two tests on all test images; the net is always tested at the end"),
  batchSize: z.int().min(1).max(100_000).default(256).describe("number of images in a test batch"),
  layers: z
    .strictObject({
      at: z
        .array(z.int().min(1))
        .default([])
        .describe("iterations at which the layers are measured; they are always measured at the end"),
      images: z.int().min(1).default(1000).describe("how many test images to measure responses on, from the first"),
    })
    .optional()
    .describe(
      "measures each layer: the standard deviation of its response (Fig. 7) and the norm of its gradient (default: nothing is measured)",
    ),
  shortSide: z
    .int()
    .min(8)
    .max(4096)
    .optional()
    .describe(
      `imagenet, folder: short side to which a test image is resized before its centre is cropped, in pixels (default: ${implied.shortSide}; folder: in proportion to cropSize)`,
    ),
});

const recordSchema = z.strictObject({
  trainEvery: z
    .int()
    .min(1)
    .default(100)
    .describe("number of iterations that each recorded training loss and error averages over"),
  checkpointEvery: z
    .int()
    .min(1)
    .default(500)
    .describe("number of iterations between two checkpoints; no result depends on it, only how much a crash can lose")
    .register(keyFacts, { decisive: false }),
});

/** The sections of one run: its results depend on them. */
const sections = {
  dataset: datasetSchema.describe("the data set"),
  model: modelSchema.describe("the net"),
  training: trainingSchema.describe("how the net is trained"),
  evaluation: evaluationSchema.prefault({}).describe("when and how the net is tested"),
  record: recordSchema.prefault({}).describe("how often a run records its errors and saves a checkpoint"),
};

const scalarSchema = z.union([z.string(), z.number(), z.boolean()]);
const axisValueSchema = z.union([scalarSchema, z.array(scalarSchema)]);

const paperSchema = z
  .array(
    z
      .string()
      .regex(/^((identity-mappings-)?table|figure)-\d+$/, "a table or figure of the paper such as table-2 or figure-4"),
  )
  .default([])
  .describe(
    "tables and figures of the paper that this study reproduces; identity-mappings-table-1 to 3 are in its follow-up",
  );

/** The resolved sections of one run: every default is filled in. */
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
  .describe("the seeds; each cell of the matrix is trained once with each");

/** The keys of an experiment file that describe the study as a whole. */
const head = {
  name: wordSchema
    .refine((name) => name !== "reference", {
      error:
        "Expected name to be another word than reference: results/reference is kept for the results of this project.",
    })
    .describe("name of the study, and of its directory under results/"),
  question: z.string().optional().describe("the question that the study answers, in one sentence"),
  paper: paperSchema,
  expect: z
    .partialRecord(z.enum(claimIds), z.enum(claimVerdicts))
    .optional()
    .describe(
      "verdicts that `check` holds this experiment to, by the ids of the papers' claims, for example { degradation-34: supported }; no result depends on them",
    ),
  slurm: z
    .record(z.string().regex(/^[a-z][a-z0-9-]*$/), z.union([z.string(), z.number()]))
    .optional()
    .describe(
      "options of sbatch for `run --on slurm`, for example { partition: gpu, gres: gpu:1 }; no result depends on them",
    ),
};

/** The keys that hold for all runs of an experiment file. */
export const documentSchema = z.strictObject({ ...head, seeds: seedsSchema, analyses: analysesSchema });

/** A whole experiment file with its profile and overrides laid over it. */
export const experimentSchema = z.strictObject({
  ...head,
  ...sections,
  seeds: seedsSchema,
  matrix: z
    .record(z.string(), z.array(z.union([axisValueSchema, z.record(z.string(), axisValueSchema)])).min(1))
    .default({})
    .describe(
      "the axes: each names a value by its path and lists what it takes, for example model.depth: [18, 34]; values that vary together are an axis with a name of your own, a list of mappings such as batch: [{ training.batchSize: 128, training.learningRate.initial: 0.1 }]; the last axis varies fastest",
    ),
  exclude: z
    .array(z.record(z.string(), z.union([scalarSchema, z.array(axisValueSchema).min(1)])))
    .default([])
    .describe(
      "cells of the matrix to leave out; an entry such as { model.block: plain, model.depth: 110 } leaves out the cells that match all of it",
    ),
  analyses: analysesSchema,
  profiles: z
    .record(wordSchema, z.record(z.string(), z.unknown()))
    .default({})
    .describe("named parts of an experiment file; --profile lays one or several over the rest"),
});

/** The sections as an experiment file has them, before defaults are filled in. */
export type WrittenSections = z.input<typeof runSchema>;
export type DatasetConfig = z.infer<typeof datasetSchema>;
export type ModelConfig = z.infer<typeof modelSchema>;
export type TrainingConfig = z.infer<typeof trainingSchema>;
export type LearningRateConfig = z.infer<typeof learningRateSchema>;
export type EvaluationConfig = z.infer<typeof evaluationSchema>;
export type RunSections = z.infer<typeof runSchema>;
export type ExperimentDocument = z.infer<typeof documentSchema>;
/** The value of a path on an axis. */
export type AxisValue = string | number | boolean | readonly (string | number | boolean)[];
export type ScheduleName = LearningRateConfig["schedule"];
export type Shortcut = ModelConfig["shortcut"];
export type Block = ModelConfig["block"];
export type Activation = ModelConfig["activation"];

/** Exported for commands, whose options follow the same rules as an experiment file. */
export { datasetSchema, modelSchema, wordSchema };

interface DepthRule {
  readonly family: "cifar" | "imagenet";
  readonly depth: number;
  readonly block?: Block | undefined;
  readonly span: number;
  readonly widening: number;
}

/** What the depth should be, in words; undefined if it is right. */
function expectedDepth({ family, depth, block, span, widening }: DepthRule): string | undefined {
  const layers = block && blockLayers[block];
  if (family === "cifar") {
    const layersPerN = 3 * (layers === undefined || layers === "span" ? span : layers);
    if (depth > 2 && (depth - 2) % layersPerN === 0) return undefined;
    if (widening > 1 && depth > 4 && (depth - 4) % layersPerN === 0) return undefined;
    const examples = cifarDepths[layersPerN] ?? [1, 2, 3].map((n) => layersPerN * n + 2);
    return `${layersPerN}n+2 (${examples.join(", ")} …)`;
  }
  const depths = imagenetDepths.filter((known) => !layers || known.layers === layers).flatMap((known) => known.depths);
  if (depths.includes(depth)) return undefined;
  if (depths.length === 0) return `of the cifar family for block ${block}`;
  const list = `${depths.slice(0, -1).join(", ")} or ${depths.at(-1)}`;
  return block ? `${list} for block ${block}` : list;
}
