import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, describe, expect, it } from "vitest";
import { modelSchema } from "../../../src/config/schema.ts";
import type { ReferenceNet } from "../../../src/conformance/reference-nets.ts";
import { trajectory } from "../../../src/conformance/trajectory.ts";
import type { Addon, Halves } from "../../../src/engines/native/addon.ts";
import { loadAddon } from "../../../src/engines/native/addon.ts";
import type { NativeBackend } from "../../../src/engines/native/backend.ts";
import { nativeVariants, openNative } from "../../../src/engines/native/engine.ts";
import { Model } from "../../../src/models/model.ts";
import { batchNormInference, store } from "../../../src/ops/fused.ts";
import { inPrecision } from "../../../src/ops/kernel.ts";
import { registerMixedKernels, roundToBfloat16 } from "../../../src/ops/mixed.ts";
import { Optimizer } from "../../../src/training/optimizer.ts";
import { readStep, trainStep } from "../../../src/training/step.ts";
import type { NamedTensor } from "../../../src/types.ts";
import { numbers } from "./compare.ts";

const loaded = loadAddon();
if ("unavailable" in loaded) throw new Error(loaded.unavailable);
const addon: Addon = loaded;

const fixture = new URL("../../fixtures/pytorch-trajectory.json", import.meta.url);
const pytorch = JSON.parse(readFileSync(fixture, "utf8")) as { cases: ReferenceNet[] };

/** Every way in which this machine can compute bf16-mixed precision. */
const ways = [
  ...nativeVariants().map((variant) => ({ variant, vectorsOnly: true })),
  // On AMX's tiles if the machine has them, else on vectors again.
  { variant: nativeVariants()[0]!, vectorsOnly: false },
];
afterAll(() => void addon.open(nativeVariants()[0]!, 1));

function halves(values: Float32Array): Halves {
  const bits = new Uint32Array(roundToBfloat16(values).buffer);
  return Uint16Array.from(bits, (word) => word >>> 16);
}

function wide(bits: ArrayLike<number>): Float32Array {
  return new Float32Array(Uint32Array.from(bits, (half) => half << 16).buffer);
}

interface Case {
  readonly title: string;
  /** The order of addon.ts. */
  readonly shape: readonly number[];
}

// Batch, input, output, filter, stride, padding.
const cases: readonly Case[] = [
  { title: "3×3 of few channels", shape: [3, 9, 11, 3, 9, 11, 16, 3, 3, 1, 1, 1] },
  { title: "3×3 of 16 channels, rows of whole tiles", shape: [4, 16, 16, 16, 16, 16, 16, 3, 3, 1, 1, 1] },
  { title: "3×3, stride 2", shape: [3, 16, 16, 16, 8, 8, 32, 3, 3, 2, 1, 1] },
  { title: "3×3 on small maps", shape: [17, 7, 7, 24, 7, 7, 20, 3, 3, 1, 1, 1] },
  { title: "3×3 of many channels", shape: [2, 3, 3, 264, 3, 3, 8, 3, 3, 1, 1, 1] },
  { title: "3×3 to many channels", shape: [2, 3, 3, 8, 3, 3, 272, 3, 3, 1, 1, 1] },
  { title: "filters in parts", shape: [3, 1, 2, 360, 1, 2, 330, 3, 3, 1, 1, 1] },
  { title: "1×1", shape: [5, 9, 9, 64, 9, 9, 48, 1, 1, 1, 0, 0] },
  { title: "1×1, stride 2", shape: [3, 8, 8, 32, 4, 4, 64, 1, 1, 2, 0, 0] },
  { title: "a 7×7 stem", shape: [1, 33, 31, 3, 17, 16, 24, 7, 7, 2, 3, 3] },
  { title: "a 7×7 stem, rows of whole tiles", shape: [3, 32, 32, 3, 16, 16, 16, 7, 7, 2, 3, 3] },
  { title: "a stem of stride 3 for images of one channel", shape: [2, 20, 19, 1, 6, 6, 40, 5, 5, 3, 1, 1] },
  { title: "a stem whose filter is smaller than its stride", shape: [2, 17, 17, 4, 6, 6, 8, 2, 2, 3, 0, 0] },
  { title: "images in bands", shape: [1, 100, 90, 16, 100, 90, 8, 3, 3, 1, 1, 1] },
  { title: "odd sizes and padding", shape: [2, 5, 8, 5, 2, 3, 7, 3, 2, 3, 2, 0] },
];

/** `sum` is the gradient of the input plus the input. */
function convolve({ shape: given }: Case): { y: Halves; dx: Halves; sum: Halves; dfilter: Float32Array } {
  const shape = Int32Array.from(given);
  const [batch, height, width, from, outHeight, outWidth, to, kernelHeight, kernelWidth] = given as number[];
  const [inputs, outputs] = [batch! * height! * width! * from!, batch! * outHeight! * outWidth! * to!];
  const filters = kernelHeight! * kernelWidth! * from! * to!;
  const [x, filter, dy] = [halves(numbers(inputs, 1)), numbers(filters, 2), halves(numbers(outputs, 3))];
  const [y, dx, sum] = [new Uint16Array(outputs), new Uint16Array(inputs), new Uint16Array(inputs)];
  const dfilter = new Float32Array(filters);
  addon.mixed.convolution({ shape, x, filter, y });
  addon.mixed.convolutionInputGradient({ shape, dy, filter, dx });
  addon.mixed.convolutionInputGradient({ shape, dy, filter, other: x, dx: sum });
  addon.mixed.convolutionFilterGradient({ shape, x, dy, dfilter });
  return { y, dx, sum, dfilter };
}

/** The largest difference, in units of the largest expected number. */
function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [worst, scale] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    worst = Math.max(worst, Math.abs(actual[i]! - expected[i]!));
    scale = Math.max(scale, Math.abs(expected[i]!));
  }
  return worst / scale;
}

describe("convolution in bf16-mixed precision", () => {
  it.each(cases)("gives float64's output and gradients, rounded: $title", (one) => {
    addon.open(nativeVariants()[0]!, 2);
    const { y, dx, sum, dfilter } = convolve(one);
    const [batch, height, width, from, outHeight, outWidth, to, kernelHeight, kernelWidth, stride, top, left] =
      one.shape as number[];
    const x = wide(halves(numbers(batch! * height! * width! * from!, 1)));
    const filter = roundToBfloat16(numbers(kernelHeight! * kernelWidth! * from! * to!, 2));
    const dy = wide(halves(numbers(batch! * outHeight! * outWidth! * to!, 3)));
    const expected = {
      y: new Float64Array(dy),
      dx: new Float64Array(x.length),
      dfilter: new Float64Array(filter.length),
    };
    expected.y.fill(0);
    for (let at = 0; at < batch! * outHeight! * outWidth!; at++) {
      const [image, row, column] = [
        Math.floor(at / outWidth! / outHeight!),
        Math.floor(at / outWidth!) % outHeight!,
        at % outWidth!,
      ];
      for (let tap = 0; tap < kernelHeight! * kernelWidth!; tap++) {
        const inRow = row * stride! + Math.floor(tap / kernelWidth!) - top!;
        const inColumn = column * stride! + (tap % kernelWidth!) - left!;
        if (inRow < 0 || inRow >= height! || inColumn < 0 || inColumn >= width!) continue;
        for (let c = 0; c < from!; c++) {
          const i = ((image * height! + inRow) * width! + inColumn) * from! + c;
          for (let o = 0; o < to!; o++) {
            const [f, j] = [(tap * from! + c) * to! + o, at * to! + o];
            expected.y[j]! += x[i]! * filter[f]!;
            expected.dx[i]! += dy[j]! * filter[f]!;
            expected.dfilter[f]! += dy[j]! * x[i]!;
          }
        }
      }
    }
    expect(difference(wide(y), expected.y)).toBeLessThan(2 ** -8);
    expect(difference(wide(dx), expected.dx)).toBeLessThan(2 ** -8);
    const expectedSum = expected.dx.map((gradient, i) => gradient + x[i]!);
    expect(difference(wide(sum), expectedSum)).toBeLessThan(2 ** -8);
    expect(difference(dfilter, expected.dfilter)).toBeLessThan(1e-5);
  });

  it.each(cases)("gives the same bits on tiles, on all vectors and on any number of threads: $title", (one) => {
    const bytes = () => Object.values(convolve(one)).map(({ buffer }) => Buffer.from(buffer));
    addon.open(nativeVariants().at(-1)!, 1);
    const first = bytes();
    for (const { variant, vectorsOnly } of ways)
      for (const threads of [1, 2, 3]) {
        addon.open(variant, threads, vectorsOnly);
        for (const [i, again] of bytes().entries()) expect(again.equals(first[i]!)).toBe(true);
      }
  });

  it("sums even and odd inputs separately, 32 at a time, as TDPBF16PS is documented", () => {
    const channels = 80;
    const [x, filter] = [halves(numbers(channels, 1)), numbers(channels, 2)];
    const [wideX, rounded] = [wide(x), roundToBfloat16(filter)];
    let sum = 0;
    for (let first = 0; first < channels; first += 32) {
      // A product of two bfloat16 numbers and its sum with a float32 are exact in float64, except for one harmless rounding.
      const chains = [0, 0];
      for (let k = first; k < Math.min(channels, first + 32); k++)
        chains[k % 2] = Math.fround(chains[k % 2]! + wideX[k]! * rounded[k]!);
      sum = Math.fround(sum + Math.fround(chains[0]! + chains[1]!));
    }
    const expected = halves(Float32Array.of(sum));
    for (const { variant, vectorsOnly } of ways) {
      addon.open(variant, 1, vectorsOnly);
      const y = new Uint16Array(1);
      addon.mixed.convolution({ shape: Int32Array.of(1, 1, 1, channels, 1, 1, 1, 1, 1, 1, 0, 0), x, filter, y });
      expect(y).toEqual(expected);
    }
  });
});

describe("batch norm in evaluation, in the convolution before it", () => {
  it.each(cases)("gives the bits of the two kernels: $title", ({ shape: given }) => {
    const shape = Int32Array.from(given);
    const [batch, height, width, from, outHeight, outWidth, to, kernelHeight, kernelWidth] = given as number[];
    const [rows, channels] = [batch! * outHeight! * outWidth!, to!];
    const x = halves(numbers(batch! * height! * width! * from!, 1));
    const filter = numbers(kernelHeight! * kernelWidth! * from! * to!, 2);
    const shortcut = halves(numbers(rows * channels, 3));
    const [mean, gamma, beta] = [numbers(channels, 4), numbers(channels, 5), numbers(channels, 6)];
    const variance = new Float32Array(channels).fill(1);
    const outputNorm = Float32Array.from([...mean, ...gamma, ...beta]);
    const packed = new Uint16Array(addon.packedFilterLength(shape));
    for (const { variant, vectorsOnly } of ways) {
      addon.open(variant, 2, vectorsOnly);
      addon.mixed.packFilter({ shape, filter, packed });
      const convolved = new Uint16Array(rows * channels);
      addon.mixed.convolution({ shape, x, filter, y: convolved });
      for (const rest of [
        { relu: true, shortcut, packed },
        { relu: false, shortcut: undefined, packed: undefined },
      ]) {
        const [expected, y] = [new Uint16Array(rows * channels), new Uint16Array(rows * channels)];
        const { relu } = rest;
        const affine = { gamma, beta, mean, variance, epsilon: 0 };
        addon.mixed.batchNormInference({
          ...{ rows, channels, relu, ...affine },
          ...{ x: convolved, shortcut: rest.shortcut, y: expected },
        });
        addon.mixed.normalisedConvolution({ shape, x, filter, outputNorm, ...rest, y });
        expect(Buffer.from(y.buffer).equals(Buffer.from(expected.buffer))).toBe(true);
      }
    }
  });

  it.each(["ResNet-8 (A)", "ResNet-18 of ImageNet", "bottleneck, full pre-activation", "gated shortcuts"] as const)(
    "gives the logits that a net has when each operation is looked at: %s",
    async (net) => {
      await useWay(ways.at(-1)!, 2);
      const { tensors } = await train(net, { to: 1 });
      const model = new Model(modelSchema.parse(nets[net]), input, 3, "bf16-mixed");
      model.write(tensors.filter(({ name }) => model.parameters.some((parameter) => parameter.name === name)));
      const before = tf.memory().numTensors;
      const images = tf.tensor(numbers(batchSize * 432, 7), [batchSize, 12, 12, 3]) as tf.Tensor4D;
      let expected: ArrayLike<number> = [];
      model.look(images, (_operation, output) => {
        expected = output.dataSync();
      });
      for (let reading = 0; reading < 3; reading++) {
        const logits = model.evaluate(images);
        expect(logits.dataSync()).toEqual(expected);
        logits.dispose();
      }
      images.dispose();
      expect(tf.memory().numTensors).toBe(before);
      model.dispose();
    },
  );
});

describe("the packed filter of a convolution", () => {
  it.each(cases)("gives the same bits as the filter: $title", ({ shape: given }) => {
    const dimensions = Int32Array.from(given);
    const product = (...places: number[]) => places.reduce((size, place) => size * given[place]!, 1);
    const arrays = { x: halves(numbers(product(0, 1, 2, 3), 1)), filter: numbers(product(7, 8, 3, 6), 2) };
    addon.open(nativeVariants()[0]!, 2);
    const packed = new Uint16Array(addon.packedFilterLength(dimensions));
    addon.mixed.packFilter({ shape: dimensions, filter: arrays.filter, packed });
    const [y, expected] = [new Uint16Array(product(0, 4, 5, 6)), new Uint16Array(product(0, 4, 5, 6))];
    addon.mixed.convolution({ shape: dimensions, ...arrays, packed, y });
    addon.mixed.convolution({ shape: dimensions, ...arrays, y: expected });
    expect(Buffer.from(y.buffer).equals(Buffer.from(expected.buffer))).toBe(true);
  });

  it("is kept from the second reading on, until the filter changes or is disposed", async () => {
    await useWay(ways.at(-1)!, 2);
    const backend = tf.backend() as NativeBackend;
    const inUse = () => backend.memoryStatistics().bytesInUse;
    const before = inUse();
    const shape = Int32Array.of(2, 6, 6, 8, 6, 6, 24, 3, 3, 1, 1, 1);
    const { info: filter, values } = backend.makeOutput32([3, 3, 8, 24]);
    const read = () => backend.bfloat16.packed!(filter, shape);
    for (const value of [1, 2]) {
      values.fill(value);
      expect(read()).toBeUndefined();
      const packed = read()!;
      expect(Math.max(...wide(packed))).toBe(value);
      expect(read()).toBe(packed);
      expect(inUse()).toBe(before + values.byteLength + packed.byteLength);
      // A filter of another stride has another order.
      expect(backend.bfloat16.packed!(filter, Int32Array.of(2, 6, 6, 8, 3, 3, 24, 3, 3, 2, 1, 1))).toBeUndefined();
      if (value === 2) break;
      backend.makeUpdated32(filter, true);
      expect(inUse()).toBe(before + values.byteLength);
    }
    backend.disposeData(filter.dataId, true);
    expect(inUse()).toBe(before);
  });
});

describe("batch norm with ReLU, before another kernel", () => {
  const normOf = (channels: number) => numbers(3 * channels, 4);

  it.each(cases)("gives the same bits where the convolution reads its input through it: $title", ({ shape: given }) => {
    const shape = Int32Array.from(given);
    const [batch, height, width, from, outHeight, outWidth, to, kernelHeight, kernelWidth] = given as number[];
    const [inputs, outputs] = [batch! * height! * width! * from!, batch! * outHeight! * outWidth! * to!];
    const filters = kernelHeight! * kernelWidth! * from! * to!;
    const [x, filter, dy] = [halves(numbers(inputs, 1)), numbers(filters, 2), halves(numbers(outputs, 3))];
    const norm = normOf(from!);
    const both = (read: { x: Halves; norm?: Float32Array }) => {
      const [y, dfilter] = [new Uint16Array(outputs), new Float32Array(filters)];
      addon.mixed.convolution({ shape, ...read, filter, y });
      addon.mixed.convolutionFilterGradient({ shape, ...read, dy, dfilter });
      return [Buffer.from(y.buffer), Buffer.from(dfilter.buffer)];
    };
    for (const { variant, vectorsOnly } of ways) {
      addon.open(variant, 2, vectorsOnly);
      const stored = new Uint16Array(inputs);
      addon.mixed.normalise({ rows: inputs / from!, channels: from!, x, norm, y: stored });
      const expected = both({ x: stored });
      for (const [i, bytes] of both({ x, norm }).entries()) expect(bytes.equals(expected[i]!)).toBe(true);
    }
  });

  it.each([
    { title: "the stem's, 3×3 of stride 2", size: 17, channels: 64, kernel: 3, stride: 2, pad: 1 },
    { title: "3 channels", size: 8, channels: 3, kernel: 3, stride: 2, pad: 1 },
    { title: "windows that overlap by two rows, 20 channels", size: 9, channels: 20, kernel: 3, stride: 1, pad: 0 },
    { title: "2×2 of stride 3", size: 11, channels: 16, kernel: 2, stride: 3, pad: 0 },
  ])("gives the same bits where max pooling reads its input through it: $title", (pool) => {
    const { size, channels, kernel, stride, pad } = pool;
    const out = Math.floor((size + 2 * pad - kernel) / stride) + 1;
    const shape = Int32Array.of(2, size, size, channels, out, out, channels, kernel, kernel, stride, pad, pad);
    const [inputs, outputs] = [2 * size * size * channels, 2 * out * out * channels];
    const [x, norm] = [halves(numbers(inputs, 1)), normOf(channels)];
    const pooled = (read: { x: Halves; norm?: Float32Array }) => {
      const y = new Uint16Array(outputs);
      addon.mixed.maxPool({ shape, ...read, y });
      return y;
    };
    // Scales of both signs: the smallest number of a window may become the largest.
    expect(new Set(norm.slice(channels, 2 * channels).map(Math.sign)).size).toBe(2);
    for (const { variant, vectorsOnly } of ways) {
      addon.open(variant, 2, vectorsOnly);
      const stored = new Uint16Array(inputs);
      addon.mixed.normalise({ rows: inputs / channels, channels, x, norm, y: stored });
      expect(Buffer.from(pooled({ x, norm }).buffer).equals(Buffer.from(pooled({ x: stored }).buffer))).toBe(true);
    }
  });

  it.each([
    [33, 16],
    [50, 3],
    [7, 20],
  ])(
    "gives the same gradient where it sees from its input what ReLU cut off: %i rows of %i channels",
    (rows, channels) => {
      const size = rows * channels;
      const [x, dy] = [halves(numbers(size, 1)), halves(numbers(size, 2))];
      const norm = normOf(channels);
      // Scales are γ/σ.
      const [mean, gamma, beta] = [0, 1, 2].map((i) => norm.slice(i * channels, (i + 1) * channels)) as [
        Float32Array,
        Float32Array,
        Float32Array,
      ];
      const inverseStd = new Float32Array(channels).fill(1);
      for (const { variant, vectorsOnly } of ways) {
        addon.open(variant, 2, vectorsOnly);
        const y = new Uint16Array(size);
        addon.mixed.normalise({ rows, channels, x, norm, y });
        const gradient = (seen: { y: Halves | undefined; beta: Float32Array | undefined }) => {
          const outputs = {
            dx: new Uint16Array(size),
            dgamma: new Float32Array(channels),
            dbeta: new Float32Array(channels),
          };
          const inputs = { dy, x, gamma, mean, inverseStd, ...seen };
          addon.mixed.batchNormGradient({ rows, channels, relu: true, ...inputs, ...outputs, dshortcut: undefined });
          return outputs;
        };
        expect(gradient({ y: undefined, beta })).toEqual(gradient({ y, beta: undefined }));
      }
    },
  );

  it("stores its output only for other readers, and keeps its input as long as it lives", async () => {
    await useWay(ways.at(-1)!, 2);
    const backend = tf.backend() as NativeBackend;
    const inUse = () => backend.memoryStatistics().bytesInUse;
    const before = { bytes: inUse(), buffers: tf.memory().numDataBuffers };
    const made = inPrecision("bf16-mixed", () => {
      const [ones, zeros] = [tf.ones([8]), tf.zeros([8])];
      const images = tf.tensor(numbers(512, 1), [1, 8, 8, 8]);
      const x = store(images);
      const inputs = { x, gamma: ones, beta: zeros, mean: zeros, variance: ones };
      const y = batchNormInference(inputs, { relu: true, epsilon: 0 });
      tf.dispose([ones, zeros, images]);
      return { x, y };
    });
    expect(inUse()).toBe(before.bytes + 1024);
    const expected = wide(halves(numbers(512, 1))).map((value) => Math.max(0, value));
    made.x.dispose();
    expect(inUse()).toBe(before.bytes + 1024);
    for (let reading = 0; reading < 2; reading++) {
      expect(made.y.dataSync()).toEqual(expected);
      expect(inUse()).toBe(before.bytes + 2048);
      backend.bfloat16.forget!(made.y);
      expect(inUse()).toBe(before.bytes + 1024);
    }
    made.y.dispose();
    expect({ bytes: inUse(), buffers: tf.memory().numDataBuffers }).toEqual(before);
  });
});

describe("numbers become bfloat16", () => {
  const special = [
    0,
    -0,
    1,
    1.00390625,
    1.01171875,
    -1.00390625,
    3.4e38,
    Infinity,
    -Infinity,
    1e-39,
    -1e-39,
    2 ** -126,
  ];

  it("to the nearest, ties to even, without denormal numbers, in the same way everywhere", () => {
    const values = Float32Array.from([...special, ...numbers(40, 1)]);
    const expected = halves(values);
    for (const { variant, vectorsOnly } of ways) {
      addon.open(variant, 1, vectorsOnly);
      const y = new Uint16Array(values.length);
      addon.mixed.narrow({ count: values.length, x: values, y });
      expect(y).toEqual(expected);
      // One by one, without vectors.
      for (const [i, value] of values.entries()) {
        const single = new Uint16Array(1);
        addon.mixed.narrow({ count: 1, x: Float32Array.of(value), y: single });
        expect(single[0]).toBe(expected[i]);
      }
      addon.mixed.narrow({ count: 1, x: Float32Array.of(Number.NaN), y: y.subarray(0, 1) });
      expect(wide(y)[0]).toBeNaN();
    }
  });
});

const nets = {
  "ResNet-8 (A)": { family: "cifar", depth: 8, width: 16 },
  "ResNet-18 of ImageNet": { family: "imagenet", depth: 18, width: 4 },
  "bottleneck, full pre-activation": {
    family: "cifar",
    depth: 11,
    width: 4,
    block: "bottleneck",
    activation: "full-pre-activation",
  },
  "gated shortcuts": { family: "cifar", depth: 8, width: 4, shortcut: "exclusive-gating" },
} as const;
const input = { height: 12, width: 12, channels: 3, classes: 5 };
const batchSize = 5;

/** The losses of some steps from `from`, and the weights and momenta after them. */
async function train(
  net: keyof typeof nets,
  { from = 0, to = 4, before }: { from?: number; to?: number; before?: readonly NamedTensor[] } = {},
) {
  const model = new Model(modelSchema.parse(nets[net]), input, 3, "bf16-mixed");
  const optimizer = new Optimizer(model, { momentum: 0.9, weightDecay: 1e-4, weightDecayOn: "all" });
  if (before) {
    model.write(before);
    optimizer.write(before);
  }
  const losses: number[] = [];
  for (let iteration = from; iteration < to; iteration++) {
    const shape = [batchSize, input.height, input.width, input.channels] as const;
    const images = numbers(batchSize * input.height * input.width * input.channels, 10 + iteration);
    const labels = Int32Array.from({ length: batchSize }, (_, i) => (i + iteration) % input.classes);
    const step = trainStep(model, optimizer, { images, labels, shape }, { iteration, learningRate: 0.05 });
    losses.push((await readStep(step)).loss);
  }
  const tensors = [...(await model.read()), ...(await optimizer.read())].map(({ data, ...tensor }) => ({
    ...tensor,
    data: data.slice(),
  }));
  optimizer.dispose();
  model.dispose();
  return { losses, tensors };
}

function hash(tensors: readonly NamedTensor[]): string {
  const digest = createHash("sha256");
  for (const { data } of tensors) digest.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return digest.digest("hex").slice(0, 16);
}

async function useWay(way: { variant: string; vectorsOnly: boolean }, threads: number): Promise<void> {
  await openNative({ ...way, threads });
  await tf.setBackend("native");
}

describe("training in bf16-mixed precision", () => {
  // The same on every machine. A change of them changes the numbers of finished runs.
  it.each([
    ["ResNet-8 (A)", "2e7136399ccd7cd4"],
    ["ResNet-18 of ImageNet", "7f4faeecaf32ea5e"],
    ["bottleneck, full pre-activation", "a088e3725305b3f8"],
    ["gated shortcuts", "c78d6fc066055e27"],
  ] as const)("gives the weights that it gives on every machine: %s", async (net, expected) => {
    for (const way of ways) {
      await useWay(way, 2);
      const before = tf.memory().numTensors;
      expect(hash((await train(net)).tensors), JSON.stringify(way)).toBe(expected);
      expect(tf.memory().numTensors).toBe(before);
    }
  });

  it("resumes from a checkpoint with the same bits, also on another instruction set", async () => {
    await useWay(ways.at(-1)!, 1);
    const whole = await train("ResNet-8 (A)");
    const half = await train("ResNet-8 (A)", { to: 2 });
    await useWay(ways[0]!, 3);
    const rest = await train("ResNet-8 (A)", { from: 2, before: half.tensors });
    expect([...half.losses, ...rest.losses]).toEqual(whole.losses);
    expect(hash(rest.tensors)).toBe(hash(whole.tensors));
  });

  it("follows PyTorch's float64 on a smooth path as closely as PyTorch's own autocast", async () => {
    await useWay(ways.at(-1)!, 2);
    const plain = pytorch.cases.find(({ title }) => title === "plain-20 on active units")!;
    const losses = await trajectory(plain, "bf16-mixed");
    // PyTorch 2.15 under autocast to bfloat16 on a CPU: 7e-4 at most.
    for (const [step, loss] of losses.entries()) expect(Math.abs(loss / plain.losses[step]! - 1)).toBeLessThan(7e-4);
  });

  it.each(["bottleneck, full pre-activation"] as const)("follows the reference engine: %s", async (net) => {
    registerMixedKernels("cpu");
    await tf.setBackend("cpu");
    const expected = (await train(net, { to: 2 })).losses;
    await useWay(ways.at(-1)!, 2);
    for (const [step, loss] of (await train(net, { to: 2 })).losses.entries())
      expect(Math.abs(loss / expected[step]! - 1)).toBeLessThan(1e-3);
  });
});
