// Ten steps from identical weights and batches follow PyTorch's losses (fixture: test/fixtures/pytorch_trajectory.py).
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { type ModelConfig, modelSchema, runSchema } from "../../src/config/schema.ts";
import { openEngine } from "../../src/engines/engine.ts";
import type { EngineName } from "../../src/engines/names.ts";
import { Model, type Parameter } from "../../src/models/model.ts";
import { train } from "../../src/training/train.ts";
import type { Batch, NamedTensor } from "../../src/types.ts";
import { hashValues } from "../helpers/hash-values.ts";

interface Case {
  title: string;
  family: "cifar" | "imagenet";
  depth: number;
  block: "plain" | "basic" | "bottleneck";
  shortcut: ModelConfig["shortcut"];
  activation?: ModelConfig["activation"];
  span?: number;
  width: number;
  size: number;
  batch: number;
  beta: number;
  losses: number[];
}

interface Fixture {
  steps: number;
  learningRate: number;
  momentum: number;
  weightDecay: number;
  classes: number;
  cases: Case[];
}

const path = new URL("../fixtures/pytorch-trajectory.json", import.meta.url);
const fixture = JSON.parse(readFileSync(path, "utf8")) as Fixture;
// The reference engine is slow: it takes the smallest nets of the paper's own units.
const small = fixture.cases.filter(
  ({ size, width, activation, shortcut, span }) =>
    size < 16 && width < 16 && !activation && !span && ["A", "B", "C"].includes(shortcut),
);

describe.each<[EngineName, Case[]]>([
  ["native", fixture.cases],
  ["cpu", small],
])("on the %s engine ten steps at learning rate 0.01", (engine, cases) => {
  beforeAll(async () => {
    await openEngine(engine);
  });

  test.each(cases)("of $title follow PyTorch's losses within 1e-4", async (net) => {
    const losses = await trajectory(net);
    expect(losses).toHaveLength(fixture.steps);
    losses.forEach((loss, step) => {
      const expected = net.losses[step]!;
      expect(Math.abs(loss - expected) / expected, `step ${step}: ${loss} beside ${expected}`).toBeLessThan(1e-4);
    });
  });
});

async function trajectory(net: Case): Promise<number[]> {
  const { family, depth, block, width, activation, span, size, batch } = net;
  const shortcut = net.shortcut === "none" ? undefined : net.shortcut;
  const config = modelSchema.parse({ family, depth, block, width, shortcut, activation, span });
  const { training, evaluation, record } = runSchema.parse({
    dataset: { name: "synthetic" },
    model: { family: "cifar", depth: 20 },
    training: {
      batchSize: batch,
      iterations: fixture.steps,
      learningRate: { initial: fixture.learningRate },
      momentum: fixture.momentum,
      weightDecay: fixture.weightDecay,
    },
  });
  const model = new Model(config, { height: size, width: size, channels: 3, classes: fixture.classes }, 0);
  model.write(hashWeights(model.parameters, net.beta));
  const trainingBatch = (iteration: number) => hashBatch(net, iteration);
  const testBatches = () => [hashBatch(net, 0)];
  const task = { model, classes: fixture.classes, training, evaluation, record, trainingBatch, testBatches };
  const losses: number[] = [];
  for await (const event of train(task)) if (event.kind === "step") losses.push(event.loss);
  model.dispose();
  return losses;
}

function hashWeights(parameters: readonly Parameter[], beta: number): NamedTensor[] {
  let key = 1000;
  return parameters.map(({ name, role, shape }) => {
    const size = shape.reduce((product, length) => product * length, 1);
    if (role === "statistic")
      return { name, shape, data: new Float32Array(size).fill(name.endsWith("variance") ? 1 : 0) };
    const scale = {
      weights: Math.sqrt(3) * Math.sqrt(2 / fanOf(shape)),
      gamma: 0.15,
      beta: 0.3,
      bias: 0.1,
    }[role];
    const middle = { weights: 0, gamma: 0.5, beta, bias: 0 }[role];
    return { name, shape, data: Float32Array.from(hashValues(key++, size), (value) => middle + scale * value) };
  });
}

/** Of a convolution by output, of the dense layer by input. */
function fanOf(shape: readonly number[]): number {
  const [height = 1, width = 1, , outputs = 1] = shape;
  return shape.length === 2 ? height : height * width * outputs;
}

function hashBatch({ batch, size }: Case, iteration: number): Batch {
  const patches = hashValues(2 * iteration, batch * 4 * 4 * 3);
  const noise = hashValues(2 * iteration + 1, batch * size * size * 3);
  const patchOf = (position: number) => Math.floor((position * 4) / size);
  const images = Float32Array.from(noise, (value, i) => {
    const [channel, pixel] = [i % 3, Math.floor(i / 3)];
    const [x, y, image] = [pixel % size, Math.floor(pixel / size) % size, Math.floor(pixel / size ** 2)];
    return 0.75 * patches[((image * 4 + patchOf(y)) * 4 + patchOf(x)) * 3 + channel]! + 0.25 * value;
  });
  const labels = Int32Array.from(hashValues(5000 + iteration, batch), (value) => ((value + 1) / 2) * fixture.classes);
  return { images, shape: [batch, size, size, 3], labels };
}
