import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { nativeVariants } from "../../../src/engines/native/engine.ts";
import { randomStream } from "../../../src/random.ts";
import { difference, numbers, onNative, onReference, sameBits, tensor, useNative } from "./compare.ts";

interface Shape {
  batch: number;
  size: [number, number];
  channels: [from: number, to: number];
  kernel: [number, number];
  stride: number;
  pad: number | "same" | "valid";
}

function title({ batch, size, channels, kernel, stride, pad }: Shape): string {
  const image = `${batch}×${size.join("×")}×${channels[0]}`;
  return `${image}, ${kernel.join("×")} filters to ${channels[1]} channels, stride ${stride}, padding ${pad}`;
}

const chosen: Shape[] = [
  { batch: 3, size: [32, 32], channels: [3, 16], kernel: [3, 3], stride: 1, pad: 1 },
  { batch: 2, size: [16, 16], channels: [16, 16], kernel: [3, 3], stride: 1, pad: 1 },
  { batch: 2, size: [16, 16], channels: [16, 32], kernel: [3, 3], stride: 2, pad: 1 },
  { batch: 2, size: [28, 28], channels: [3, 8], kernel: [7, 7], stride: 2, pad: 3 },
  { batch: 5, size: [7, 7], channels: [40, 48], kernel: [3, 3], stride: 1, pad: 1 },
  { batch: 17, size: [4, 4], channels: [24, 8], kernel: [3, 3], stride: 1, pad: 1 },
  { batch: 2, size: [14, 14], channels: [32, 20], kernel: [1, 1], stride: 1, pad: 0 },
  { batch: 2, size: [7, 9], channels: [5, 70], kernel: [1, 1], stride: 2, pad: 0 },
  { batch: 1, size: [1, 1], channels: [1, 1], kernel: [3, 3], stride: 1, pad: 1 },
  // So large that images are cut into bands of rows: forward, backward, and both.
  { batch: 1, size: [110, 90], channels: [8, 5], kernel: [3, 3], stride: 2, pad: "same" },
  { batch: 1, size: [96, 90], channels: [3, 40], kernel: [3, 3], stride: 2, pad: 1 },
  { batch: 1, size: [100, 90], channels: [9, 8], kernel: [3, 3], stride: 1, pad: 1 },
];

function randomShapes(count: number): Shape[] {
  return Array.from({ length: count }, (_, index) => {
    const uniform = randomStream(7, "benchmark", index);
    const draw = (at: number, from: number, to: number) => from + Math.floor(uniform(at) * (to - from + 1));
    const kernel: [number, number] = [draw(0, 1, 5), draw(1, 1, 5)];
    return {
      batch: draw(2, 1, 4),
      size: [draw(3, 5, 19), draw(4, 5, 19)],
      channels: [draw(5, 1, 21), draw(6, 1, 37)],
      kernel,
      stride: draw(7, 1, 3),
      pad: ([0, "same", "valid", Math.min(...kernel) - 1] as const)[draw(8, 0, 3)]!,
    };
  });
}

/** y, and the gradients by x and by the filter of ⟨y, dy⟩ for a seeded dy. */
function convolve({ batch, size, channels, kernel, stride, pad }: Shape): tf.Tensor[] {
  const x = tensor([batch, ...size, channels[0]], 1) as tf.Tensor4D;
  const filter = tensor([...kernel, ...channels], 2) as tf.Tensor4D;
  const y = tf.conv2d(x, filter, stride, pad);
  const dy = tensor(y.shape, 3);
  const [dx, dfilter] = tf.grads((a, b) =>
    tf.sum(tf.mul(tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, pad), dy)),
  )([x, filter]);
  return [y, dx!, dfilter!];
}

describe("convolution in every variant", () => {
  it.each([...chosen, ...randomShapes(14)].map((shape) => [title(shape), shape] as const))(
    "gives the reference's output and gradients for %s",
    async (_, shape) => {
      const expected = await onReference(() => convolve(shape));
      for (const variant of nativeVariants()) {
        const actual = await onNative(() => convolve(shape), { variant });
        expect(difference(actual, expected), variant).toBeLessThan(5e-6);
      }
    },
  );

  it.each(nativeVariants())("has the gradients that small changes of the inputs give (%s)", async (variant) => {
    await useNative({ variant });
    const shape: Shape = { batch: 2, size: [5, 6], channels: [3, 5], kernel: [3, 3], stride: 2, pad: 1 };
    const sizes = { x: 2 * 5 * 6 * 3, filter: 9 * 3 * 5 };
    const x = numbers(sizes.x, 1);
    const filter = numbers(sizes.filter, 2);
    const dy = numbers(2 * 3 * 3 * 5, 3);
    const value = (a: Float32Array, b: Float32Array) =>
      tf.tidy(() => {
        const y = tf.conv2d(tf.tensor4d(a, [2, 5, 6, 3]), tf.tensor4d(b, [3, 3, 3, 5]), 2, 1);
        return Float32Array.from(y.dataSync()).reduce((sum, number, index) => sum + number * dy[index]!, 0);
      });
    const slope = (array: Float32Array, index: number) => {
      // The loss is linear in each number, so a large step loses no precision.
      const before = array[index]!;
      array[index] = before + 1;
      const above = value(x, filter);
      array[index] = before - 1;
      const below = value(x, filter);
      array[index] = before;
      return (above - below) / 2;
    };
    const [, dx, dfilter] = await onNative(() => convolve(shape), { variant });
    for (let i = 0; i < sizes.x; i += 7) expect(slope(x, i)).toBeCloseTo(dx![i]!, 3);
    for (let i = 0; i < sizes.filter; i += 5) expect(slope(filter, i)).toBeCloseTo(dfilter![i]!, 3);
  });

  it.each(nativeVariants())("gives the same numbers bit for bit for 1, 2 and 3 threads (%s)", async (variant) => {
    const shape: Shape = { batch: 19, size: [13, 11], channels: [11, 21], kernel: [3, 3], stride: 1, pad: 1 };
    const one = await onNative(() => convolve(shape), { variant, threads: 1 });
    for (const threads of [2, 3]) {
      const more = await onNative(() => convolve(shape), { variant, threads });
      expect(sameBits(more, one), `${threads} threads`).toBe(true);
    }
  });

  it("multiplies matrices like the reference, transposed or not", async () => {
    for (const [m, k, n] of [
      [128, 64, 10],
      [5, 3, 1],
      [33, 70, 50],
    ] as const) {
      const compute = () => [
        tf.matMul(tensor([m, k], 1), tensor([k, n], 2)),
        tf.matMul(tensor([m, k], 1), tensor([n, k], 2), false, true),
        tf.matMul(tensor([k, m], 1), tensor([k, n], 2), true, false),
        tf.matMul(tensor([k, m], 1), tensor([n, k], 2), true, true),
      ];
      const expected = await onReference(compute);
      for (const variant of nativeVariants()) {
        expect(difference(await onNative(compute, { variant }), expected), variant).toBeLessThan(3e-6);
      }
    }
  });
});

describe("convolution", () => {
  it("leaves dilation and channels-first layouts to the stock kernels", async () => {
    const compute = () => [
      tf.conv2d(tensor([1, 9, 9, 3], 1) as tf.Tensor4D, tensor([3, 3, 3, 4], 2) as tf.Tensor4D, 1, 2, "NHWC", 2),
      tf.conv2d(tensor([1, 3, 9, 9], 1) as tf.Tensor4D, tensor([3, 3, 3, 4], 2) as tf.Tensor4D, 1, 1, "NCHW"),
    ];
    expect(difference(await onNative(compute), await onReference(compute))).toBeLessThan(1e-6);
  });
});
