// Every kernel that nets use, forward and gradient, on WebGPU against the reference engine, on random shapes.
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { openEngine } from "../../../src/engines/choice.ts";
import * as fused from "../../../src/ops/fused.ts";
import type { Shape4 } from "../../../src/ops/kernels.ts";
import * as stock from "../../../src/ops/stock.ts";
import { difference, numbers, tensor } from "../native/compare.ts";
import { backend, hasAdapter, onBoth, valuesOf } from "./adapter.ts";

/** The error of float32 sums of some thousand terms in another order. */
const tolerance = 1e-5;

async function expectEqual(compute: () => tf.Tensor[]): Promise<void> {
  const { actual, expected } = await onBoth(compute);
  expect(difference(actual, expected)).toBeLessThan(tolerance);
}

/** Numbers around 1, which normalisation by running statistics needs. */
function positive(shape: number[], seed: number): tf.Tensor {
  return tf.tensor(
    numbers(tf.util.sizeFromShape(shape), seed).map((value) => 0.5 + Math.abs(value)),
    shape,
  );
}

describe.skipIf(!hasAdapter)("batch normalisation on WebGPU", () => {
  const shapes = [
    [2, 3, 5, 7],
    [1, 1, 1, 1],
    [3, 9, 8, 16],
    [2, 4, 4, 40],
    [2, 2, 3, 130],
    [70, 1, 1, 3],
  ];
  const variants = [
    { relu: false, withShortcut: false },
    { relu: true, withShortcut: false },
    { relu: false, withShortcut: true },
    { relu: true, withShortcut: true },
  ];

  test.each(variants)("equals the reference in training (ReLU $relu, shortcut $withShortcut)", async (variant) => {
    for (const [seed, shape] of shapes.entries()) {
      const channels = shape.at(-1)!;
      await expectEqual(() => {
        const parameters = { gamma: tensor([channels], seed + 20), beta: tensor([channels], seed + 30) };
        const running = {
          runningMean: tensor([channels], seed + 40),
          runningVariance: positive([channels], seed + 50),
        };
        const shortcut = variant.withShortcut ? { shortcut: tensor(shape, seed + 60) } : {};
        const attributes = { relu: variant.relu, epsilon: 1e-5, momentum: 0.1 };
        // A mean of 3 deviations, as in the channels of a net.
        const x = tf.add(tensor(shape, seed), 3);
        return Object.values(fused.batchNormTrain({ x, ...parameters, ...running, ...shortcut }, attributes));
      });
    }
  });

  test.each(variants)("has the reference's gradients (ReLU $relu, shortcut $withShortcut)", async (variant) => {
    for (const [seed, shape] of shapes.entries()) {
      const channels = shape.at(-1)!;
      await expectEqual(() => {
        const inputs = {
          dy: tensor(shape, seed + 1),
          x: tf.add(tensor(shape, seed + 2), 3),
          y: tensor(shape, seed + 3),
          gamma: tensor([channels], seed + 4),
          mean: tf.add(tensor([channels], seed + 5), 3),
          inverseStd: positive([channels], seed + 6),
        };
        const { relu, withShortcut } = variant;
        const gradients = fused.batchNormTrainGradient(inputs, { relu, hasShortcut: withShortcut });
        const { dx, dgamma, dbeta, dshortcut } = gradients;
        return [dx, dgamma, dbeta, ...(dshortcut ? [dshortcut] : [])];
      });
    }
  });

  test.each(variants)("equals the reference in evaluation (ReLU $relu, shortcut $withShortcut)", async (variant) => {
    const shape = [2, 3, 5, 20];
    await expectEqual(() => {
      const statistics = { mean: tensor([20], 1), variance: positive([20], 2) };
      const inputs = { x: tensor(shape, 3), gamma: tensor([20], 4), beta: tensor([20], 5), ...statistics };
      const shortcut = variant.withShortcut ? { shortcut: tensor(shape, 6) } : {};
      return [fused.batchNormInference({ ...inputs, ...shortcut }, { relu: variant.relu, epsilon: 1e-5 })];
    });
  });
});

describe.skipIf(!hasAdapter)("a convolution on WebGPU", () => {
  // Batch, height, width, channels in and out, kernel, stride.
  const cases = [
    [2, 8, 8, 3, 16, 3, 1],
    [2, 8, 8, 16, 32, 3, 2],
    [1, 7, 9, 4, 4, 3, 2],
    [3, 6, 5, 5, 7, 3, 1],
    [2, 8, 8, 16, 32, 1, 2],
    [2, 5, 5, 8, 40, 1, 1],
    [2, 14, 14, 3, 8, 7, 2],
    [1, 9, 9, 4, 12, 7, 1],
    [9, 8, 8, 2, 2, 3, 1],
  ] as const;

  test.each(cases)(
    "[%i, %i, %i, %i] to %i channels, kernel %i, stride %i, equals the reference with both gradients",
    async (...[batch, height, width, from, to, kernel, stride]) => {
      const inputShape: Shape4 = [batch, height, width, from];
      await expectEqual(() => {
        const x = tensor([...inputShape], 1);
        const filter = tensor([kernel, kernel, from, to], 2);
        const y = stock.convolution(x, filter, stride);
        const dy = tensor(y.shape, 3);
        return [
          y,
          stock.convolutionInputGradient(dy, filter, stride, inputShape),
          stock.convolutionFilterGradient(x, dy, filter, stride),
        ];
      });
    },
  );
});

describe.skipIf(!hasAdapter)("the other kernels on WebGPU", () => {
  test.each([
    [1, [1, 3, 3, 2]],
    [2, [2, 4, 4, 2]],
    [2, [1, 5, 3, 3]],
  ])("shortcut option A of stride %i on %j equals the reference with its gradient", async (stride, shape) => {
    await expectEqual(() => {
      const y = fused.identityShortcut(tensor(shape, 1), { stride, channels: 5 });
      const dx = fused.identityShortcutGradient(tensor(y.shape, 2), { stride, shape: shape as unknown as Shape4 });
      return [y, dx];
    });
  });

  test("global average pooling, gates, scaling and ReLU equal the reference with their gradients", async () => {
    const shape: Shape4 = [2, 3, 5, 7];
    await expectEqual(() => {
      const [x, dy, y] = [tensor([...shape], 1), tensor([...shape], 2), tensor([...shape], 3)];
      const gate = fused.gate(x, tensor([7], 4));
      const [gradient, dgate] = [
        fused.gateGradient(dy, gate),
        fused.gatedGradient({ dy, x, gate }, { complement: false }),
      ];
      const held = fused.gatedGradient({ dy, x, gate }, { complement: true });
      return [
        fused.globalAveragePool(x),
        fused.globalAveragePoolGradient(tensor([2, 7], 5), { shape }),
        ...[gate, gradient.dx, gradient.dbias, dgate.dx, dgate.dgate, held.dx, held.dgate],
        fused.gated({ x, gate }, { complement: false }),
        fused.gated({ x, gate }, { complement: true }),
        ...[fused.scale(x, 0.25), stock.relu(x), fused.positiveGradient(dy, y), stock.add(x, dy)],
      ];
    });
  });

  test("softmax cross-entropy equals the reference with its gradient, and stays finite for logits of 1000", async () => {
    await expectEqual(() => {
      const logits = tf.concat([tensor([6, 10], 1), tf.mul(tensor([1, 10], 2), 1000)]);
      const labels = tf.tensor1d([0, 3, 9, 1, 2, 7, 5], "int32");
      const { losses, wrong, probabilities } = fused.softmaxCrossEntropy(logits, labels);
      const gradient = fused.softmaxCrossEntropyGradient({ dy: tensor([7], 3), probabilities, labels });
      return [losses, wrong, probabilities, gradient];
    });
  });

  test("the momentum update equals the reference", async () => {
    await expectEqual(() => {
      const inputs = {
        weights: tensor([3, 3, 5, 7], 1),
        velocity: tensor([3, 3, 5, 7], 2),
        gradient: tensor([3, 3, 5, 7], 3),
      };
      return Object.values(fused.momentumUpdate(inputs, { learningRate: 0.1, momentum: 0.9, weightDecay: 1e-2 }));
    });
  });

  test("max pooling equals the reference with its gradient, which goes to the first of equal values", async () => {
    await expectEqual(() => {
      // Whole numbers, so that many are equal.
      const x = tf.round(tensor([2, 9, 8, 3], 1));
      const y = stock.maxPool(x, 3, 2);
      return [y, stock.maxPoolGradient(tensor(y.shape, 2), x, y, 3, 2)];
    });
  });

  test("products of matrices, one of them transposed, equal the reference", async () => {
    await expectEqual(() => {
      const [a, b] = [tensor([33, 20], 1), tensor([20, 10], 2)];
      return [
        stock.product(a, b),
        stock.product(tensor([20, 33], 3), b, { a: true }),
        stock.product(a, tensor([10, 20], 4), { b: true }),
      ];
    });
  });
});

describe.skipIf(!hasAdapter)("on WebGPU", () => {
  beforeAll(async () => {
    await openEngine("webgpu");
  });

  test("ReLU and batch normalisation pass NaN on, so that a diverged run is noticed", async () => {
    const [relu, normalised] = await valuesOf(() => {
      const x = tf.tensor2d([[Number.NaN], [1]]);
      const ones = { gamma: tf.ones([1]), beta: tf.ones([1]), mean: tf.ones([1]), variance: tf.ones([1]) };
      return [stock.relu(x), fused.batchNormInference({ x, ...ones }, { relu: true, epsilon: 0 })];
    });
    expect([relu![0], normalised![0]]).toEqual([Number.NaN, Number.NaN]);
  });

  test("the same sums have the same bits each time", async () => {
    const sums = () =>
      valuesOf(() => {
        const [x, dy] = [tensor([16, 8, 8, 8], 1), tensor([16, 8, 8, 8], 2)];
        const statistics = { mean: tf.zeros([8]), inverseStd: tf.ones([8]), gamma: tf.ones([8]) };
        const gradients = fused.batchNormTrainGradient(
          { dy, x, y: x, ...statistics },
          { relu: true, hasShortcut: false },
        );
        return [stock.convolutionFilterGradient(x, dy, tf.zeros([3, 3, 8, 8]), 1), gradients.dgamma, gradients.dbeta];
      });
    expect(await sums()).toEqual(await sums());
  });

  test("kernels leave no buffer behind", async () => {
    const once = () =>
      valuesOf(() => {
        const x = tensor([8, 8, 8, 4], 1);
        const dy = tensor([8, 8, 8, 4], 2);
        const statistics = { mean: tf.zeros([4]), inverseStd: tf.ones([4]), gamma: tf.ones([4]) };
        const { dx } = fused.batchNormTrainGradient({ dy, x, y: x, ...statistics }, { relu: false, hasShortcut: true });
        return [dx, stock.convolutionFilterGradient(x, dy, tf.zeros([3, 3, 4, 4]), 1)];
      });
    await once();
    const { numBytesInGPU, numBytesAllocatedInGPU } = backend().memory();
    await once();
    expect(backend().memory()).toMatchObject({ numBytesInGPU, numBytesAllocatedInGPU });
  });
});
