// The analyses that an experiment file may ask for, each with its settings. No run depends on them: they are made from
// finished runs. What they compute is in the room `analyses`.
import { z } from "zod";
import type { AnalysisName } from "./names.ts";

const images = z
  .int()
  .min(1)
  .optional()
  .describe("how many test images to test each changed net on, from the first (default: all)");

const lesionSchema = z.strictObject({
  deleted: z
    .array(z.int().min(1))
    .default([1, 2, 3, 4, 6, 8, 10, 15, 20])
    .describe("how many blocks, drawn at random, are deleted together; numbers larger than the net are left out"),
  swapped: z
    .array(z.int().min(1))
    .default([1, 2, 4, 8, 16])
    .describe(
      "how many times two blocks of the same shape, drawn at random, change places; nets without two such blocks are not permuted",
    ),
  draws: z.int().min(1).max(1000).default(5).describe("how many random draws for each of these numbers"),
  images,
});

const constructionSchema = z.strictObject({
  depth: z
    .int()
    .min(1)
    .max(10_000)
    .default(56)
    .describe("number of weighted layers of the deeper net, which is made of a net that is trained"),
  statisticsBatches: z
    .int()
    .min(1)
    .default(20)
    .describe("number of training batches that the statistics of the new layers are averaged over"),
  iterations: z.int().min(0).default(200).describe("number of iterations to train the deeper net on"),
  learningRate: z.number().positive().default(0.01).describe("learning rate of these iterations"),
  every: z.int().min(1).default(50).describe("number of iterations between two tests of the deeper net"),
});

const signalSchema = z.strictObject({
  batches: z.int().min(1).default(4).describe("number of training batches that the variances are averaged over"),
});

const gradientCorrelationSchema = z.strictObject({
  pairs: z.int().min(1).max(1000).default(4).describe("number of pairs of test images, from the first"),
  points: z
    .int()
    .min(8)
    .max(4096)
    .default(128)
    .describe("number of points on the straight line between the images of a pair"),
  statisticsBatches: z
    .int()
    .min(1)
    .default(20)
    .describe("number of training batches that the statistics of the untrained net are averaged over"),
});

const pathsSchema = z.strictObject({
  samples: z.int().min(1).max(1000).default(5).describe("number of paths of each length, drawn at random"),
});

const landscapeSchema = z.strictObject({
  directions: z.int().min(1).max(100).default(3).describe("number of random directions along which the loss is drawn"),
  points: z.int().min(3).max(1001).default(21).describe("number of points of each direction, from −1 to 1"),
  plane: z
    .int()
    .min(0)
    .max(201)
    .default(0)
    .describe("number of points along each side of the plane of the first two directions; 0 draws no plane"),
  batches: z.int().min(1).default(2).describe("number of training batches that each loss is the mean of"),
});

/** Of each analysis its settings. */
export const analysisSchemas = {
  lesion: lesionSchema,
  construction: constructionSchema,
  signal: signalSchema,
  "gradient-correlation": gradientCorrelationSchema,
  paths: pathsSchema,
  landscape: landscapeSchema,
} satisfies Record<AnalysisName, z.ZodType>;

/** `analyses` of an experiment file. */
export const analysesSchema = z
  .strictObject({
    lesion: lesionSchema
      .optional()
      .describe(
        "the error of the net without each of its blocks, or of a plain net without each of its layers, and with blocks that are deleted or swapped at random (Veit, Wilber and Belongie 2016)",
      ),
    construction: constructionSchema
      .optional()
      .describe(
        "the error of a deeper net that is the trained net with layers set to the identity, before and after it is trained on (section 1)",
      ),
    signal: signalSchema
      .optional()
      .describe(
        "the variances of what each block adds and of what its shortcut passes on, in the untrained net and in the trained one (De and Smith 2020)",
      ),
    "gradient-correlation": gradientCorrelationSchema
      .optional()
      .describe(
        "how alike the net's gradients are at points on the line between two images, by their distance, untrained and trained (Balduzzi et al. 2017)",
      ),
    paths: pathsSchema
      .optional()
      .describe(
        "the gradient that comes through single paths of each length, where a path goes through the branch of some blocks and the shortcut of the others (Veit, Wilber and Belongie 2016)",
      ),
    landscape: landscapeSchema
      .optional()
      .describe("the loss around the trained net, along directions that are normalised by filters (Li et al. 2018)"),
  } satisfies Record<AnalysisName, z.ZodType>)
  .optional()
  .describe(
    "what is measured on each finished run; no run depends on it; `resnet-exp analyze` measures again (default: nothing)",
  );

export type Settings<Name extends AnalysisName = AnalysisName> = z.infer<(typeof analysisSchemas)[Name]>;
export type AnalysesConfig = NonNullable<z.infer<typeof analysesSchema>>;
