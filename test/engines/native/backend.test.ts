import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import type { NativeBackend } from "../../../src/engines/native/backend.ts";
import * as ops from "../../../src/ops/fused.ts";
import { tensor, useNative } from "./compare.ts";

const statistics = () => (tf.backend() as NativeBackend).memoryStatistics();

describe("the native backend", () => {
  it("allocates nothing from the second step on, and keeps no tensor", async () => {
    await useNative();
    const filter = tf.variable(tensor([3, 3, 3, 8], 1) as tf.Tensor4D);
    const [gamma, beta] = [tf.variable(tf.ones([8])), tf.variable(tf.zeros([8]))];
    const [runningMean, runningVariance] = [tf.zeros([8]), tf.ones([8])];
    const x = tensor([4, 9, 9, 3], 2) as tf.Tensor4D;
    const step = () =>
      tf.tidy(() => {
        const { grads } = tf.variableGrads(() => {
          const { y } = ops.batchNormTrain(
            { x: tf.conv2d(x, filter, 1, 1), gamma, beta, runningMean, runningVariance },
            { relu: true, epsilon: 1e-5, momentum: 0.1 },
          );
          return tf.sum(ops.globalAveragePool(y)) as tf.Scalar;
        });
        const velocity = tf.zerosLike(filter);
        const update = ops.momentumUpdate(
          { weights: filter, velocity, gradient: grads[filter.name]! },
          { learningRate: 0.1, momentum: 0.9, weightDecay: 0 },
        );
        filter.assign(update.weights as tf.Tensor4D);
      });
    step();
    step();
    const before = { ...statistics(), tensors: tf.memory().numTensors };
    for (let i = 0; i < 5; i++) step();
    expect({ ...statistics(), tensors: tf.memory().numTensors }).toEqual(before);
    tf.dispose([filter, gamma, beta, runningMean, runningVariance, x]);
  });

  it("returns copies, so that numbers that were read outlive their tensor", async () => {
    await useNative();
    const before = statistics().bytesInUse;
    const sum = tf.tidy(() => tf.add(tf.ones([1000]), tf.ones([1000])));
    const numbers = sum.dataSync();
    const promised = await sum.data();
    const array = sum.bufferSync().values;
    sum.dispose();
    const other = tf.tidy(() => tf.add(tf.zeros([1000]), tf.zeros([1000]))); // gets the same memory
    for (const kept of [numbers, promised, array]) expect(kept).toEqual(new Float32Array(1000).fill(2));
    other.dispose();
    expect(statistics().bytesInUse).toBe(before);
  });

  it("keeps a slice or a reshape alive when its source tensor is disposed", async () => {
    await useNative();
    const sum = tf.tidy(() => tf.add(tf.range(0, 12), tf.range(0, 12)));
    const slice = tf.slice(sum, [3], [4]);
    const reshaped = tf.reshape(sum, [3, 4]);
    sum.dispose();
    const other = tf.tidy(() => tf.add(tf.zeros([12]), tf.zeros([12])));
    expect(slice.dataSync()).toEqual(Float32Array.of(6, 8, 10, 12));
    expect(reshaped.dataSync()).toEqual(Float32Array.from({ length: 12 }, (_, index) => 2 * index));
    tf.dispose([slice, reshaped, other]);
  });

  it("moves tensors to another backend and back", async () => {
    await useNative();
    const sum = tf.add(tf.ones([5]), tf.ones([5]));
    await tf.setBackend("cpu");
    const squared = tf.square(sum);
    await tf.setBackend("native");
    expect(tf.add(squared, sum).dataSync()).toEqual(new Float32Array(5).fill(6));
  });

  it("accepts tensors of other types from stock kernels", async () => {
    await useNative();
    const result = tf.tidy(() => tf.add(tf.cast(tf.tensor1d([1, 2], "int32"), "float32"), tf.relu(tf.ones([2]))));
    expect(result.dataSync()).toEqual(Float32Array.of(2, 3));
    result.dispose();
  });
});
