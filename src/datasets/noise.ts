// Images of random bytes, of any size, for `bench`. Their batches are made in the same way as batches of real images.
import { randomStream } from "../random.ts";
import type { Batch, ImageSet, ModelInput } from "../types.ts";
import { evaluationBatches, perPixelMean, trainingBatch } from "./batches.ts";

/** `count` images. The classes take turns: the first 256 of them, because a label is a byte. */
export function noiseImages(count: number, { height, width, channels, classes }: ModelInput): ImageSet {
  const uniform = randomStream(0, "benchmark", 0);
  const bytes = count * height * width * channels;
  const words = Uint32Array.from({ length: Math.ceil(bytes / 4) }, (_, index) => uniform(index) * 2 ** 32);
  return {
    count,
    height,
    width,
    channels,
    pixels: new Uint8Array(words.buffer, 0, bytes),
    labels: Uint8Array.from({ length: count }, (_, index) => index % Math.min(classes, 256)),
  };
}

/** Batches like those of a run: augmented for training, and unchanged for evaluation. */
export function noiseBatches(input: ModelInput, batchSize: number, evaluate: boolean): (step: number) => Batch {
  const set = noiseImages(2 * batchSize, input);
  const mean = perPixelMean(set);
  return evaluate
    ? () => evaluationBatches(set, mean, batchSize).next().value!
    : (step) => trainingBatch(set, mean, { seed: 0, iteration: step, batchSize, augmentation: "pad-crop-flip" });
}
