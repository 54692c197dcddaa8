// What chance leaves out of a step: values of a shortcut (dropout) and whole blocks (stochastic depth).
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { modelSchema } from "../../src/config/schema.ts";
import { openEngine } from "../../src/engines/choice.ts";
import { buildGraph } from "../../src/models/graph.ts";
import { Model } from "../../src/models/model.ts";
import { hashValues } from "../helpers/hash-values.ts";

const input = { height: 8, width: 8, channels: 3, classes: 10 };
const models: Model[] = [];

function net(options: object, seed = 3): Model {
  const model = new Model(modelSchema.parse({ family: "cifar", depth: 8, width: 4, ...options }), input, seed);
  models.push(model);
  return model;
}

beforeAll(async () => {
  await openEngine("native");
});
afterEach(() => {
  for (const model of models.splice(0)) model.dispose();
});

const images = () => tf.tensor4d(Float32Array.from(hashValues(1, 6 * 8 * 8 * 3)), [6, 8, 8, 3]);

/** The sum of logits weighed at random, and its gradients, in one step of training. */
function pass(model: Model, iteration: number) {
  let value = 0;
  let gradients = new Map<string, number[]>();
  tf.tidy(() => {
    const { logits, backward } = model.train(images(), iteration);
    const weights = tf.tensor(Float32Array.from(hashValues(2, logits.size)), logits.shape);
    value = tf.sum(tf.mul(logits, weights)).dataSync()[0]!;
    gradients = new Map([...backward(weights)].map(([name, gradient]) => [name, [...gradient.dataSync()]]));
  });
  return { value, gradients };
}

const evaluated = (model: Model) => tf.tidy(() => [...model.evaluate(images()).dataSync()]);

describe.each([
  ["dropout", { shortcut: "dropout" }],
  ["stochastic depth", { stochasticDepth: { lastSurvival: 0.3 } }],
])("%s", (_title, options) => {
  test("is decided by seed and iteration alone", () => {
    const values = () => [0, 1, 2, 3, 4, 5, 6, 7].map((iteration) => pass(net(options), iteration).value);
    const first = values();
    expect(values()).toEqual(first);
    expect(new Set(first).size).toBeGreaterThan(2);
  });

  test("has the gradient of the step that it decided", async () => {
    const iteration = 5;
    const model = net(options);
    const { gradients } = pass(model, iteration);
    for (const { name } of model.trainable) {
      // Central difference along the gradient's own signs: the slope there is the sum of its magnitudes.
      const signs = gradients.get(name)!.map(Math.sign);
      const slope = gradients.get(name)!.reduce((total, value) => total + Math.abs(value), 0);
      const moved = async (step: number) => {
        const tensors = await model.read();
        model.write(
          tensors.map((tensor) =>
            tensor.name === name
              ? { ...tensor, data: tensor.data.map((value, i) => value + step * signs[i]!) }
              : tensor,
          ),
        );
        const { value } = pass(model, iteration);
        model.write(tensors);
        return value;
      };
      const step = 2e-4;
      const difference = ((await moved(step)) - (await moved(-step))) / (2 * step);
      expect(Math.abs(difference - slope), name).toBeLessThan(0.06 * slope + 0.02);
    }
  });
});

test("dropout leaves the shortcut halved in evaluation, as scaling by a half does", async () => {
  const dropout = net({ shortcut: "dropout" });
  const scaling = net({ shortcut: "scaling", weighing: { shortcutScale: 0.5 } });
  scaling.write(await dropout.read());
  expect(evaluated(dropout)).toEqual(evaluated(scaling));
});

test("dropout stands on each shortcut, with the rate asked for", () => {
  const fraction = 0.2;
  const graph = buildGraph(
    modelSchema.parse({
      family: "cifar",
      depth: 8,
      width: 4,
      shortcut: "dropout",
      weighing: { dropoutRate: fraction },
    }),
    input,
  );
  expect(graph.operations.filter(({ kind }) => kind === "dropout")).toHaveLength(3);
  expect(graph.operations.find(({ kind }) => kind === "dropout")).toMatchObject({ rate: fraction });
});

describe("stochastic depth", () => {
  test("keeps blocks with a probability that falls linearly to the last one's", () => {
    const graph = buildGraph(
      modelSchema.parse({ family: "cifar", depth: 20, stochasticDepth: { lastSurvival: 0.5 } }),
      input,
    );
    const kept = graph.operations.flatMap((operation) => (operation.kind === "survival" ? operation.probability : []));
    expect(kept).toHaveLength(9);
    for (const [index, probability] of kept.entries()) expect(probability).toBeCloseTo(1 - (0.5 * (index + 1)) / 9, 12);
  });

  test("gives a dropped block no gradient and lets its shortcut pass", () => {
    // The last of three blocks is as good as never kept.
    const { gradients } = pass(net({ stochasticDepth: { lastSurvival: 1e-12 } }), 0);
    expect(gradients.get("stage3.block1.conv2.weights")!.every((value) => value === 0)).toBe(true);
    expect(gradients.get("stem.conv.weights")!.some((value) => value !== 0)).toBe(true);
  });

  test("keeps as often as it says", () => {
    const model = net({ stochasticDepth: { lastSurvival: 0.5 } });
    const steps = 300;
    let kept = 0;
    for (let iteration = 0; iteration < steps; iteration++) {
      const { gradients } = pass(model, iteration);
      if (gradients.get("stage3.block1.conv2.weights")!.some((value) => value !== 0)) kept++;
    }
    // Four standard deviations of a binomial draw.
    expect(Math.abs(kept / steps - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / steps));
  });

  test("is as the net without it where every block is kept", () => {
    expect(pass(net({ stochasticDepth: { lastSurvival: 1 } }), 0)).toEqual(pass(net({}), 0));
  });

  test("is refused for plain nets", () => {
    expect(() => modelSchema.parse({ family: "cifar", depth: 8, block: "plain", stochasticDepth: {} })).toThrow(
      /Expected stochasticDepth only for blocks with a shortcut, which a dropped block leaves; got block plain\./,
    );
  });
});
