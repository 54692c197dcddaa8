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

/** Of each analysis its settings. */
export const analysisSchemas = {
  lesion: lesionSchema,
  construction: constructionSchema,
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
  } satisfies Record<AnalysisName, z.ZodType>)
  .optional()
  .describe(
    "what is measured on each finished run; no run depends on it; `resnet-exp analyze` measures again (default: nothing)",
  );

export type Settings<Name extends AnalysisName = AnalysisName> = z.infer<(typeof analysisSchemas)[Name]>;
export type AnalysesConfig = NonNullable<z.infer<typeof analysesSchema>>;
