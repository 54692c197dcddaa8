// The real engine against the reference: every fused kernel and its gradient, convolutions and pooling, the same numbers
// twice, and no tensor left behind.
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { modelSchema } from "../../../src/config/schema.ts";
import { openEngine } from "../../../src/engines/choice.ts";
import { openTensorflow } from "../../../src/engines/tensorflow/engine.ts";
import { Model } from "../../../src/models/model.ts";
import * as ops from "../../../src/ops/fused.ts";
import * as stock from "../../../src/ops/stock.ts";
import { Optimizer } from "../../../src/training/optimizer.ts";
import { readStep, trainStep } from "../../../src/training/step.ts";
import { difference, onReference, tensor } from "../native/compare.ts";
import { installed } from "./installed.ts";

async function onTensorflow(compute: () => tf.Tensor[]): Promise<Float32Array[]> {
  await tf.setBackend("tensorflow");
  const tensors = tf.tidy(compute);
  const values = tensors.map((each) => Float32Array.from(each.dataSync()));
  tf.dispose(tensors);
  return values;
}

/** The largest difference of two numbers, as a fraction of the largest expected number. */
async function error(compute: () => tf.Tensor[]): Promise<number> {
  return difference(await onTensorflow(compute), await onReference(compute));
}

/** Every output of batch norm in training and in evaluation, and every gradient. */
function batchNorm(shape: number[], relu: boolean, hasShortcut: boolean): tf.Tensor[] {
  const channels = shape.at(-1)!;
  const x = tf.add(tensor(shape, 1), 3);
  const statistics = { gamma: tensor([channels], 2), beta: tensor([channels], 3) };
  const shortcut = hasShortcut ? { shortcut: tensor(shape, 6) } : {};
  const [runningMean, runningVariance] = [tensor([channels], 4), tf.square(tensor([channels], 5))];
  const attributes = { relu, epsilon: 1e-5, momentum: 0.1 };
  const trained = ops.batchNormTrain({ x, ...statistics, runningMean, runningVariance, ...shortcut }, attributes);
  const { y, mean, inverseStd, newRunningMean, newRunningVariance } = trained;
  const { dx, dgamma, dbeta, dshortcut } = ops.batchNormTrainGradient(
    { dy: tensor(shape, 7), x, y, gamma: statistics.gamma, mean, inverseStd },
    { relu, hasShortcut },
  );
  const evaluated = ops.batchNormInference(
    { x, ...statistics, mean: runningMean, variance: runningVariance, ...shortcut },
    attributes,
  );
  const gradients = [dx, dgamma, dbeta, ...(dshortcut ? [dshortcut] : [])];
  return [y, mean, inverseStd, newRunningMean, newRunningVariance, evaluated, ...gradients];
}

describe.skipIf(!installed)("the tensorflow engine", () => {
  it.each([[[4, 8, 8, 16]], [[3, 5, 7, 6]], [[37, 4]], [[9, 1]]])(
    "normalises %s as the reference does, with and without ReLU and shortcut",
    async (shape) => {
      for (const relu of [false, true]) {
        for (const hasShortcut of [false, true]) {
          expect(await error(() => batchNorm(shape, relu, hasShortcut))).toBeLessThan(2e-5);
        }
      }
    },
  );

  it.each([
    ...[
      { size: 8, extent: 3, stride: 1 },
      { size: 8, extent: 3, stride: 2 },
      { size: 7, extent: 3, stride: 2 },
    ],
    ...[
      { size: 7, extent: 1, stride: 1 },
      { size: 8, extent: 1, stride: 2 },
      { size: 9, extent: 7, stride: 2 },
    ],
    ...[
      { size: 5, extent: 5, stride: 1 },
      { size: 14, extent: 7, stride: 2 },
    ],
  ])(
    "convolves $size×$size images by $extent×$extent filters in steps of $stride",
    async ({ size, extent, stride }) => {
      const compute = () => {
        const x = tensor([3, size, size, 5], 1);
        const filter = tensor([extent, extent, 5, 4], 2);
        const y = stock.convolution(x, filter, stride);
        const dy = tensor(y.shape, 3);
        return [
          y,
          stock.convolutionInputGradient(dy, filter, stride, [3, size, size, 5]),
          stock.convolutionFilterGradient(x, dy, filter, stride),
        ];
      };
      expect(await error(compute)).toBeLessThan(1e-5);
    },
  );

  it.each([
    { size: 9, extent: 3, stride: 2 },
    { size: 8, extent: 3, stride: 2 },
    { size: 6, extent: 3, stride: 1 },
  ])("pools $size×$size images by $extent×$extent maxima in steps of $stride", async ({ size, extent, stride }) => {
    const compute = () => {
      // Below zero, so that zero padding would win, and all different, so that each maximum belongs to one pixel.
      const x = tf.sub(tensor([2, size, size, 3], 1), 10);
      const y = stock.maxPool(x, extent, stride);
      return [y, stock.maxPoolGradient(tensor(y.shape, 2), x, y, extent, stride)];
    };
    expect(await error(compute)).toBeLessThan(1e-6);
  });

  it("gives the first of equal maxima the gradient", async () => {
    const compute = () => {
      const x = tf.round(tensor([2, 8, 8, 4], 1));
      const y = stock.maxPool(x, 3, 2);
      return [stock.maxPoolGradient(tensor(y.shape, 2), x, y, 3, 2)];
    };
    expect(await error(compute)).toBeLessThan(1e-6);
  });

  it("multiplies matrices and adds a bias", async () => {
    const compute = () => {
      const [a, b] = [tensor([6, 5], 1), tensor([5, 7], 2)];
      const product = stock.product(a, b);
      return [
        stock.add(product, tensor([7], 3)),
        stock.product(a, product, { a: true }),
        stock.product(product, b, { b: true }),
        stock.relu(product),
        tf.sum(product, 0),
      ];
    };
    expect(await error(compute)).toBeLessThan(1e-5);
  });

  it.each([
    { shape: [2, 8, 8, 3] as const, stride: 2, channels: 6 },
    { shape: [2, 7, 5, 3] as const, stride: 2, channels: 3 },
  ])("takes every $stride-th pixel of $shape for the identity shortcut", async ({ shape, stride, channels }) => {
    const compute = () => {
      const y = ops.identityShortcut(tensor([...shape], 1), { stride, channels });
      return [y, ops.identityShortcutGradient(tensor(y.shape, 2), { stride, shape })];
    };
    expect(await error(compute)).toBeLessThan(1e-6);
  });

  it("averages, gates, scales and masks like the reference", async () => {
    const compute = () => {
      const [x, other, dy] = [tensor([3, 4, 4, 6], 1), tensor([3, 4, 4, 6], 2), tensor([3, 4, 4, 6], 3)];
      const opened = ops.gate(x, tensor([6], 4));
      const { dx, dbias } = ops.gateGradient(dy, opened);
      const paths = [false, true].flatMap((complement) => {
        const gradient = ops.gatedGradient({ dy, x: other, gate: opened }, { complement });
        return [ops.gated({ x: other, gate: opened }, { complement }), gradient.dx, gradient.dgate];
      });
      const pooled = ops.globalAveragePool(x);
      return [
        ...[opened, dx, dbias, ...paths, ops.scale(x, 0.5), ops.positiveGradient(dy, x), pooled],
        ops.globalAveragePoolGradient(pooled, { shape: [3, 4, 4, 6] }),
      ];
    };
    expect(await error(compute)).toBeLessThan(1e-5);
  });

  it("computes the loss, the errors, the gradient and the update", async () => {
    const compute = () => {
      const logits = tensor([9, 10], 1);
      const labels = tf.tensor1d([0, 1, 2, 3, 4, 5, 6, 7, 9], "int32");
      const { losses, wrong, probabilities } = ops.softmaxCrossEntropy(logits, labels);
      const gradient = ops.softmaxCrossEntropyGradient({ dy: tf.fill([9], 1 / 9), probabilities, labels });
      const [weights, velocity] = [tensor([9, 10], 2), tensor([9, 10], 3)];
      const updated = ops.momentumUpdate(
        { weights, velocity, gradient },
        { learningRate: 0.1, momentum: 0.9, weightDecay: 1e-2 },
      );
      return [losses, wrong, probabilities, gradient, updated.weights, updated.velocity];
    };
    expect(await error(compute)).toBeLessThan(1e-5);
  });

  it("passes NaN through ReLU", async () => {
    const ones = () => tf.ones([8]);
    const compute = () => {
      const statistics = { gamma: ones(), beta: ones(), mean: ones(), variance: ones() };
      return [ops.batchNormInference({ x: tf.fill([5, 8], Number.NaN), ...statistics }, { relu: true, epsilon: 1e-5 })];
    };
    expect(await onTensorflow(compute)).toEqual([new Float32Array(40).fill(Number.NaN)]);
  });

  it("keeps the threads of its first opening, like TensorFlow", () => {
    expect(openTensorflow()).toMatchObject({ name: "tensorflow", threads: 2 });
    expect(openTensorflow({ threads: 5 })).toEqual({
      unavailable: "this process has opened it with 2 threads, which cannot change.",
    });
  });

  it("trains to the same numbers twice, and leaves no tensor behind", async () => {
    await openEngine("tensorflow", { threads: 2 });
    const first = await trained();
    expect(first.leaked).toBe(0);
    expect(await trained()).toEqual(first);
  });
});

/** Weights after three steps of a small net, and the number of tensors that the last two steps left behind. */
async function trained(): Promise<{ weights: Float32Array[]; leaked: number }> {
  const input = { height: 8, width: 8, channels: 3, classes: 10 };
  const model = new Model(modelSchema.parse({ family: "cifar", depth: 8, width: 8 }), input, 0);
  const optimizer = new Optimizer(model, { momentum: 0.9, weightDecay: 1e-4, weightDecayOn: "all" });
  const images = Float32Array.from({ length: 64 * 8 * 8 * 3 }, (_, index) => Math.sin(index));
  const labels = Int32Array.from({ length: 64 }, (_, index) => index % 10);
  const step = () =>
    readStep(
      trainStep(model, optimizer, { images, shape: [64, 8, 8, 3], labels }, { iteration: 0, learningRate: 0.1 }),
    );
  await step();
  const before = tf.memory().numTensors;
  await step();
  await step();
  const leaked = tf.memory().numTensors - before;
  const weights = (await model.read()).map(({ data }) => Float32Array.from(data as Float32Array));
  optimizer.dispose();
  model.dispose();
  return { weights, leaked };
}
