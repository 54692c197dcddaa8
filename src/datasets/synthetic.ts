// Images made from a seed. Each shows one of ten figures, which is its class. Place, size, tilt, colour, sign of the
// contrast, clutter, shading and noise have the same distribution in every class, so only the shape tells the class.
// Image i of a split depends only on i, and its mirror image has the same class.
import { randomStream } from "../random.ts";
import type { ImageSet } from "../types.ts";
import { sha256 } from "./files.ts";
import type { Source } from "./source.ts";

const side = 32;
const channels = 3;
const imageBytes = side * side * channels;
const trainImages = 10_000;
const testImages = 2_000;
const generatorSeed = 20151210;
/** Part of the digest. Raise it whenever a pixel or label changes. */
const version = 1;

// The difficulty of an image goes from 0 to 1: half of all images stay below 0.08, and one in ten is above 0.8. Easy images
// give a gradient from the first step on. Without them, nets stay at chance for hundreds of iterations. The hardest images
// cannot be recognised at all and set a floor to the test error. Contrast and noise are amplitudes in units of pixel values.
// Clutter is the largest number of stray lines.
const easiest = { contrast: 120, noise: 6, clutter: 0 };
const hardest = { contrast: 0, noise: 36, clutter: 8 };

/** Half the width of a line, in pixels. */
const halfLine = 1;
/** Distance from the middle of a line at which its smooth edge ends, in pixels. */
const edge = halfLine + 0.5;

/** The distance from (x, y) to the lines of a figure of size 1 at the origin. Each figure is its own mirror image. */
type Distance = (x: number, y: number) => number;

const diagonal = Math.sqrt(0.5);
// The sizes are such that the lines of all figures are about equally long.
const figures: readonly { readonly name: string; readonly distance: Distance }[] = [
  { name: "ring", distance: (x, y) => Math.abs(Math.sqrt(x * x + y * y) - 0.95) },
  { name: "square", distance: (x, y) => Math.abs(Math.max(Math.abs(x), Math.abs(y)) - 0.76) },
  { name: "diamond", distance: (x, y) => Math.abs((Math.abs(x) + Math.abs(y)) * diagonal - 0.76) },
  { name: "triangle", distance: triangleDistance },
  { name: "inverted triangle", distance: (x, y) => triangleDistance(x, -y) },
  { name: "cross", distance: (x, y) => crossDistance(x, y, 1.4) },
  { name: "saltire", distance: (x, y) => crossDistance((x + y) * diagonal, (x - y) * diagonal, 1.4) },
  { name: "horizontal bars", distance: (x, y) => barDistance(x, Math.abs(y) - 0.7, 1.4) },
  { name: "vertical bars", distance: (x, y) => barDistance(y, Math.abs(x) - 0.7, 1.4) },
  { name: "two rings", distance: (x, y) => Math.abs(Math.sqrt(x * x + (Math.abs(y) - 0.65) ** 2) - 0.5) },
];
/** The largest distance of a line from the centre of a figure of size 1. */
const figureReach = 1.6;

const classes = figures.map(({ name }) => name);

export const synthetic: Source<ImageSet> = {
  wayToGet: "it is made from a seed",
  shape: { height: side, width: side, channels, classes: classes.length, trainImages, testImages },
  locate: () => "",
  fetch: async () => "",
  survey: async () => ({ digest: digest(), trainImages, testImages }),
  read: async (limits) => ({
    digest: digest(),
    title: "synthetic",
    classes,
    train: generate(0, Math.min(limits.trainImages ?? trainImages, trainImages)),
    test: generate(1, Math.min(limits.testImages ?? testImages, testImages)),
  }),
};

/** Of the version and some images, so that a change to the generator shows even if the version was not raised. */
function digest(): string {
  return sha256(`synthetic ${version}\n${sha256(generate(0, 20).pixels)}\n`);
}

/** The first images of a split (0: training, 1: test). The classes take turns. */
function generate(split: 0 | 1, count: number): ImageSet {
  const pixels = new Uint8ClampedArray(count * imageBytes);
  const labels = new Uint8Array(count);
  const canvas = new Float64Array(imageBytes);
  for (let index = 0; index < count; index++) {
    labels[index] = index % classes.length;
    const noise = paint(canvas, index % classes.length, randomStream(generatorSeed, "synthetic", 2 * index + split));
    develop(canvas, noise, pixels, index * imageBytes);
  }
  return { count, height: side, width: side, channels, pixels: new Uint8Array(pixels.buffer), labels };
}

/** Draws the random numbers of one image in order: each is uniform from low to high. */
type Between = (low: number, high: number) => number;

/** The noise of one image: its amplitude, and the state of its generator, a 32-bit integer that is not 0. */
interface Noise {
  readonly amplitude: number;
  readonly state: number;
}

/** Paints shading, clutter and the figure of the class. Returns the noise to add. */
function paint(canvas: Float64Array, label: number, uniform: (index: number) => number): Noise {
  let drawn = 0;
  const between: Between = (low, high) => low + (high - low) * uniform(drawn++);
  const share = between(0, 1.05);
  const hardness = Math.min(1, share * share * share * share);
  const contrast = mix(easiest.contrast, hardest.contrast, hardness);
  shade(canvas, between);
  for (let left = Math.floor(between(0, mix(easiest.clutter, hardest.clutter, hardness))); left > 0; left--) {
    const half = between(1.5, 4);
    drawLines(canvas, {
      x: between(0, side),
      y: between(0, side),
      scale: 1,
      reach: half,
      tilt: between(-1, 1),
      colour: colour(between, contrast),
      distance: (x, y) => barDistance(x, y, half),
    });
  }
  const scale = between(4, 8);
  const margin = 1.1 * scale;
  drawLines(canvas, {
    x: between(margin, side - margin),
    y: between(margin, side - margin),
    scale,
    reach: figureReach * scale,
    tilt: between(-0.1, 0.1),
    colour: colour(between, contrast),
    distance: figures[label]!.distance,
  });
  return { amplitude: mix(easiest.noise, hardest.noise, hardness), state: Math.floor(between(1, 2 ** 32)) | 0 || 1 };
}

/** A base colour near grey and its slope across the image, for each channel. */
function shade(canvas: Float64Array, between: Between): void {
  for (let channel = 0; channel < channels; channel++) {
    const base = between(123, 133);
    const slopeX = between(-0.2, 0.2);
    const slopeY = between(-0.2, 0.2);
    for (let y = 0, i = channel; y < side; y++) {
      const row = base + slopeY * (y - side / 2);
      for (let x = 0; x < side; x++, i += channels) canvas[i] = row + slopeX * (x - side / 2);
    }
  }
}

/** The numbers that a line adds to the channels: all with the same sign, each 0.42 … 1 times the contrast. */
function colour(between: Between, contrast: number): readonly [number, number, number] {
  const level = between(0.7, 1) * (between(0, 1) < 0.5 ? -contrast : contrast);
  return [level * between(0.6, 1), level * between(0.6, 1), level * between(0.6, 1)];
}

interface Lines {
  /** Centre and scale in pixels. */
  readonly x: number;
  readonly y: number;
  readonly scale: number;
  /** Pixels from the centre beyond which there is no line. */
  readonly reach: number;
  /** The tangent of half the rotation angle. Sine and cosine then need no function that may round differently. */
  readonly tilt: number;
  readonly colour: readonly [number, number, number];
  readonly distance: Distance;
}

/** Adds the colour wherever a line is, with smooth edges. */
function drawLines(canvas: Float64Array, { x, y, scale, reach, tilt, colour, distance }: Lines): void {
  const [red, green, blue] = colour;
  const cos = (1 - tilt * tilt) / (1 + tilt * tilt);
  const sin = (2 * tilt) / (1 + tilt * tilt);
  const top = Math.max(0, Math.floor(y - reach - edge));
  const bottom = Math.min(side - 1, Math.ceil(y + reach + edge));
  const left = Math.max(0, Math.floor(x - reach - edge));
  const right = Math.min(side - 1, Math.ceil(x + reach + edge));
  for (let row = top; row <= bottom; row++) {
    const dy = (row + 0.5 - y) / scale;
    for (let column = left; column <= right; column++) {
      const dx = (column + 0.5 - x) / scale;
      const away = distance(cos * dx + sin * dy, cos * dy - sin * dx) * scale;
      const cover = Math.min(1, edge - away);
      if (cover <= 0) continue;
      const i = (row * side + column) * channels;
      canvas[i] = canvas[i]! + cover * red;
      canvas[i + 1] = canvas[i + 1]! + cover * green;
      canvas[i + 2] = canvas[i + 2]! + cover * blue;
    }
  }
}

/**
 * Converts to bytes and adds uniform noise to each value: one draw of Marsaglia's xorshift per pixel, 10 bits per
 * channel.
 */
function develop(canvas: Float64Array, noise: Noise, pixels: Uint8ClampedArray, start: number): void {
  const middle = 1023 / 2;
  const step = noise.amplitude / middle;
  let bits = noise.state;
  for (let i = 0; i < imageBytes; i += channels) {
    bits ^= bits << 13;
    bits ^= bits >>> 17;
    bits ^= bits << 5;
    for (let channel = 0; channel < channels; channel++) {
      pixels[start + i + channel] = canvas[i + channel]! + (((bits >>> (10 * channel)) & 1023) - middle) * step;
    }
  }
}

function mix(low: number, high: number, share: number): number {
  return low + (high - low) * share;
}

/** The distance to a bar along x that extends by `half` to each side of the origin. */
function barDistance(x: number, y: number, half: number): number {
  const beyond = Math.max(0, Math.abs(x) - half);
  return Math.sqrt(beyond * beyond + y * y);
}

/** The distance to two bars along x and y. */
function crossDistance(x: number, y: number, half: number): number {
  return Math.min(barDistance(x, y, half), barDistance(y, x, half));
}

/** The distance to the sides of an equilateral triangle that points up, with its middle at the origin. */
function triangleDistance(x: number, y: number): number {
  const slanted = 0.8660254037844386 * Math.abs(x) - 0.5 * y;
  return Math.abs(Math.max(slanted, y) - 0.58);
}
