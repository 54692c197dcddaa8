// Batches for training and evaluation, from images in memory. A batch depends on its arguments only, so a resumed run sees
// the same batches. Each epoch has a new order and drops its last, short batch.
import type { TrainingConfig } from "../config/schema.ts";
import { permutation, randomStream } from "../random.ts";
import type { Batch, ImageSet } from "../types.ts";
import { type Crop, centreCrop, padding, randomCrops, writeCrop } from "./augment.ts";
import { batchesPerEpoch } from "./enough.ts";

/** The run and the iteration of a batch. */
export interface BatchRequest {
  readonly seed: number;
  /** 0-based. */
  readonly iteration: number;
  readonly batchSize: number;
  /** "none" does not change the images. All others pad, crop and mirror. */
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

/** A constant mean image, [height, width, channels], from one number per channel in units of pixel/255. */
export function channelMean(
  { height, width, channels }: Pick<ImageSet, "height" | "width" | "channels">,
  mean: readonly number[],
): Float32Array {
  return Float32Array.from({ length: height * width * channels }, (_, i) => mean[i % channels]!);
}

/**
 * The batch of one iteration: images [batchSize, height, width, channels] as pixel/255 − mean, padded with zeros,
 * cropped and mirrored. The epoch is ⌊iteration / ⌊count / batchSize⌋⌋ and has its own order.
 * @throws UserError if the set is smaller than a batch
 */
export function trainingBatch(set: ImageSet, mean: Float32Array, request: BatchRequest): Batch {
  const { seed, iteration, batchSize } = request;
  const perEpoch = batchesPerEpoch(set.count, batchSize);
  const order = epochOrder(seed, Math.floor(iteration / perEpoch), set.count);
  const first = (iteration % perEpoch) * batchSize;
  const crops = request.augmentation === "none" ? () => centreCrop : randomCrops(seed, iteration);
  return makeBatch(set, mean, batchSize, (index) => order[first + index]!, crops);
}

/** All images in order, minus the mean. The last batch may be short. */
export function evaluationBatches(set: ImageSet, mean: Float32Array, batchSize: number): Generator<Batch> {
  return viewBatches(set, mean, batchSize, centreCrop);
}

/** All images in order, each through the same window of the padded image. The last batch may be short. */
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
  cropAt: (index: number) => Crop,
): Batch {
  const { height, width, channels } = set;
  const crops = new Int32Array(count * 4);
  const labels = new Int32Array(count);
  for (let index = 0; index < count; index++) {
    const image = imageAt(index);
    const { top, left, flip } = cropAt(index);
    crops.set([image, top, left, flip ? 1 : 0], index * 4);
    labels[index] = set.labels[image]!;
  }
  let images: Float32Array | undefined;
  return {
    get images() {
      images ??= cutImages(set, mean, crops);
      return images;
    },
    crops: { set, mean, padding, crops },
    shape: [count, height, width, channels],
    labels,
  };
}

function cutImages(set: ImageSet, mean: Float32Array, crops: Int32Array): Float32Array {
  const size = set.height * set.width * set.channels;
  const images = new Float32Array((crops.length / 4) * size);
  for (let index = 0; index < crops.length / 4; index++) {
    const [image, top, left, flip] = crops.subarray(index * 4) as unknown as [number, number, number, number];
    writeCrop(set, image, mean, { top, left, flip: flip === 1 }, images, index * size);
  }
  return images;
}

// The order of the last epoch is kept: each iteration needs it, and it costs as much as a batch to draw.
let lastOrder: { seed: number; epoch: number; order: Uint32Array } | undefined;

/** The images of an epoch in their order. */
export function epochOrder(seed: number, epoch: number, count: number): Uint32Array {
  if (lastOrder?.seed !== seed || lastOrder.epoch !== epoch || lastOrder.order.length !== count) {
    lastOrder = { seed, epoch, order: permutation(randomStream(seed, "shuffle", epoch), count) };
  }
  return lastOrder.order;
}
