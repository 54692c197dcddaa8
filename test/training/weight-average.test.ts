import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { modelSchema, runSchema } from "../../src/config/schema.ts";
import { openEngine } from "../../src/engines/choice.ts";
import { Model } from "../../src/models/model.ts";
import { evaluate } from "../../src/training/evaluate.ts";
import { type TrainEvent, type TrainTask, train } from "../../src/training/train.ts";
import type { NamedTensor, TrainerState } from "../../src/types.ts";
import { hashBatch } from "./hash-batch.ts";

const config = modelSchema.parse({ family: "cifar", depth: 8, width: 2 });
const input = { height: 8, width: 8, channels: 3, classes: 10 };
const decay = 0.75;
let model: Model;

beforeAll(async () => {
  await openEngine("native");
});
beforeEach(() => {
  model = new Model(config, input, 7);
});
afterEach(() => model.dispose());

const testBatches = () => [hashBatch(100, 8), hashBatch(101, 5)];

function task(training: object, more: Partial<TrainTask> = {}): TrainTask {
  const sections = runSchema.parse({
    dataset: { name: "synthetic" },
    model: { family: "cifar", depth: 8 },
    training: { batchSize: 8, iterations: 6, ...training },
    evaluation: { every: 3 },
    record: { trainEvery: 3, checkpointEvery: 1 },
  });
  const trainingBatch = (iteration: number) => hashBatch(iteration, 8);
  return { ...sections, model, classes: 10, trainingBatch, testBatches, ...more };
}

async function events(given: TrainTask): Promise<TrainEvent[]> {
  const list: TrainEvent[] = [];
  for await (const event of train(given)) list.push(event);
  return list;
}

const statesOf = (list: TrainEvent[]): TrainerState[] =>
  list.flatMap((event) => (event.kind === "checkpoint" ? [event.state] : []));
const metricsOf = (list: TrainEvent[]) => list.flatMap((event) => (event.kind === "metric" ? [event.metric] : []));
const copied = (tensors: readonly NamedTensor[]) => tensors.map((tensor) => ({ ...tensor, data: tensor.data.slice() }));

describe("the moving average of weights", () => {
  test("is decay·average + (1 − decay)·weights of each iteration, by hand from the checkpoints", async () => {
    const start = copied(await model.read());
    const states = statesOf(await events(task({ averageDecay: decay })));
    expect(states).toHaveLength(6);
    for (const { name, data } of start) {
      const expected = Float64Array.from(data);
      for (const { tensors } of states) {
        const [weights, average] = [name, `average/${name}`].map((key) => tensors.find((each) => each.name === key)!);
        for (let i = 0; i < expected.length; i++) expected[i] = decay * expected[i]! + (1 - decay) * weights!.data[i]!;
        const difference = Math.max(...expected.map((value, i) => Math.abs(value - average!.data[i]!)));
        expect(difference, name).toBeLessThan(1e-6);
      }
    }
  });

  test("is what tests use and what the net has at the end, and training does not see it", async () => {
    const plain = statesOf(await events(task({})));
    model.dispose();
    model = new Model(config, input, 7);
    const list = await events(task({ averageDecay: decay }));
    const states = statesOf(list);
    // The weights that are trained are the same as without an average.
    expect(states.at(-1)!.tensors.slice(0, plain[0]!.tensors.length)).toEqual(plain.at(-1)!.tensors);

    const final = copied(await model.read());
    for (const { name, data } of final) {
      expect(data).toEqual(states.at(-1)!.tensors.find((each) => each.name === `average/${name}`)!.data);
    }
    const last = metricsOf(list).at(-1)!;
    const again = await evaluate(model, testBatches());
    expect([last.testLoss, last.testError]).toEqual([again.loss, again.error]);
  });

  test("has the same bits when the run resumes from any checkpoint", async () => {
    const unbroken = await events(task({ averageDecay: decay }));
    const weights = copied(await model.read());
    for (const state of statesOf(unbroken)) {
      model.dispose();
      model = new Model(config, input, 8);
      const resumed = await events(task({ averageDecay: decay }, { resume: state }));
      expect(metricsOf(resumed)).toEqual(metricsOf(unbroken).filter(({ iteration }) => iteration > state.iteration));
      expect(copied(await model.read())).toEqual(weights);
    }
  });
});
