// Batches from images in files. All images of a batch are read and decoded at once, and the next batch is decoded while
// the net works on this one. A batch depends only on its arguments and the files, not on timing.
import { UserError } from "../errors.ts";
import type { Batch, ImageFiles, StoredImage } from "../types.ts";
import { randomCrops, writeCrop } from "./augment.ts";
import { channelMean, epochOrder } from "./batches.ts";
import { decodeView, decodeWhole, UnreadableImageError } from "./decode.ts";
import { batchesPerEpoch } from "./enough.ts";
import { inOrder } from "./in-order.ts";
import { keptView } from "./kept-views.ts";
import { centreView, meanOfChannels, randomViews, resized, type View, writeView } from "./scale-crop.ts";

/** The run and the iteration of a batch. `scale` bounds the random short side. Without it, images look as in evaluation. */
export interface FileBatchRequest {
  readonly seed: number;
  /** 0-based. */
  readonly iteration: number;
  readonly batchSize: number;
  readonly scale?: { readonly from: number; readonly to: number } | undefined;
  /** Whether the view of evaluation is then padded, cropped at random and mirrored, like images in memory. */
  readonly padded?: boolean;
  /** The short side in evaluation. */
  readonly shortSide: number;
}

/** Called for each image that cannot be decoded. The next image of the set, with its own label, replaces it. */
export type OnUnreadable = (name: string, reason: string) => void;

/** This number of unreadable images in a row is not an accident. */
const mostUnreadable = 100;

/**
 * The batch of one iteration; the counterpart of trainingBatch for images in files.
 * @throws UserError if the set is smaller than a batch, or too many images in a row cannot be decoded
 */
export function fileTrainingBatch(
  set: ImageFiles,
  { seed, iteration, batchSize, scale, padded, shortSide }: FileBatchRequest,
  onUnreadable: OnUnreadable,
): Promise<Batch> {
  const perEpoch = batchesPerEpoch(set.count, batchSize);
  const order = epochOrder(seed, Math.floor(iteration / perEpoch), set.count);
  const first = (iteration % perEpoch) * batchSize;
  const windowAt = padded ? randomCrops(seed, iteration) : undefined;
  const centre = centreView(shortSide);
  const view = scale
    ? randomViews(seed, iteration, scale, set.colours)
    : (index: number) => (windowAt ? { ...centre, window: windowAt(index) } : centre);
  return makeBatch(set, batchSize, (index) => order[first + index]!, view, onUnreadable);
}

/** Each image with the same view, in order, one batch ahead. The last batch may be short. */
export async function* fileEvaluationBatches(
  set: ImageFiles,
  view: View,
  batchSize: number,
  onUnreadable: OnUnreadable,
): AsyncGenerator<Batch> {
  const count = Math.ceil(set.count / batchSize);
  const batch = ahead(count, (number) => {
    const first = number * batchSize;
    const size = Math.min(batchSize, set.count - first);
    return makeBatch(
      set,
      size,
      (index) => first + index,
      () => view,
      onUnreadable,
    );
  });
  for (let number = 0; number < count; number++) yield batch(number);
}

/** Each whole image at the given short side, minus the mean of each channel, in order, in batches of one. */
export async function* wholeImages(
  set: ImageFiles,
  shortSide: number,
  onUnreadable: OnUnreadable,
): AsyncGenerator<Batch> {
  const mean = meanOfChannels(set.mean);
  const indices = Array.from({ length: set.count }, (_, index) => index);
  const decode = (first: number) =>
    decodeNext(set, first, onUnreadable, ({ bytes }) =>
      decodeWhole(bytes, ({ width, height }) => resized(width, height, shortSide)),
    );
  for await (const { image, decoded } of inOrder(indices, decode)) {
    const { pixels, width, height } = decoded;
    const images = Float32Array.from(pixels, (value, i) => value / 255 - mean[i % 3]!);
    yield { images, shape: [1, height, width, 3], labels: Int32Array.of(set.labels[image]!) };
  }
}

/** Calls `make` for the requested number and starts it for the next one. Results for earlier numbers are dropped. */
export function ahead<T>(count: number, make: (number: number) => Promise<T>): (number: number) => Promise<T> {
  const begun = new Map<number, Promise<T>>();
  const begin = (number: number): Promise<T> => {
    const known = begun.get(number);
    if (known) return known;
    const promise = make(number);
    // A failure is thrown when the batch is requested, which may never be.
    promise.catch(() => {});
    begun.set(number, promise);
    return promise;
  };
  return (number) => {
    for (const earlier of begun.keys()) if (earlier < number) begun.delete(earlier);
    const promise = begin(number);
    if (number + 1 < count) begin(number + 1);
    return promise;
  };
}

async function makeBatch(
  set: ImageFiles,
  count: number,
  imageAt: (index: number) => number,
  viewAt: (index: number) => View,
  onUnreadable: OnUnreadable,
): Promise<Batch> {
  const { height, width, channels } = set;
  const size = height * width * channels;
  const images = new Float32Array(count * size);
  const meanImage = meanImageOf(set);
  const labels = new Int32Array(count);
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const view = viewAt(index);
      const decode = (stored: StoredImage) => decodeView(stored, height, view);
      const wanted = imageAt(index);
      const known = keptView(set, wanted, view);
      const { image, decoded } = known?.pixels
        ? { image: wanted, decoded: known.pixels }
        : await decodeNext(set, wanted, onUnreadable, decode);
      // The image that is used instead of an unreadable one is found, and reported, each time.
      if (image === wanted) known?.keep(decoded);
      const one = { count: 1, height, width, channels, pixels: decoded, labels: Uint8Array.of(0) };
      if (view.window) writeCrop(one, 0, meanImage(), view.window, images, index * size);
      else writeView(decoded, height, set.mean, view, images, index * size);
      labels[index] = set.labels[image]!;
    }),
  );
  return { images, shape: [count, height, width, channels], labels };
}

/** The mean as an image, made once and only if it is needed. */
function meanImageOf(set: ImageFiles): () => Float32Array {
  let image: Float32Array | undefined;
  return () => {
    image ??= set.mean.length > set.channels ? set.mean : channelMean(set, [...set.mean]);
    return image;
  };
}

/** The requested image, or the first one after it that can be decoded. */
async function decodeNext<T>(
  set: ImageFiles,
  first: number,
  onUnreadable: OnUnreadable,
  decode: (stored: StoredImage) => Promise<T>,
): Promise<{ image: number; decoded: T }> {
  for (let i = 0; i < mostUnreadable; i++) {
    const image = (first + i) % set.count;
    const stored = await set.read(image);
    try {
      return { image, decoded: await decode(stored) };
    } catch (error) {
      if (!(error instanceof UnreadableImageError)) throw error;
      onUnreadable(set.name(image), error.message);
    }
  }
  throw new UserError(
    `Expected at most ${mostUnreadable - 1} images in a row that cannot be decoded, got more, starting at ${set.name(first)}.`,
    ["resnet-exp datasets verify lists them all."],
  );
}
