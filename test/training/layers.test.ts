import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { modelSchema, runSchema } from "../../src/config/schema.ts";
import { openEngine } from "../../src/engines/choice.ts";
import { Model } from "../../src/models/model.ts";
import { imagesOf } from "../../src/training/evaluate.ts";
import { gradientNorms, responseStds } from "../../src/training/layers.ts";
import { type TrainTask, train } from "../../src/training/train.ts";
import type { Batch, Metric } from "../../src/types.ts";
import { hashValues } from "../helpers/hash-values.ts";
import { hashBatch } from "./hash-batch.ts";

const input = { height: 8, width: 8, channels: 3, classes: 10 };
// With momentum 1 the running statistics are the last batch's.
const config = modelSchema.parse({ family: "cifar", depth: 8, width: 4, batchNorm: { momentum: 1 } });
let model: Model;

beforeAll(async () => {
  await openEngine("native");
});
beforeEach(() => {
  model = new Model(config, input, 7);
});
afterEach(() => model.dispose());

/** Runs a training pass, which updates the running statistics. */
function take(given: Batch): void {
  tf.tidy(() => {
    const { logits, backward } = model.train(imagesOf(given));
    backward(tf.zerosLike(logits));
  });
}

const squares = (values: ArrayLike<number>) => Array.from(values, (value) => value * value);
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe("the standard deviation of a layer's response", () => {
  test("follows from its normalisation's γ and β on the batch of the running statistics", async () => {
    const tensors = await model.read();
    const drawn = tensors.map((tensor, key) =>
      /\.(gamma|beta)$/.test(tensor.name)
        ? { ...tensor, data: Float32Array.from(hashValues(key, tensor.data.length), (value) => 1 + value) }
        : tensor,
    );
    model.write(drawn);
    const images = hashBatch(1, 64);
    take(images);
    const values = new Map(drawn.map(({ name, data }) => [name, [...data]]));
    const norms = [...values.keys()].filter((name) => name.endsWith(".gamma")).map((name) => name.slice(0, -6));
    // Within a channel the response is β plus γ times a variable of mean 0 and variance 1.
    const expected = norms.map((norm) => {
      const beta = values.get(`${norm}.beta`)!;
      return Math.sqrt(mean(squares(values.get(`${norm}.gamma`)!)) + mean(squares(beta)) - mean(beta) ** 2);
    });
    const measured = await responseStds(model, [images], 64);
    expect(measured).toHaveLength(7);
    for (const [layer, std] of measured.entries()) expect(std / expected[layer]!).toBeCloseTo(1, 2);
  });

  test("is the same over several batches as over one", async () => {
    take(hashBatch(1, 32));
    const whole = hashBatch(2, 24);
    const size = 8 * 8 * 3;
    const part = (from: number, count: number): Batch => ({
      images: whole.images.subarray(from * size, (from + count) * size),
      shape: [count, 8, 8, 3],
      labels: whole.labels.subarray(from, from + count),
    });
    const [once, twice] = [
      await responseStds(model, [whole], 24),
      await responseStds(model, [part(0, 16), part(16, 8)], 1000),
    ];
    for (const [layer, std] of once.entries()) expect(twice[layer]! / std).toBeCloseTo(1, 5);
  });

  test("uses the given number of images", async () => {
    take(hashBatch(1, 32));
    const [few, same] = [
      await responseStds(model, [hashBatch(3, 24)], 5),
      await responseStds(model, [hashBatch(3, 5)], 1000),
    ];
    expect(few).toEqual(same);
  });
});

test("the layers are the convolutions larger than 1×1, in order, also with pre-activation units and projections", () => {
  const layers = (options: object) => {
    const other = new Model(modelSchema.parse({ family: "cifar", depth: 8, width: 4, ...options }), input, 1);
    const names = other.responseLayers;
    other.dispose();
    return names;
  };
  expect(layers({ shortcut: "C" })).toEqual(model.responseLayers);
  expect(layers({ activation: "full-pre-activation" })).toEqual(model.responseLayers);
  expect(layers({ activation: "bn-after-addition" })).toHaveLength(7);
  expect(layers({ depth: 11, block: "bottleneck" })).toHaveLength(1 + 3);
});

test("the norm of a gradient is the root of the sum of its squares", async () => {
  const { expected, norms } = tf.tidy(() => {
    const { logits, backward } = model.train(imagesOf(hashBatch(1, 8)));
    const gradients = backward(tf.tensor(Float32Array.from(hashValues(9, logits.size)), logits.shape));
    return {
      expected: model.responseLayers.map((layer) => {
        const gradient = gradients.get(`${layer}.weights`)!;
        return Math.sqrt(squares(gradient.dataSync()).reduce((a, b) => a + b, 0));
      }),
      norms: [...gradientNorms(model, gradients).dataSync()],
    };
  });
  for (const [layer, norm] of norms.entries()) expect(norm / expected[layer]!).toBeCloseTo(1, 5);
});

describe("a run that measures its layers", () => {
  const metricsOf = async (layers: object | undefined): Promise<Metric[]> => {
    const sections = runSchema.parse({
      dataset: { name: "synthetic" },
      model: { family: "cifar", depth: 8 },
      training: { batchSize: 8, iterations: 10 },
      evaluation: { every: 6, ...(layers && { layers }) },
      record: { trainEvery: 3, checkpointEvery: 5 },
    });
    const net = new Model(config, input, 7);
    const task: TrainTask = {
      ...sections,
      model: net,
      classes: 10,
      trainingBatch: (iteration) => hashBatch(iteration, 8),
      testBatches: () => [hashBatch(100, 8), hashBatch(101, 5)],
    };
    const before = tf.memory().numTensors;
    const metrics: Metric[] = [];
    for await (const event of train(task)) if (event.kind === "metric") metrics.push(event.metric);
    expect(tf.memory().numTensors).toBe(before);
    net.dispose();
    return metrics;
  };

  test("does so at the given iterations and at the end, and trains to the same numbers as a run that does not", async () => {
    const asked = await metricsOf({ at: [2, 6] });
    expect(asked.map(({ iteration, layers }) => [iteration, layers?.responseStd.length, layers?.gradientNorm.length]))
      // biome-ignore format: one metric a line
      .toEqual([
      [2, 7, 7],
      [3, undefined, undefined],
      [6, 7, 7],
      [9, undefined, undefined],
      [10, 7, 7],
    ]);
    const last = asked.at(-1)!;
    expect(last.layers!.gradientNorm.every((norm) => norm > 0)).toBe(true);
    const plain = await metricsOf(undefined);
    expect(last.testLoss).toBe(plain.at(-1)!.testLoss);
  });
});
