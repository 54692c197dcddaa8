// Measurements of a net's layers as it trains: the size of their responses (section 4.2 and Fig. 7), and the size of their
// weights' gradients, which shows whether the layers still learn (section 4.1).
import * as tf from "@tensorflow/tfjs-core";
import type { Model } from "../models/model.ts";
import { batchNormTrain } from "../ops/fused.ts";
import type { Batch, Batches } from "../types.ts";
import { imagesOf, sum } from "./evaluate.ts";

/**
 * The standard deviation of each layer's response over images, places and channels, by running statistics.
 * One for each of `model.responseLayers`, in that order.
 * @param images the number of images to use, from the first batches
 */
export async function responseStds(model: Model, batches: Batches, images: number): Promise<number[]> {
  const moments = model.responseLayers.map(() => ({ sum: 0, squares: 0, count: 0 }));
  for await (const batch of firstImages(batches, images)) {
    const layers: tf.Tensor[][] = [];
    const counts: number[] = [];
    tf.tidy(() =>
      model.responses(imagesOf(batch), (response) => {
        layers.push(channelMoments(response).map((tensor) => tf.keep(tensor)));
        counts.push(response.size);
      }),
    );
    for (const [layer, [mean, variance]] of layers.entries()) {
      const [means, variances] = [await mean!.data(), await variance!.data()];
      tf.dispose([mean!, variance!]);
      const perChannel = counts[layer]! / means.length;
      const total = moments[layer]!;
      total.sum += perChannel * sum(means);
      total.squares += perChannel * (sum(variances) + sum(means.map((value) => value * value)));
      total.count += counts[layer]!;
    }
  }
  return moments.map(({ sum, squares, count }) => Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2)));
}

/** Mean and variance of each channel, from the engine's normalisation of the batch. */
function channelMoments(x: tf.Tensor): [mean: tf.Tensor, variance: tf.Tensor] {
  const channels = x.shape.at(-1)!;
  const [zeros, ones] = [tf.zeros([channels]), tf.ones([channels])];
  // With a running variance of 0 and momentum 1, the new running variance is the batch's variance times n/(n−1).
  const { mean, newRunningVariance } = batchNormTrain(
    { x, gamma: ones, beta: zeros, runningMean: zeros, runningVariance: zeros },
    { relu: false, epsilon: 1e-5, momentum: 1 },
  );
  const count = x.size / channels;
  return [mean, tf.mul(newRunningVariance, (count - 1) / count)];
}

/** The L2 norm of the gradient of each layer's weights, for each of `model.responseLayers`. */
export function gradientNorms(model: Model, gradients: ReadonlyMap<string, tf.Tensor>): tf.Tensor {
  return tf.stack(model.responseLayers.map((layer) => tf.norm(gradients.get(`${layer}.weights`)!)));
}

/** The first images of a stream of batches. The last batch is cut short. */
async function* firstImages(batches: Batches, images: number): AsyncGenerator<Batch> {
  let left = images;
  for await (const batch of batches) {
    const [count, height, width, channels] = batch.shape;
    if (count >= left) {
      const size = height * width * channels;
      yield {
        images: batch.images.subarray(0, left * size),
        shape: [left, height, width, channels],
        labels: batch.labels.subarray(0, left),
      };
      return;
    }
    yield batch;
    left -= count;
  }
}
