// The folding of repvgg's branches into one convolution.
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { modelSchema } from "../../src/config/schema.ts";
import { openEngine } from "../../src/engines/choice.ts";
import { foldedModel, foldedWeights } from "../../src/models/fold.ts";
import { Model } from "../../src/models/model.ts";
import { distanceOf } from "../../src/training/equal-outputs.ts";
import type { Batch, NamedTensor } from "../../src/types.ts";
import { hashValues } from "../helpers/hash-values.ts";

const input = { height: 9, width: 7, channels: 3, classes: 5 };
const models: Model[] = [];
const made = (model: Model): Model => {
  models.push(model);
  return model;
};

beforeAll(async () => {
  await openEngine("native");
});
afterEach(() => {
  for (const model of models.splice(0)) model.dispose();
});

/** A net of repvgg whose every number is drawn, the running statistics too. */
function net(options: object = {}) {
  const config = modelSchema.parse({ family: "cifar", depth: 8, width: 5, block: "repvgg", ...options });
  const model = made(new Model(config, input));
  const tensors = model.parameters.map(({ name, shape, role }, key): NamedTensor => {
    const values = hashValues(
      key,
      shape.reduce((size, extent) => size * extent, 1),
    );
    const [middle, spread] = role === "weights" ? [0, 0.4] : name.endsWith("variance") ? [1.5, 1] : [0.5, 0.5];
    return { name, shape, data: Float32Array.from(values, (value) => middle + spread * value) };
  });
  model.write(tensors);
  return { config, model, tensors };
}

const batches = (): Batch[] =>
  [6, 3].map((count, key) => ({
    images: Float32Array.from(hashValues(100 + key, count * 9 * 7 * 3)),
    shape: [count, 9, 7, 3] as const,
    labels: new Int32Array(count),
  }));

describe("folding", () => {
  test.each([{}, { batchNorm: { epsilon: 0.1 } }])(
    "gives a net with the outputs of all branches, with %o",
    async (options) => {
      const { config, model, tensors } = net(options);
      const folded = made(new Model(foldedModel(config), input));
      folded.write(foldedWeights(config, input, tensors));
      const { images, difference, sameClass } = await distanceOf(model, folded, batches());
      expect(images).toBe(9);
      expect(sameClass).toBe(9);
      expect(difference).toBeLessThan(1e-5);
      expect(difference).toBeGreaterThan(0);
    },
  );

  test("adds the 1×1 convolution and the identity in the middle of the 3×3 convolution", () => {
    const { config, tensors } = net();
    const value = (name: string, index = 0) => tensors.find((tensor) => tensor.name === name)!.data[index]!;
    const factor = (norm: string, channel: number) =>
      value(`${norm}.gamma`, channel) / Math.sqrt(value(`${norm}.variance`, channel) + 1e-5);
    const unit = "stage1.block1";
    const [three, one, same] = [`${unit}.norm1`, `${unit}.shortcut.norm`, `${unit}.shortcut.identity`];
    const folded = foldedWeights(config, input, tensors);
    const [weights, bias] = ["weights", "bias"].map(
      (part) => folded.find(({ name }) => name === `${unit}.conv1.${part}`)!.data,
    ) as [Float32Array, Float32Array];
    // Filters are [3, 3, 5, 5]: the tap in the middle, from channel 2 to channels 2 and 3; then the tap before it.
    const at = (tap: number, from: number, to: number) => (tap * 5 + from) * 5 + to;
    const filter = (tap: number, to: number) => value(`${unit}.conv1.weights`, at(tap, 2, to)) * factor(three, to);
    const pointwise = (to: number) => value(`${unit}.shortcut.conv.weights`, at(0, 2, to)) * factor(one, to);
    expect(weights[at(4, 2, 2)]).toBeCloseTo(filter(4, 2) + pointwise(2) + factor(same, 2), 5);
    expect(weights[at(4, 2, 3)]).toBeCloseTo(filter(4, 3) + pointwise(3), 5);
    expect(weights[at(3, 2, 3)]).toBeCloseTo(filter(3, 3), 5);
    const offset = (norm: string) => value(`${norm}.beta`, 1) - value(`${norm}.mean`, 1) * factor(norm, 1);
    expect(bias[1]).toBeCloseTo(offset(three) + offset(one) + offset(same), 5);
  });
});

test("the distance of nets with other weights is far from that of rounding", async () => {
  const { config, model, tensors } = net();
  const other = made(new Model(config, input));
  other.write(
    tensors.map((tensor) => ({ ...tensor, data: tensor.data.map((value, i) => (i === 0 ? value + 0.1 : value)) })),
  );
  const before = tf.memory().numTensors;
  expect((await distanceOf(model, other, batches())).difference).toBeGreaterThan(1e-3);
  expect(tf.memory().numTensors).toBe(before);
});
