// The looks of a test at an image: the unchanged image, ten crops of it, or the whole image at another size. This file makes
// the batches of one look. The test combines several looks.
import type { Batch, ImageSet } from "../types.ts";
import { padding } from "./augment.ts";
import { viewBatches } from "./batches.ts";
import { resizeBilinear } from "./resize.ts";

/** One look at every image of a set. */
export interface Look {
  /** The window's position between top and bottom, and between left and right: 0 … 1, with 0.5 in the middle. */
  readonly down: number;
  readonly across: number;
  /** Whether to use the mirror image. */
  readonly flip: boolean;
  /** Pixels of the short side after resizing; absent: no resizing. */
  readonly size?: number;
}

/** The image itself, or the middle of a larger one. */
export const centreLook: Look = { down: 0.5, across: 0.5, flip: false };

/** Four corners and the centre, and the mirror images of these windows (section 3.4). */
export const tenCrops: readonly Look[] = [false, true].flatMap((flip) =>
  [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
    [0.5, 0.5],
  ].map(([down, across]) => ({ down: down!, across: across!, flip })),
);

/** The first pixel of a window on a side that is longer by `margin`. Between two pixels, it takes the even one. */
export function windowStart(share: number, margin: number): number {
  const start = share * margin;
  const floor = Math.floor(start);
  return start - floor === 0.5 ? floor + (floor % 2) : Math.round(start);
}

/**
 * All images in order with one look, as pixel/255 − mean. The last batch may be short. Images in memory are padded by 4
 * zeros on each side, as for the crops of training.
 * @param mean [height, width, channels], in units of pixel/255
 */
export function* lookBatches(set: ImageSet, mean: Float32Array, batchSize: number, look: Look): Generator<Batch> {
  const crop = {
    top: windowStart(look.down, 2 * padding),
    left: windowStart(look.across, 2 * padding),
    flip: look.flip,
  };
  for (const batch of viewBatches(set, mean, batchSize, crop)) {
    yield look.size === undefined ? batch : resizeBatch(batch, look.size);
  }
}

function resizeBatch(batch: Batch, shortSide: number): Batch {
  const [count, height, width, channels] = batch.shape;
  const scale = shortSide / Math.min(height, width);
  const size = { height: Math.round(height * scale), width: Math.round(width * scale) };
  const images = resizeBilinear(batch.images, [count, height, width, channels], size.height, size.width);
  return { images, shape: [count, size.height, size.width, channels], labels: batch.labels };
}
