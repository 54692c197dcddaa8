// The fused operations on the reference engine: values by hand, gradients against central differences.
import * as tf from "@tensorflow/tfjs-core";
// Registers the gradients of stock ops, which the comparisons use.
import "../helpers/tape-gradients.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { openEngine } from "../../src/engines/choice.ts";
import {
  batchNormInference,
  batchNormTrain,
  globalAveragePool,
  identityShortcut,
  momentumUpdate,
  softmaxCrossEntropy,
} from "../../src/ops/fused.ts";
import { hashValues } from "../helpers/hash-values.ts";

beforeAll(async () => {
  await openEngine("cpu");
});

/** Hash values as a tensor. Different keys give different tensors. */
function values(key: number, shape: number[]): tf.Tensor {
  const count = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(Float32Array.from(hashValues(key, count)), shape);
}

/**
 * Compares the gradient of sum(f(inputs) · w) by each input, along a random direction, with its central difference.
 * A step of 1e-2 balances float32 rounding against curvature.
 */
function expectGradients(f: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]): void {
  const weights = values(99, f(...inputs).shape);
  const scalar = (...given: tf.Tensor[]) => tf.sum(tf.mul(f(...given), weights)) as tf.Scalar;
  const gradients = tf.grads(scalar)(inputs);
  const step = 1e-2;
  inputs.forEach((input, index) => {
    const direction = values(200 + index, input.shape);
    const along = (sign: number) =>
      scalar(
        ...inputs.map((other, i) => (i === index ? tf.add(other, tf.mul(direction, sign * step)) : other)),
      ).dataSync()[0]!;
    const expected = (along(1) - along(-1)) / (2 * step);
    const actual = tf.sum(tf.mul(gradients[index]!, direction)).dataSync()[0]!;
    expect(Math.abs(actual - expected) / Math.max(1, Math.abs(expected)), `input ${index}`).toBeLessThan(5e-3);
  });
}

describe("batch normalisation in training", () => {
  const attributes = { relu: false, epsilon: 1e-5, momentum: 0.1 };
  const running = () => ({ runningMean: tf.tensor1d([1]), runningVariance: tf.tensor1d([2]) });

  test("normalises by the biased variance and stores the unbiased one", () => {
    const x = tf.tensor2d([[1], [2], [3], [6]]);
    const result = batchNormTrain({ x, gamma: tf.tensor1d([2]), beta: tf.tensor1d([1]), ...running() }, attributes);
    // Mean 3, biased variance 14/4, unbiased 14/3.
    const expected = [1, 2, 3, 6].map((value) => (2 * (value - 3)) / Math.sqrt(3.5 + 1e-5) + 1);
    [...result.y.dataSync()].forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 5);
    });
    expect(result.newRunningMean.dataSync()[0]).toBeCloseTo(0.9 * 1 + 0.1 * 3, 6);
    expect(result.newRunningVariance.dataSync()[0]).toBeCloseTo(0.9 * 2 + (0.1 * 14) / 3, 6);
  });

  test("adds the shortcut before ReLU", () => {
    const x = tf.tensor2d([[1], [-1]]);
    const shortcut = tf.tensor2d([[-3], [3]]);
    const ones = { gamma: tf.tensor1d([1]), beta: tf.tensor1d([0]) };
    const { y } = batchNormTrain({ x, shortcut, ...ones, ...running() }, { ...attributes, relu: true });
    expect([...y.dataSync()].map((value) => Math.round(value * 1e3) / 1e3)).toEqual([0, 2]);
  });

  test.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])("has the gradients of its formula (ReLU %s, shortcut %s)", (relu, withShortcut) => {
    const shape = [2, 3, 3, 4];
    const statistics = { runningMean: tf.zeros([4]), runningVariance: tf.ones([4]) };
    const inputs = [
      values(1, shape),
      tf.add(values(2, [4]), 1.5),
      values(3, [4]),
      ...(withShortcut ? [values(4, shape)] : []),
    ];
    expectGradients((x, gamma, beta, shortcut) => {
      const given = { x: x!, gamma: gamma!, beta: beta!, ...statistics, ...(shortcut && { shortcut }) };
      return batchNormTrain(given, { ...attributes, relu }).y;
    }, inputs);
  });

  test("uses the given statistics in evaluation", () => {
    const y = batchNormInference(
      {
        x: tf.tensor2d([[5]]),
        gamma: tf.tensor1d([2]),
        beta: tf.tensor1d([1]),
        mean: tf.tensor1d([1]),
        variance: tf.tensor1d([4]),
      },
      { relu: false, epsilon: 0 },
    );
    expect([...y.dataSync()]).toEqual([5]);
  });
});

describe("softmax cross-entropy", () => {
  test("is ln(classes) for equal logits, and wrong unless the first class is the label", () => {
    const { losses, wrong } = softmaxCrossEntropy(tf.zeros([2, 10]), tf.tensor1d([0, 3], "int32"));
    for (const loss of losses.dataSync()) expect(loss).toBeCloseTo(Math.log(10), 6);
    expect([...wrong.dataSync()]).toEqual([0, 1]);
  });

  test("stays finite for logits of 1000", () => {
    const { losses } = softmaxCrossEntropy(tf.tensor2d([[1000, 0]]), tf.tensor1d([1], "int32"));
    expect(losses.dataSync()[0]).toBe(1000);
  });

  test("has the gradient of its formula", () => {
    const labels = tf.tensor1d([0, 2, 1], "int32");
    expectGradients((logits) => softmaxCrossEntropy(logits!, labels).losses, [values(5, [3, 4])]);
  });
});

describe("shortcut option A", () => {
  test("takes every second pixel, with zeros in the new channels", () => {
    const x = values(6, [2, 5, 4, 3]) as tf.Tensor4D;
    const y = identityShortcut(x, { stride: 2, channels: 6 });
    expect(y.shape).toEqual([2, 3, 2, 6]);
    const before = x.arraySync();
    (y as tf.Tensor4D).arraySync().forEach((image, n) => {
      image.forEach((row, i) => {
        row.forEach((pixel, j) => {
          expect(pixel).toEqual([...before[n]![2 * i]![2 * j]!, 0, 0, 0]);
        });
      });
    });
  });

  test.each([
    [1, [1, 3, 3, 2]],
    [2, [2, 4, 4, 2]],
    [2, [1, 5, 3, 2]],
  ])("of stride %i has the gradient of its formula on %j", (stride, shape) => {
    expectGradients((x) => identityShortcut(x!, { stride, channels: 5 }), [values(7, shape)]);
  });
});

test("global average pooling is the mean of each channel, with its gradient", () => {
  const x = values(8, [2, 3, 5, 4]);
  const expected = tf.mean(x, [1, 2]).dataSync();
  globalAveragePool(x)
    .dataSync()
    .forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 6);
    });
  expectGradients((given) => globalAveragePool(given!), [x]);
});

test("the momentum update is Caffe's: v ← m·v + lr·(g + decay·w), w ← w − v", () => {
  const result = momentumUpdate(
    { weights: tf.tensor1d([2]), velocity: tf.tensor1d([0.5]), gradient: tf.tensor1d([3]) },
    { learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 },
  );
  const velocity = 0.9 * 0.5 + 0.1 * (3 + 0.01 * 2);
  expect(result.velocity.dataSync()[0]).toBeCloseTo(velocity, 6);
  expect(result.weights.dataSync()[0]).toBeCloseTo(2 - velocity, 6);
});
