// Batch normalisation's statistics as the paper's released nets have them: averaged over many training batches after
// training, instead of the moving averages of its last steps.
import * as tf from "@tensorflow/tfjs-core";
import type { Model } from "../models/model.ts";
import type { Batches } from "../types.ts";
import { imagesOf } from "./evaluate.ts";

/**
 * Replaces the running statistics by the plain mean of the batches' means and unbiased variances (Ioffe and Szegedy 2015,
 * Algorithm 2). Each layer sees what the layers before it make of a batch by that batch's own
 * statistics, with all blocks there: what training leaves out by chance is weighed as in a test.
 * @returns how many batches there were; where there were none, nothing changes
 */
export async function averageStatistics(model: Model, batches: Batches): Promise<number> {
  let count = 0;
  for await (const batch of batches) {
    count++;
    // Batch i with the share 1/i, one after another, makes the mean of all.
    tf.tidy(() => model.observe(imagesOf(batch), 1 / count));
  }
  return count;
}
