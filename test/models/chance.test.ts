// Dropout, which leaves values out of a step at random, and stochastic depth, which leaves whole blocks out.
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { activationNames } from "../../src/config/names.ts";
import { modelSchema } from "../../src/config/schema.ts";
import { openEngine } from "../../src/engines/choice.ts";
import { buildGraph } from "../../src/models/graph.ts";
import { Model } from "../../src/models/model.ts";
import { definitionOf } from "../../src/models/operations.ts";
import { randomStream } from "../../src/random.ts";
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

/** The sum of randomly weighted logits, and its gradients, in one training step. */
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
  ["dropout within a block", { block: "wide-dropout", activation: "full-pre-activation", shortcut: "B" }],
  ["stochastic depth", { stochasticDepth: { lastSurvival: 0.3 } }],
])("%s", (_title, options) => {
  test("is decided by seed and iteration alone", () => {
    const values = () => [0, 1, 2, 3, 4, 5, 6, 7].map((iteration) => pass(net(options), iteration).value);
    const first = values();
    expect(values()).toEqual(first);
    expect(new Set(first).size).toBeGreaterThan(2);
  });

  test("has the gradient of the step as it was drawn", async () => {
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

test("dropout halves the shortcut in evaluation, as scaling by a half does", async () => {
  const dropout = net({ shortcut: "dropout" });
  const scaling = net({ shortcut: "scaling", weighing: { shortcutScale: 0.5 } });
  scaling.write(await dropout.read());
  expect(evaluated(dropout)).toEqual(evaluated(scaling));
});

test("dropout is on each shortcut, with the given rate", () => {
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

describe("dropout within a block", () => {
  const graphOf = (options: object) =>
    buildGraph(modelSchema.parse({ family: "cifar", depth: 8, width: 4, block: "wide-dropout", ...options }), input);

  test("stands between the two convolutions, after ReLU, with the given rate", () => {
    for (const activation of activationNames) {
      const { operations } = graphOf({ activation, inside: { dropoutRate: 0.2 } });
      const dropouts = operations.filter(({ kind }) => kind === "dropout");
      expect(dropouts.map(({ name }) => name)).toEqual([1, 2, 3].map((stage) => `stage${stage}.block1.dropout2`));
      expect(dropouts[0]).toMatchObject({ rate: 0.2, rescaled: true });
      const before = operations.find(({ output }) => output === dropouts[0]!.input);
      expect(before?.kind === "relu" || (before?.kind === "norm" && before.relu), activation).toBe(true);
      const after = operations.find(({ input }) => input === dropouts[0]!.output);
      expect(after?.name).toBe("stage1.block1.conv2");
    }
  });

  test("changes nothing in evaluation", async () => {
    const [dropout, basic] = [net({ block: "wide-dropout" }), net({})];
    basic.write(await dropout.read());
    expect(evaluated(dropout)).toEqual(evaluated(basic));
  });

  test("drops the given share of values, and divides the others by the share that remains", () => {
    const rate = 0.3;
    const operation = graphOf({ inside: { dropoutRate: rate } }).operations.find(({ kind }) => kind === "dropout")!;
    const context = {
      mode: "train" as const,
      batchNorm: { epsilon: 1e-5, momentum: 0.1 },
      random: () => randomStream(0, "dropout", 0),
      variable: () => expect.unreachable(),
      value: () => tf.ones([10_000]),
    };
    const { output, saved } = definitionOf(operation).forward(operation, context);
    const values = [...output.dataSync()];
    const gradient = definitionOf(operation).backward(operation, context, tf.ones([10_000]), saved!, true).input!;
    expect([...gradient.dataSync()]).toEqual(values);
    tf.dispose([output, gradient, ...saved!]);
    expect(new Set(values)).toEqual(new Set([0, Math.fround(1 / (1 - rate))]));
    // Four standard deviations of a binomial draw.
    const left = values.filter((value) => value === 0).length;
    expect(Math.abs(left - 3000)).toBeLessThan(4 * Math.sqrt(10_000 * 0.3 * 0.7));
  });
});

describe("stochastic depth", () => {
  test("keeps blocks with a probability that falls linearly to the probability of the last block", () => {
    const graph = buildGraph(
      modelSchema.parse({ family: "cifar", depth: 20, stochasticDepth: { lastSurvival: 0.5 } }),
      input,
    );
    const kept = graph.operations.flatMap((operation) => (operation.kind === "survival" ? operation.probability : []));
    expect(kept).toHaveLength(9);
    for (const [index, probability] of kept.entries()) expect(probability).toBeCloseTo(1 - (0.5 * (index + 1)) / 9, 12);
  });

  test("gives a dropped block no gradient and passes its shortcut through", () => {
    // The last of three blocks is almost never kept.
    const { gradients } = pass(net({ stochasticDepth: { lastSurvival: 1e-12 } }), 0);
    expect(gradients.get("stage3.block1.conv2.weights")!.every((value) => value === 0)).toBe(true);
    expect(gradients.get("stem.conv.weights")!.some((value) => value !== 0)).toBe(true);
  });

  test("keeps a block as often as its probability says", () => {
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

  test("equals the net without it if every block is kept", () => {
    expect(pass(net({ stochasticDepth: { lastSurvival: 1 } }), 0)).toEqual(pass(net({}), 0));
  });

  test("is refused for plain nets", () => {
    expect(() => modelSchema.parse({ family: "cifar", depth: 8, block: "plain", stochasticDepth: {} })).toThrow(
      /Expected stochasticDepth only with blocks that have a shortcut, got block plain\./,
    );
  });
});
