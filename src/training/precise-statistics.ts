// Precise statistics for batch normalisation, as in the paper's released nets: averages over many training batches after
// training, instead of the moving averages of the last steps.
import * as tf from "@tensorflow/tfjs-core";
import type { Model } from "../models/model.ts";
import type { Batches } from "../types.ts";
import { imagesOf } from "./evaluate.ts";

/**
 * Replaces the running statistics by the plain mean of the batches' means and unbiased variances (Ioffe and Szegedy 2015,
 * Algorithm 2). The layers before each layer normalise by the batch's own statistics. No block and no value is dropped:
 * they are multiplied by their probability, as in a test.
 * @returns the number of batches; without any, nothing changes
 */
export async function averageStatistics(model: Model, batches: Batches): Promise<number> {
  let count = 0;
  for await (const batch of batches) {
    count++;
    // Giving batch i the share 1/i makes the mean of all batches.
    tf.tidy(() => model.observe(imagesOf(batch), 1 / count));
  }
  return count;
}
