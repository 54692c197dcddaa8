// The error of Winograd's minimal filtering against float64, and its results against those of the direct path. A
// convolution with padding uses Winograd. The same convolution with the padding in its input uses the direct path.
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { nativeVariants } from "../../../src/engines/native/engine.ts";
import { difference, numbers, onNative, sameBits } from "./compare.ts";

interface Shape {
  batch: number;
  size: [number, number];
  channels: [from: number, to: number];
}

const title = ({ batch, size, channels }: Shape) => `${batch}×${size.join("×")}, ${channels.join(" → ")} channels`;

// Numbers as in a trained net: inputs after a ReLU, and filters with the paper's initialisation.
function inputsOf({ batch, size, channels: [from, to] }: Shape) {
  const [height, width] = size;
  const deviation = Math.sqrt(2 / (9 * from));
  return {
    x: numbers(batch * height * width * from, 1).map((value) => Math.max(0, value)),
    filter: numbers(9 * from * to, 2).map((value) => value * deviation),
    dy: numbers(batch * height * width * to, 3),
  };
}

type Inputs = ReturnType<typeof inputsOf>;

/** y, dx and dfilter. Padding in the input makes it use the direct path. */
function convolve({ batch, size, channels }: Shape, { x, filter, dy }: Inputs, padding: "filter's" | "input's") {
  const dyTensor = tf.tensor(dy, [batch, ...size, channels[1]]);
  const margins: [number, number][] = [
    [0, 0],
    [1, 1],
    [1, 1],
    [0, 0],
  ];
  const compute = (a: tf.Tensor, b: tf.Tensor) =>
    padding === "filter's"
      ? tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, 1)
      : tf.conv2d(tf.pad(a, margins) as tf.Tensor4D, b as tf.Tensor4D, 1, "valid");
  const inputs = [tf.tensor(x, [batch, ...size, channels[0]]), tf.tensor(filter, [3, 3, ...channels])] as const;
  const gradients = tf.grads((a, b) => tf.sum(tf.mul(compute(a!, b!), dyTensor)))([...inputs]);
  return [compute(...inputs), ...gradients];
}

/** The same in float64, for a sample of the numbers: index and value. */
function sampleInFloat64({ batch, size, channels: [from, to] }: Shape, { x, filter, dy }: Inputs) {
  const [height, width] = size;
  const inside = (row: number, column: number) => row >= 0 && row < height && column >= 0 && column < width;
  const tapAt = (tap: number) => [Math.floor(tap / 3) - 1, (tap % 3) - 1] as const;
  const sample = (count: number, valueAt: (index: number) => number) =>
    Array.from({ length: 97 }, (_, i) => Math.floor((i * count) / 97)).map((index) => [index, valueAt(index)] as const);
  type Weight = (tap: number, channel: number, lane: number) => number;
  /** The sum over taps and channels of a map around a pixel. `index` is in the other map, which has `lanes` channels. */
  const around = (map: Float32Array, channels: number, lanes: number, index: number, sign: 1 | -1, weight: Weight) => {
    const pixel = Math.floor(index / lanes);
    const image = Math.floor(pixel / (height * width));
    const [row, column] = [Math.floor(pixel / width) % height, pixel % width];
    let sum = 0;
    for (let tap = 0; tap < 9; tap++) {
      const [down, right] = tapAt(tap);
      const [r, c] = [row + sign * down, column + sign * right];
      if (!inside(r, c)) continue;
      const start = ((image * height + r) * width + c) * channels;
      for (let k = 0; k < channels; k++) sum += map[start + k]! * weight(tap, k, index % lanes);
    }
    return sum;
  };
  const y = sample(dy.length, (at) => around(x, from, to, at, 1, (t, k, lane) => filter[(t * from + k) * to + lane]!));
  const dx = sample(x.length, (at) =>
    around(dy, to, from, at, -1, (t, k, lane) => filter[(t * from + lane) * to + k]!),
  );
  const dfilter = sample(filter.length, (at) => {
    const [down, right] = tapAt(Math.floor(at / (from * to)));
    let sum = 0;
    for (let pixel = 0; pixel < batch * height * width; pixel++) {
      const [r, c] = [(Math.floor(pixel / width) % height) + down, (pixel % width) + right];
      if (!inside(r, c)) continue;
      sum += x[(pixel + down * width + right) * from + (Math.floor(at / to) % from)]! * dy[pixel * to + (at % to)]!;
    }
    return sum;
  });
  return [y, dx, dfilter];
}

const shapesOfLayers: Shape[] = [
  { batch: 2, size: [32, 32], channels: [8, 8] },
  { batch: 2, size: [32, 32], channels: [16, 16] },
  { batch: 2, size: [16, 16], channels: [32, 32] },
  { batch: 4, size: [8, 8], channels: [64, 64] },
  { batch: 1, size: [28, 28], channels: [128, 128] },
  { batch: 2, size: [14, 14], channels: [256, 256] },
  { batch: 4, size: [7, 7], channels: [512, 512] },
];

// Maps with every remainder modulo the tile of 4, tiles that the map hardly fills, strips longer than a work item, different
// numbers of channels, and at the end cases for the direct path.
const oddShapes: Shape[] = [
  { batch: 3, size: [9, 14], channels: [8, 24] },
  { batch: 5, size: [7, 11], channels: [16, 8] },
  { batch: 2, size: [13, 10], channels: [40, 16] },
  { batch: 17, size: [4, 4], channels: [24, 32] },
  { batch: 17, size: [3, 3], channels: [8, 8] },
  { batch: 9, size: [5, 6], channels: [48, 64] },
  { batch: 1, size: [6, 150], channels: [16, 16] },
  { batch: 70, size: [8, 8], channels: [16, 16] },
  { batch: 33, size: [8, 12], channels: [12, 20] },
  { batch: 1, size: [8, 8], channels: [16, 16] },
  { batch: 40, size: [2, 2], channels: [16, 16] },
  { batch: 16, size: [1, 4], channels: [16, 16] },
];

describe("a 3×3 convolution of stride 1 and padding 1", () => {
  it.each(shapesOfLayers.map((shape) => [title(shape), shape] as const))(
    "is within 2e-5 of the largest number of what float64 gives, and so are its gradients (%s)",
    async (_, shape) => {
      const inputs = inputsOf(shape);
      const expected = sampleInFloat64(shape, inputs);
      for (const variant of nativeVariants()) {
        const actual = await onNative(() => convolve(shape, inputs, "filter's"), { variant });
        for (const [index, sample] of expected.entries()) {
          const values = actual[index]!;
          const scale = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
          for (const [at, value] of sample) expect(Math.abs(values[at]! - value) / scale, variant).toBeLessThan(2e-5);
        }
      }
    },
  );

  it.each(oddShapes.map((shape) => [title(shape), shape] as const))(
    "gives what the direct path gives (%s)",
    async (_, shape) => {
      const inputs = inputsOf(shape);
      for (const variant of nativeVariants()) {
        const expected = await onNative(() => convolve(shape, inputs, "input's"), { variant });
        const actual = await onNative(() => convolve(shape, inputs, "filter's"), { variant });
        expect(difference(actual, expected), variant).toBeLessThan(5e-6);
      }
    },
  );

  it.each(nativeVariants())("gives the same numbers bit for bit for 1, 2 and 3 threads (%s)", async (variant) => {
    for (const shape of [
      { batch: 13, size: [9, 14], channels: [8, 16] } as Shape,
      { batch: 4, size: [7, 8], channels: [48, 96] } as Shape,
    ]) {
      const inputs = inputsOf(shape);
      const one = await onNative(() => convolve(shape, inputs, "filter's"), { variant, threads: 1 });
      for (const threads of [2, 3]) {
        const more = await onNative(() => convolve(shape, inputs, "filter's"), { variant, threads });
        expect(sameBits(more, one), `${threads} threads`).toBe(true);
      }
    }
  });
});
