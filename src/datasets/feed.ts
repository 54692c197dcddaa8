// The batches of a run for training, validation and test, from images in memory or in files. Only this file handles both.
import { type SizingSections, scaleOf, shortSideOf } from "../config/implied.ts";
import type { RunSections, TrainingConfig } from "../config/schema.ts";
import type { Batch, Batches, Dataset, ImageFiles, ImageSet } from "../types.ts";
import { channelMean, evaluationBatches, perPixelMean, trainingBatch } from "./batches.ts";
import { ahead, fileEvaluationBatches, fileTrainingBatch, type OnUnreadable, wholeImages } from "./file-batches.ts";
import { type Look, lookBatches } from "./looks.ts";
import { centreView } from "./scale-crop.ts";

export interface Feed {
  /** The batch of an iteration, counted from 0; the same batch on every call. */
  readonly trainingBatch: (iteration: number) => Batch | Promise<Batch>;
  readonly testBatches: () => Batches;
  readonly validationBatches?: (() => Batches) | undefined;
}

/** Opens the batches of a run. Images in files are decoded one batch ahead. */
export function openFeed(
  dataset: Dataset,
  sections: RunSections,
  seed: number,
  onUnreadable: OnUnreadable = () => {},
): Feed {
  const { train, validation, test } = dataset;
  const { training, evaluation } = sections;
  const shortSide = shortSideOf(sections);
  const mean = meanOfTraining(dataset);
  const evaluated = (set: ImageSet | ImageFiles) => () =>
    "pixels" in set
      ? evaluationBatches(set, mean, evaluation.batchSize)
      : fileEvaluationBatches(set, centreView(shortSide), evaluation.batchSize, onUnreadable);
  return {
    trainingBatch:
      "pixels" in train ? fromMemory(train, mean, training, seed) : fromFiles(train, sections, seed, onUnreadable),
    testBatches: evaluated(test),
    validationBatches: validation && evaluated(validation),
  };
}

/** The mean to subtract from the test images: the run's own, or one number per channel in units of pixel/255. */
export type TestMean = "of training" | readonly number[];

/** The test images with any look. Whole images of different sizes come in batches of one. */
export function openTest(
  dataset: Dataset,
  sections: Pick<SizingSections, "dataset" | "evaluation">,
  mean: TestMean,
  batchSize: number,
  onUnreadable: OnUnreadable,
): (look: Look) => Batches {
  const { test } = dataset;
  if (!("pixels" in test)) {
    const shortSide = shortSideOf(sections);
    const set = mean === "of training" ? test : { ...test, mean: Float32Array.from(mean) };
    return (look) =>
      look.size === undefined
        ? fileEvaluationBatches(set, { ...centreView(shortSide), ...look }, batchSize, onUnreadable)
        : wholeImages(set, look.size, onUnreadable);
  }
  const image = mean === "of training" ? meanOfTraining(dataset) : channelMean(test, mean);
  return (look) => lookBatches(test, image, batchSize, look);
}

/** What is subtracted from all images, in units of pixel/255: [height, width, channels], or [channels]. */
export function meanOfTraining({ train }: Dataset): Float32Array {
  return "pixels" in train ? perPixelMean(train) : train.mean;
}

function fromMemory(set: ImageSet, mean: Float32Array, { batchSize, augmentation }: TrainingConfig, seed: number) {
  return (iteration: number) => trainingBatch(set, mean, { seed, iteration, batchSize, augmentation });
}

function fromFiles(set: ImageFiles, sections: RunSections, seed: number, onUnreadable: OnUnreadable) {
  const { batchSize, iterations, augmentation } = sections.training;
  const scale = augmentation === "scale-crop-flip-colour" ? scaleOf(sections) : undefined;
  const padded = augmentation === "pad-crop-flip";
  const shortSide = shortSideOf(sections);
  return ahead(iterations, (iteration) =>
    fileTrainingBatch(set, { seed, iteration, batchSize, scale, padded, shortSide }, onUnreadable),
  );
}
