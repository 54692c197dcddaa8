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

/** The mean and the variance of each channel. */
export interface ChannelStatistics {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/**
 * The statistics of each channel of the outputs of these operations, over the images and places of all batches, by running
 * statistics. Batches of different sizes count alike.
 */
export async function channelStatistics(
  model: Model,
  batches: Batches,
  operations: readonly string[],
): Promise<Map<string, ChannelStatistics>> {
  const means = new Map<string, Float64Array[]>(operations.map((name) => [name, []]));
  const squares = new Map<string, Float64Array[]>(operations.map((name) => [name, []]));
  for await (const batch of batches) {
    const found: (readonly [name: string, moments: readonly tf.Tensor[]])[] = [];
    tf.tidy(() =>
      model.look(imagesOf(batch), (name, output) => {
        if (means.has(name)) found.push([name, channelMoments(output).map((tensor) => tf.keep(tensor))]);
      }),
    );
    for (const [name, [mean, variance]] of found) {
      const [m, v] = [Float64Array.from(await mean!.data()), await variance!.data()];
      tf.dispose([mean!, variance!]);
      means.get(name)!.push(m);
      squares.get(name)!.push(m.map((value, channel) => value * value + v[channel]!));
    }
  }
  return new Map(
    operations.map((name) => {
      const mean = meanOf(means.get(name)!);
      const variance = meanOf(squares.get(name)!).map((square, i) => Math.max(0, square - mean[i]! ** 2));
      return [name, { mean, variance }];
    }),
  );
}

/** Of one block: the variances of what it adds and of what its shortcut passes on. */
export interface SumVariance {
  readonly block: string;
  readonly branch: number;
  readonly trunk: number;
}

/**
 * The variance of each channel over a batch's images and places, as a mean over channels, of the two values that each block
 * adds. It normalises by the batch's own statistics, and changes the running statistics.
 */
export async function sumVariances(model: Model, batch: Batch): Promise<SumVariance[]> {
  const found: { readonly block: string; readonly branch: tf.Tensor; readonly trunk: tf.Tensor }[] = [];
  tf.tidy(() => {
    const variance = (x: tf.Tensor) => tf.keep(channelMoments(x)[1]);
    model.sums(imagesOf(batch), ({ block, branch, trunk }) => {
      found.push({ block, branch: variance(branch), trunk: variance(trunk) });
    });
  });
  const mean = async (variances: tf.Tensor) => {
    const values = await variances.data();
    variances.dispose();
    return sum(values) / values.length;
  };
  const variances: SumVariance[] = [];
  for (const { block, branch, trunk } of found) {
    variances.push({ block, branch: await mean(branch), trunk: await mean(trunk) });
  }
  return variances;
}

function meanOf(arrays: readonly Float64Array[]): Float64Array {
  const total = new Float64Array(arrays[0]?.length ?? 0);
  for (const array of arrays) for (let i = 0; i < total.length; i++) total[i] = total[i]! + array[i]! / arrays.length;
  return total;
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
export async function* firstImages(batches: Batches, images: number): AsyncGenerator<Batch> {
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
