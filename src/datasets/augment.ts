// The paper's augmentation: 4 pixels of zeros on each side, a random crop of the image's own size, and its mirror image
// with probability 1/2. The mean is subtracted before padding, so a padded pixel is an average pixel.
// Each draw depends on (seed, iteration, index in batch) only.
import { randomStream } from "../random.ts";
import type { ImageSet } from "../types.ts";

/** Pixels of padding on each side (section 4.2). */
export const padding = 4;

/** A window of the padded image: its first row and column, each 0 … 2·padding, and whether it is mirrored. */
export interface Crop {
  readonly top: number;
  readonly left: number;
  readonly flip: boolean;
}

/** The window that shows the unpadded image. */
export const centreCrop: Crop = { top: padding, left: padding, flip: false };

/** The random windows of one batch, by index in the batch: offsets uniform on 0 … 8, flip with probability 1/2. */
export function randomCrops(seed: number, iteration: number): (index: number) => Crop {
  const offset = randomStream(seed, "crop", iteration);
  const flip = randomStream(seed, "flip", iteration);
  const choices = 2 * padding + 1;
  return (index) => ({
    top: Math.floor(offset(2 * index) * choices),
    left: Math.floor(offset(2 * index + 1) * choices),
    flip: flip(index) < 0.5,
  });
}

/**
 * Writes one window of image `index` to `target` from `start`, as pixel/255 − mean.
 * The target must be zero there: pixels of the padding are not written.
 * @param mean [height, width, channels], in units of pixel/255
 */
export function writeCrop(
  set: ImageSet,
  index: number,
  mean: Float32Array,
  crop: Crop,
  target: Float32Array,
  start: number,
): void {
  const { height, width, channels, pixels } = set;
  const down = crop.top - padding;
  const right = crop.left - padding;
  const firstRow = Math.max(0, -down);
  const lastRow = Math.min(height, height - down);
  const firstColumn = Math.max(0, -right);
  const columns = Math.min(width, width - right) - firstColumn;
  const image = index * height * width * channels;
  for (let row = firstRow; row < lastRow; row++) {
    let from = ((row + down) * width + firstColumn + right) * channels;
    const targetRow = start + row * width * channels;
    if (crop.flip) {
      let to = targetRow + (width - 1 - firstColumn) * channels;
      for (let column = 0; column < columns; column++, to -= channels) {
        for (let channel = 0; channel < channels; channel++, from++) {
          target[to + channel] = unitValues[pixels[image + from]!]! - mean[from]!;
        }
      }
    } else {
      let to = targetRow + firstColumn * channels;
      for (const end = to + columns * channels; to < end; to++, from++) {
        target[to] = unitValues[pixels[image + from]!]! - mean[from]!;
      }
    }
  }
}

/** pixel/255 of each byte. */
const unitValues = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);
