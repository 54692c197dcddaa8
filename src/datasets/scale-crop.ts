// The paper's views of an ImageNet image (section 3.4). Training: the short side uniform on 256 … 480, a random square
// crop, its mirror image with probability 1/2, a shift along the principal components of colour. Evaluation: the centre.
// Each draw depends only on (seed, iteration, index in batch), so the order of decoding does not change a batch.
import { implied } from "../config/implied.ts";
import { normal, randomStream } from "../random.ts";
import type { Colours } from "../types.ts";
import type { Crop } from "./augment.ts";
import { windowStart } from "./looks.ts";

/** The part of an image that a net sees. */
export interface View {
  /** Pixels of the short side after resizing. */
  readonly shortSide: number;
  /** The crop's position between left and right, and between top and bottom: 0 … 1. */
  readonly across: number;
  readonly down: number;
  readonly flip: boolean;
  /** Added to red, green and blue, in units of pixel/255. */
  readonly colour: readonly [red: number, green: number, blue: number];
  /** The window of the crop after padding with zeros, if the crop is padded like an image in memory. */
  readonly window?: Crop;
}

/** The paper's sizes, which are the defaults of experiment files. */
export const { scale: paperScale, shortSide: paperShortSide, cropSize: paperCropSize } = implied;

/** The crop in the middle of an image of the given short side. */
export function centreView(shortSide: number): View {
  return { shortSide, across: 0.5, down: 0.5, flip: false, colour: [0, 0, 0] };
}

/** The random views of one batch, by index in the batch. */
export function randomViews(
  seed: number,
  iteration: number,
  scale = paperScale,
  colours: ColourComponents = imagenetColours,
): (index: number) => View {
  const side = randomStream(seed, "scale", iteration);
  const offset = randomStream(seed, "crop", iteration);
  const flip = randomStream(seed, "flip", iteration);
  const colour = randomStream(seed, "colour", iteration);
  return (index) => ({
    shortSide: scale.from + Math.floor(side(index) * (scale.to - scale.from + 1)),
    down: offset(2 * index),
    across: offset(2 * index + 1),
    flip: flip(index) < 0.5,
    colour: colourShift(
      [0, 1, 2].map((component) => normal(colour, 3 * index + component)),
      colours,
    ),
  });
}

/** The directions in which the colours of images vary, and how far. */
type ColourComponents = Pick<Colours, "eigenvalues" | "eigenvectors">;

// Eigenvalues and eigenvectors (columns; rows red, green, blue) of ImageNet's colours as pixel/255. AlexNet (section 4.1)
// did not print them. These are from fb.resnet.torch, datasets/imagenet.lua ("Computed from random subset of ImageNet
// training images"), which later work copies.
const imagenetColours: ColourComponents = {
  eigenvalues: [0.2175, 0.0188, 0.0045],
  eigenvectors: [
    [-0.5675, 0.7192, 0.4009],
    [-0.5808, -0.0045, -0.814],
    [-0.5836, -0.6948, 0.4203],
  ],
};
/** Standard deviation of α (AlexNet, section 4.1). */
const deviation = 0.1;

/** The colour that AlexNet's augmentation adds to each pixel: Σₖ αₖλₖpₖ, with αₖ = 0.1 times a standard normal number. */
export function colourShift(
  normals: readonly number[],
  { eigenvalues, eigenvectors }: ColourComponents = imagenetColours,
): [red: number, green: number, blue: number] {
  const amounts = eigenvalues.map((eigenvalue, k) => deviation * normals[k]! * eigenvalue);
  const along = (row: readonly number[]) => row.reduce((sum, element, k) => sum + element * amounts[k]!, 0);
  return [along(eigenvectors[0]), along(eigenvectors[1]), along(eigenvectors[2])];
}

/** Width and height after resizing the short side. The long side is rounded down. */
export function resized(width: number, height: number, shortSide: number): { width: number; height: number } {
  const long = Math.floor((shortSide * Math.max(width, height)) / Math.min(width, height));
  return width < height ? { width: shortSide, height: long } : { width: long, height: shortSide };
}

/**
 * The first pixel of a crop along one side. A uniform share in 0 … 1 gives a uniform position. 0.5 gives the middle: between
 * two pixels the even one, as in torchvision.
 */
export function cropStart(side: number, crop: number, share: number): number {
  const margin = side - crop;
  return share === 0.5 ? windowStart(share, margin) : Math.min(margin, Math.floor(share * (margin + 1)));
}

/** The mean of each channel, [3], from a mean image [height, width, 3] or from itself. */
export function meanOfChannels(mean: Float32Array): Float32Array {
  const sums = new Float64Array(3);
  for (let i = 0; i < mean.length; i++) sums[i % 3] = sums[i % 3]! + mean[i]!;
  return Float32Array.from(sums, (sum) => (sum * 3) / mean.length);
}

/**
 * Writes a decoded crop to `target` from `start` as pixel/255 − mean + colour, mirrored if the view says so.
 * @param pixels [size, size, 3] bytes
 * @param mean [size, size, 3] or [3], in units of pixel/255
 */
export function writeView(
  pixels: Uint8Array,
  size: number,
  mean: Float32Array,
  { flip, colour }: View,
  target: Float32Array,
  start: number,
): void {
  const [red, green, blue] = colour;
  const perPixel = mean.length > 3;
  const step = flip ? -3 : 3;
  let from = 0;
  for (let row = 0; row < size; row++) {
    let to = start + row * size * 3 + (flip ? 3 * (size - 1) : 0);
    for (let column = 0; column < size; column++, from += 3, to += step) {
      const at = perPixel ? from : 0;
      target[to] = pixels[from]! / 255 - mean[at]! + red;
      target[to + 1] = pixels[from + 1]! / 255 - mean[at + 1]! + green;
      target[to + 2] = pixels[from + 2]! / 255 - mean[at + 2]! + blue;
    }
  }
}
