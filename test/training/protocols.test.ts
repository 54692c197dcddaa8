import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { modelSchema } from "../../src/config/schema.ts";
import { openEngine } from "../../src/engines/choice.ts";
import { Model } from "../../src/models/model.ts";
import { evaluate } from "../../src/training/evaluate.ts";
import { mean, rankOf, softmax, testNets } from "../../src/training/protocols.ts";
import type { Batch } from "../../src/types.ts";
import { hashValues } from "../helpers/hash-values.ts";

beforeAll(async () => {
  await openEngine("native");
});

const config = modelSchema.parse({ family: "cifar", depth: 8, width: 4 });
const netOf = (seed: number, classes = 7) => new Model(config, { height: 8, width: 8, channels: 3, classes }, seed);

/** Two batches of random images. Every key and size has the same labels. */
function batchesOf(key: number, size = 8, classes = 7): Batch[] {
  return [3, 2].map((count, index) => ({
    images: Float32Array.from(hashValues(10 * key + index, count * size * size * 3), (value) => 3 * value),
    shape: [count, size, size, 3] as const,
    labels: Int32Array.from({ length: count }, (_, image) => (image + index) % classes),
  }));
}

/** The probabilities of all images, by TensorFlow.js. */
function probabilitiesOf(model: Model, batches: Batch[]): number[][] {
  return batches.flatMap((batch) =>
    tf.tidy(() => tf.softmax(model.evaluate(tf.tensor4d(batch.images, [...batch.shape]))).arraySync()),
  );
}

describe("a test of one net with one look", () => {
  test("has the same error and loss as the tests in training", async () => {
    const model = netOf(1);
    const own = await evaluate(model, batchesOf(1));
    const { images, each, together } = await testNets([{ model, looks: [batchesOf(1)] }]);
    expect(images).toBe(5);
    expect(together).toEqual(each[0]);
    expect(together.top1Error).toBe(own.error);
    expect(together.loss).toBeCloseTo(own.loss, 6);
    model.dispose();
  });

  test("has no top-5 error if there are five classes or fewer", async () => {
    const model = netOf(1, 5);
    const { together } = await testNets([{ model, looks: [batchesOf(1, 8, 5)] }]);
    expect(together).not.toHaveProperty("top5Error");
    model.dispose();
  });
});

describe("a test of several nets with several looks", () => {
  test("averages probabilities over looks, then over nets, whatever the size of the maps", async () => {
    const nets = [netOf(1), netOf(2)];
    const looks = [
      [batchesOf(1), batchesOf(2, 12)],
      [batchesOf(3), batchesOf(4, 10), batchesOf(5, 16)],
    ];
    const { each, together } = await testNets(nets.map((model, net) => ({ model, looks: looks[net]! })));

    const labels = batchesOf(1).flatMap((batch) => [...batch.labels]);
    const average = (lists: number[][][]) =>
      labels.map((_, image) =>
        lists[0]![image]!.map((_, k) => lists.reduce((sum, list) => sum + list[image]![k]!, 0) / lists.length),
      );
    const score = (probabilities: number[][]) => ({
      loss: probabilities.reduce((sum, row, image) => sum - Math.log(row[labels[image]!]!), 0) / labels.length,
      top1: probabilities.filter((row, image) => row.some((p) => p > row[labels[image]!]!)).length / labels.length,
      top5:
        probabilities.filter((row, image) => row.filter((p) => p > row[labels[image]!]!).length >= 5).length /
        labels.length,
    });
    const byNet = nets.map((model, net) => average(looks[net]!.map((look) => probabilitiesOf(model, look))));
    for (const [found, probabilities] of [
      [each[0]!, byNet[0]!],
      [each[1]!, byNet[1]!],
      [together, average(byNet)],
    ] as const) {
      const expected = score(probabilities);
      expect(found.loss).toBeCloseTo(expected.loss, 6);
      expect(found.top1Error).toBeCloseTo(expected.top1, 12);
      expect(found.top5Error).toBeCloseTo(expected.top5, 12);
    }
    for (const model of nets) model.dispose();
  });

  test("leaves no tensor behind", async () => {
    const model = netOf(1);
    const before = tf.memory().numTensors;
    await testNets([{ model, looks: [batchesOf(1), batchesOf(2, 12)] }]);
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });

  test("reports the number of images after each batch", async () => {
    const model = netOf(1);
    const counts: number[] = [];
    await testNets([{ model, looks: [batchesOf(1), batchesOf(2)] }], (images) => counts.push(images));
    expect(counts).toEqual([3, 5]);
    model.dispose();
  });
});

describe("probabilities", () => {
  test("are the softmax's, and differ if logits differ by one bit", () => {
    const [a, b, c, d] = softmax([Math.log(1), Math.log(3), 1000, 1000], 2);
    expect([a, b, c, d]).toEqual([expect.closeTo(0.25, 12), expect.closeTo(0.75, 12), 0.5, 0.5]);
    const [low, high] = softmax([20, 20.000001907348633], 1);
    expect(high! > low!).toBe(true);
  });

  test("are averaged element by element", () => {
    expect([...mean([Float64Array.of(0.5, 0.5), Float64Array.of(1, 0), Float64Array.of(0, 1)])]).toEqual([0.5, 0.5]);
  });

  test("rank the label after more probable classes, and after earlier classes of equal probability", () => {
    const row = Float64Array.of(0.2, 0.3, 0.2, 0.1, 0.2);
    expect([0, 1, 2, 3, 4].map((label) => rankOf(row, label))).toEqual([1, 0, 2, 4, 3]);
    expect(rankOf(Float64Array.of(Number.NaN, Number.NaN), 0)).toBe(1);
  });
});
