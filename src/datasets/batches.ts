// Turns images in memory into the batches of training and evaluation. Pure: a batch depends on its arguments alone,
// so a resumed run sees the same batches. Each epoch has a new order; its last, short batch is dropped.
import type { TrainingConfig } from "../config/schema.ts";
import { permutation, randomStream } from "../random.ts";
import type { Batch, ImageSet } from "../types.ts";
import { type Crop, centreCrop, randomCrops, writeCrop } from "./augment.ts";
import { batchesPerEpoch } from "./enough.ts";

/** Which batch of which run. */
export interface BatchRequest {
  readonly seed: number;
  /** 0-based. */
  readonly iteration: number;
  readonly batchSize: number;
  /** "none" shows each image as it is; all else pads, crops and mirrors. */
  readonly augmentation: TrainingConfig["augmentation"];
}

/** The mean image, [height, width, channels], in units of pixel/255 (section 4.2). */
export function perPixelMean(set: ImageSet): Float32Array {
  const size = set.height * set.width * set.channels;
  const sums = new Float64Array(size);
  for (let start = 0; start < set.pixels.length; start += size) {
    for (let i = 0; i < size; i++) sums[i] = sums[i]! + set.pixels[start + i]!;
  }
  return Float32Array.from(sums, (sum) => sum / (255 * set.count));
}

/** A mean image that is the same everywhere, [height, width, channels], from one number a channel in units of pixel/255. */
export function channelMean({ height, width, channels }: ImageSet, mean: readonly number[]): Float32Array {
  return Float32Array.from({ length: height * width * channels }, (_, i) => mean[i % channels]!);
}

/**
 * The batch of one iteration: images [batchSize, height, width, channels] as pixel/255 − mean, padded with zeros,
 * cropped and mirrored. The epoch is ⌊iteration / ⌊count / batchSize⌋⌋ and has an order of its own.
 * @throws UserError if the set holds no full batch
 */
export function trainingBatch(set: ImageSet, mean: Float32Array, request: BatchRequest): Batch {
  const { seed, iteration, batchSize } = request;
  const perEpoch = batchesPerEpoch(set.count, batchSize);
  const order = epochOrder(seed, Math.floor(iteration / perEpoch), set.count);
  const first = (iteration % perEpoch) * batchSize;
  const crops = request.augmentation === "none" ? () => centreCrop : randomCrops(seed, iteration);
  return makeBatch(set, mean, batchSize, (index) => order[first + index]!, crops);
}

/** All images in order, as they are but for the mean; the last batch may be short. */
export function evaluationBatches(set: ImageSet, mean: Float32Array, batchSize: number): Generator<Batch> {
  return viewBatches(set, mean, batchSize, centreCrop);
}

/** All images in order, each seen through the same window of the padded image; the last batch may be short. */
export function* viewBatches(set: ImageSet, mean: Float32Array, batchSize: number, crop: Crop): Generator<Batch> {
  for (let first = 0; first < set.count; first += batchSize) {
    const count = Math.min(batchSize, set.count - first);
    yield makeBatch(
      set,
      mean,
      count,
      (index) => first + index,
      () => crop,
    );
  }
}

function makeBatch(
  set: ImageSet,
  mean: Float32Array,
  count: number,
  imageAt: (index: number) => number,
  cropAt: (index: number) => typeof centreCrop,
): Batch {
  const { height, width, channels } = set;
  const size = height * width * channels;
  const images = new Float32Array(count * size);
  const labels = new Int32Array(count);
  for (let index = 0; index < count; index++) {
    const image = imageAt(index);
    writeCrop(set, image, mean, cropAt(index), images, index * size);
    labels[index] = set.labels[image]!;
  }
  return { images, shape: [count, height, width, channels], labels };
}

// One epoch's order is kept: it is asked for by each of its iterations and costs as much as a batch to draw.
let lastOrder: { seed: number; epoch: number; order: Uint32Array } | undefined;

/** The images of an epoch in their order. */
export function epochOrder(seed: number, epoch: number, count: number): Uint32Array {
  if (lastOrder?.seed !== seed || lastOrder.epoch !== epoch || lastOrder.order.length !== count) {
    lastOrder = { seed, epoch, order: permutation(randomStream(seed, "shuffle", epoch), count) };
  }
  return lastOrder.order;
}
