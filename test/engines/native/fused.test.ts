import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { nativeVariants } from "../../../src/engines/native/engine.ts";
import * as ops from "../../../src/ops/fused.ts";
import { BatchNormTrainGrad } from "../../../src/ops/kernels.ts";
import { difference, onNative, onReference, sameBits, tensor, useNative } from "./compare.ts";

const float4 = (shape: number[], seed: number) => tensor(shape, seed) as tf.Tensor4D;

/** All outputs and gradients of batch norm in training, with x far from 0 if `offset` is large. */
function batchNorm(shape: number[], relu: boolean, withShortcut: boolean, offset = 0): tf.Tensor[] {
  const channels = shape[shape.length - 1]!;
  const x = tf.add(tensor(shape, 1), offset);
  const gamma = tensor([channels], 2);
  const beta = tensor([channels], 3);
  const runningMean = tensor([channels], 4);
  const runningVariance = tf.square(tensor([channels], 5));
  const shortcut = withShortcut ? tensor(shape, 6) : undefined;
  const dy = tensor(shape, 7);
  const attributes = { relu, epsilon: 1e-5, momentum: 0.1 };
  const apply = (inputs: tf.Tensor[]) =>
    ops.batchNormTrain(
      {
        ...{ x: inputs[0]!, gamma: inputs[1]!, beta: inputs[2]!, runningMean, runningVariance },
        ...(inputs[3] && { shortcut: inputs[3] }),
      },
      attributes,
    );
  const inputs = [x, gamma, beta, ...(shortcut ? [shortcut] : [])];
  const { y, newRunningMean, newRunningVariance } = apply(inputs);
  const gradients = tf.grads((...given) => tf.sum(tf.mul(apply(given).y, dy)))(inputs);
  const inference = ops.batchNormInference(
    { x, gamma, beta, mean: runningMean, variance: runningVariance, ...(shortcut && { shortcut }) },
    attributes,
  );
  return [y, newRunningMean, newRunningVariance, inference, ...gradients];
}

/** Runs on the reference and on every variant of native. The largest difference of two numbers must stay below a limit. */
async function expectAgreement(compute: () => tf.Tensor[], largest: number): Promise<void> {
  const expected = await onReference(compute);
  for (const variant of nativeVariants()) {
    expect(difference(await onNative(compute, { variant }), expected), variant).toBeLessThan(largest);
  }
}

describe("the fused kernels in every variant", () => {
  // Channels that divide the vector, that the vector divides, and neither; rows that leave a rest.
  it.each([
    [[4, 8, 8, 16]],
    [[3, 5, 7, 8]],
    [[2, 5, 5, 3]],
    [[3, 3, 3, 10]],
    [[2, 3, 5, 24]],
    [[2, 4, 3, 100]],
    [[37, 4]],
    [[65, 33]],
    [[9, 1]],
  ])("normalise %s like the reference, with and without ReLU and shortcut", async (shape) => {
    for (const relu of [false, true]) {
      for (const withShortcut of [false, true]) {
        await expectAgreement(() => batchNorm(shape, relu, withShortcut), 2e-5);
      }
    }
  });

  it.each(nativeVariants())(
    "keep the variance's precision where the mean is a thousand deviations (%s)",
    async (variant) => {
      const shape = [32, 16, 16, 8];
      const compute = () => [tf.add(tensor(shape, 1), 1000)];
      const x = (await onReference(compute))[0]!;
      let [sum, square] = [0, 0];
      for (let i = 0; i < x.length; i += 8) sum += x[i]!;
      const mean = sum / (x.length / 8);
      for (let i = 0; i < x.length; i += 8) square += (x[i]! - mean) ** 2;
      const unbiased = square / (x.length / 8 - 1);
      const [, newMean, newVariance] = await onNative(() => batchNorm(shape, false, false, 1000), { variant });
      const [, oldMean, oldVariance] = await onNative(() => [
        tensor([1], 0),
        tensor([8], 4),
        tf.square(tensor([8], 5)),
      ]);
      expect(newMean![0]).toBeCloseTo(0.9 * oldMean![0]! + 0.1 * mean, 4);
      expect(newVariance![0]).toBeCloseTo(0.9 * oldVariance![0]! + 0.1 * unbiased, 5);
    },
  );

  it.each(nativeVariants())("have the gradient of batch norm that small changes of x give (%s)", async (variant) => {
    const shape = [2, 3, 2, 5];
    const analytic = (await onNative(() => batchNorm(shape, true, true), { variant }))[4]!;
    const base = (await onNative(() => [tensor(shape, 1), tensor(shape, 7)]))[0]!;
    const value = (x: Float32Array) =>
      tf.tidy(() => {
        const { y } = ops.batchNormTrain(
          {
            ...{ x: tf.tensor(x, shape), gamma: tensor([5], 2), beta: tensor([5], 3) },
            ...{ runningMean: tensor([5], 4), runningVariance: tensor([5], 5), shortcut: tensor(shape, 6) },
          },
          { relu: true, epsilon: 1e-5, momentum: 0.1 },
        );
        return tf.sum(tf.mul(y, tensor(shape, 7))).dataSync()[0]!;
      });
    for (let i = 0; i < base.length; i += 3) {
      const slope = [1, -1].map((sign) => value(base.map((number, at) => (at === i ? number + sign * 1e-2 : number))));
      expect(Math.abs((slope[0]! - slope[1]!) / 2e-2 - analytic[i]!)).toBeLessThan(2e-2);
    }
  });

  it("pass NaN through ReLU", async () => {
    const ones = () => tf.ones([8]);
    const compute = () => {
      const statistics = { gamma: ones(), beta: ones(), mean: ones(), variance: ones() };
      return [ops.batchNormInference({ x: tf.fill([5, 8], Number.NaN), ...statistics }, { relu: true, epsilon: 1e-5 })];
    };
    for (const variant of nativeVariants()) {
      expect(await onNative(compute, { variant })).toEqual([new Float32Array(40).fill(Number.NaN)]);
    }
  });

  it("pass the gradient to the shortcut without ReLU", async () => {
    const run = () =>
      tf.engine().runKernel(
        BatchNormTrainGrad,
        {
          ...{ dy: tensor([6, 3], 1), x: tensor([6, 3], 2), y: tensor([6, 3], 3) },
          ...{ gamma: tensor([3], 4), mean: tensor([3], 5), inverseStd: tensor([3], 6) },
        },
        { relu: false, hasShortcut: true },
      ) as unknown as tf.Tensor[];
    await expectAgreement(run, 1e-5);
  });

  it("pool like the reference", async () => {
    for (const [shape, filter, stride, pad] of [
      [[2, 9, 9, 16], 3, 2, 1],
      [[3, 8, 7, 5], 3, 2, 1],
      [[1, 6, 6, 20], 2, 2, 0],
      [[2, 7, 7, 3], 3, 1, "same"],
    ] as const) {
      const compute = () => {
        // Rounded, so that windows have equal maxima, of which the first gets the gradient.
        const x = tf.round(float4([...shape], 1)) as tf.Tensor4D;
        const pool = (input: tf.Tensor4D) => tf.maxPool(input, filter, stride, pad);
        const y = pool(x);
        return [y, tf.grad((input) => tf.sum(tf.mul(pool(input as tf.Tensor4D), tensor(y.shape, 2))))(x)];
      };
      await expectAgreement(compute, 1e-6);
    }
  });

  it("average over the image like the reference", async () => {
    const compute = () => {
      const x = float4([3, 5, 7, 21], 1);
      const dy = tensor([3, 21], 2);
      return [ops.globalAveragePool(x), tf.grad((input) => tf.sum(tf.mul(ops.globalAveragePool(input), dy)))(x)];
    };
    await expectAgreement(compute, 1e-6);
  });

  it("compute the identity shortcut like the reference", async () => {
    for (const [shape, stride, channels] of [
      [[2, 8, 8, 5], 2, 11],
      [[2, 7, 9, 16], 2, 32],
      [[1, 4, 4, 3], 1, 3],
    ] as const) {
      const compute = () => {
        const x = float4([...shape], 1);
        const y = ops.identityShortcut(x, { stride, channels });
        const dy = tensor(y.shape, 2);
        return [y, tf.grad((input) => tf.sum(tf.mul(ops.identityShortcut(input, { stride, channels }), dy)))(x)];
      };
      await expectAgreement(compute, 1e-7);
    }
  });

  it("compute losses, errors and their gradient like the reference", async () => {
    const compute = () => {
      const logits = tf.mul(tensor([37, 11], 1), 10);
      const labels = tf.tensor1d(
        Int32Array.from({ length: 37 }, (_, index) => (index * 7) % 11),
        "int32",
      );
      const { losses, wrong } = ops.softmaxCrossEntropy(logits, labels);
      const weights = tensor([37], 2);
      return [
        losses,
        wrong,
        tf.grad((input) => tf.sum(tf.mul(ops.softmaxCrossEntropy(input, labels).losses, weights)))(logits),
      ];
    };
    await expectAgreement(compute, 2e-6);
  });

  it("take the lowest index of equal largest logits", async () => {
    const compute = () => [
      ops.softmaxCrossEntropy(tf.tensor2d([1, 2, 2, 2, 1, 2], [2, 3]), tf.tensor1d([1, 2], "int32")).wrong,
    ];
    for (const variant of nativeVariants()) {
      expect(await onNative(compute, { variant })).toEqual([Float32Array.of(0, 1)]);
    }
  });

  it("update weights and add like the reference", async () => {
    for (const size of [1, 45, 70_001]) {
      const compute = () => {
        const [weights, velocity, gradient] = [tensor([size], 1), tensor([size], 2), tensor([size], 3)];
        const update = ops.momentumUpdate(
          { weights: weights!, velocity: velocity!, gradient: gradient! },
          { learningRate: 0.1, momentum: 0.9, weightDecay: 1e-4 },
        );
        return [update.weights, update.velocity, tf.add(weights!, gradient!)];
      };
      await expectAgreement(compute, 1e-6);
    }
  });

  it("update weights and momenta in their own memory if the caller replaces them and nothing else has it", async () => {
    await useNative();
    const attributes = { learningRate: 0.1, momentum: 0.9, weightDecay: 1e-4 };
    const [first, second, gradient] = [tensor([50], 1), tensor([50], 2), tensor([50], 3)];
    const expected = ops.momentumUpdate({ weights: first, velocity: second, gradient }, attributes);
    // Tensors of the engine's own memory: sums with zero.
    const [weights, velocity] = [tf.add(first, tf.zeros([50])), tf.add(second, tf.zeros([50]))];
    const clone = velocity.clone();
    const update = ops.momentumUpdate({ weights, velocity, gradient }, { ...attributes, areReplaced: true });
    expect(update.weights.dataSync()).toEqual(expected.weights.dataSync());
    expect(update.velocity.dataSync()).toEqual(expected.velocity.dataSync());
    expect(weights.dataSync()).toEqual(expected.weights.dataSync());
    expect(clone.dataSync()).toEqual(second.dataSync());
  });

  it("compute gates and weigh by them like the reference", async () => {
    for (const shape of [
      [3, 5, 7, 21],
      [2, 4, 4, 16],
      [1, 1, 1, 1],
      [40, 20, 20, 3],
    ]) {
      const compute = () => {
        const [x, bias, dy] = [tf.mul(tensor(shape, 1), 5), tensor([shape[3]!], 2), tensor(shape, 3)];
        const gate = ops.gate(x, bias);
        const { dx, dbias } = ops.gateGradient(dy, gate);
        const weighed = [false, true].flatMap((complement) => {
          const gradient = ops.gatedGradient({ dy, x, gate }, { complement });
          return [ops.gated({ x, gate }, { complement }), gradient.dx, gradient.dgate];
        });
        return [gate, dx, dbias, ...weighed, ops.scale(x, 0.3), tf.relu(x), ops.positiveGradient(dy, tf.relu(x))];
      };
      // The reference sums 16,000 rows one after another in float32.
      await expectAgreement(compute, 1e-5);
    }
  });

  it("close and open a gate completely without overflow", async () => {
    const compute = () => [ops.gate(tf.tensor2d([-1e4, -100, 0, 100, 1e4, Number.NaN], [6, 1]), tf.zeros([1]))];
    for (const variant of nativeVariants()) {
      const gate = (await onNative(compute, { variant }))[0]!;
      expect([...gate].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([0, 0, 0.5, 1, 1, Number.NaN]);
    }
  });

  it.each(nativeVariants())("give the same numbers bit for bit for 1, 2 and 3 threads (%s)", async (variant) => {
    const compute = () => batchNorm([9, 31, 33, 12], true, true);
    const one = await onNative(compute, { variant, threads: 1 });
    for (const threads of [2, 3]) {
      expect(sameBits(await onNative(compute, { variant, threads }), one), `${threads} threads`).toBe(true);
    }
  });
});
