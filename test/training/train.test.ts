import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { modelSchema, runSchema } from "../../src/config/schema.ts";
import { openEngine } from "../../src/engines/choice.ts";
import { Model } from "../../src/models/model.ts";
import { DivergenceError, type TrainEvent, type TrainTask, train } from "../../src/training/train.ts";
import type { Metric, TrainerState } from "../../src/types.ts";
import { hashValues } from "../helpers/hash-values.ts";
import { hashBatch } from "./hash-batch.ts";

const config = modelSchema.parse({ family: "cifar", depth: 8, width: 4 });
const input = { height: 8, width: 8, channels: 3, classes: 10 };
let model: Model;

beforeAll(async () => {
  await openEngine("native");
});

beforeEach(() => {
  model = new Model(config, input, 7);
});

afterEach(() => model.dispose());

function task(training: object, more: Partial<TrainTask> = {}): TrainTask {
  const sections = runSchema.parse({
    dataset: { name: "synthetic" },
    model: { family: "cifar", depth: 8 },
    training: { batchSize: 8, iterations: 10, ...training },
    evaluation: { every: 4 },
    record: { trainEvery: 3, checkpointEvery: 5 },
  });
  return {
    ...sections,
    model,
    classes: 10,
    trainingBatch: (iteration) => hashBatch(iteration, 8),
    testBatches: () => [hashBatch(100, 8), hashBatch(101, 5)],
    ...more,
  };
}

async function events(given: TrainTask): Promise<TrainEvent[]> {
  const list: TrainEvent[] = [];
  for await (const event of train(given)) list.push(event);
  return list;
}

const metricsOf = (list: TrainEvent[]): Metric[] =>
  list.flatMap((event) => (event.kind === "metric" ? [event.metric] : []));
const statesOf = (list: TrainEvent[]): TrainerState[] =>
  list.flatMap((event) => (event.kind === "checkpoint" ? [event.state] : []));

describe("the trainer", () => {
  test("writes metrics every 3 iterations, at each test and at the end, and a checkpoint every 5 and at the end", async () => {
    const list = await events(task({}));
    expect(metricsOf(list).map(({ iteration }) => iteration)).toEqual([3, 4, 6, 8, 9, 10]);
    const tested = metricsOf(list).filter(({ testError }) => testError !== undefined);
    expect(tested.map(({ iteration }) => iteration)).toEqual([4, 8, 10]);
    expect(statesOf(list).map(({ iteration }) => iteration)).toEqual([5, 10]);
    expect(list.at(-1)!.kind).toBe("checkpoint");
  });

  test("averages loss and error over the iterations since the last line", async () => {
    const list = await events(task({}));
    const steps = list.filter((event) => event.kind === "step");
    const [first, second] = metricsOf(list);
    expect(first!.trainLoss).toBeCloseTo((steps[0]!.loss + steps[1]!.loss + steps[2]!.loss) / 3, 12);
    expect(second!.trainLoss).toBe(steps[3]!.loss);
    expect(second!.trainError).toBe(steps[3]!.error);
  });

  test("counts errors over all test images, also in a short last batch", async () => {
    const { testError } = metricsOf(await events(task({})))[1]!;
    expect(Math.round(testError! * 13)).toBeCloseTo(testError! * 13, 9);
  });

  test("resumes from a checkpoint as if it had never stopped", async () => {
    const unbroken = await events(task({ learningRate: { warmUp: { untilTrainError: 0.99 } } }));
    const middle = statesOf(unbroken)[0]!;
    model.write(
      new Model(config, input, 8).parameters.map(({ name, shape, variable }) => ({
        name,
        shape,
        data: variable.dataSync() as Float32Array,
      })),
    );
    const resumed = await events(task({ learningRate: { warmUp: { untilTrainError: 0.99 } } }, { resume: middle }));
    expect(metricsOf(resumed)).toEqual(metricsOf(unbroken).filter(({ iteration }) => iteration > 5));
    expect(statesOf(resumed)).toEqual(statesOf(unbroken).slice(1));
  });

  test("ends after the current step when asked to, with a checkpoint", async () => {
    const interruption = new AbortController();
    const list: TrainEvent[] = [];
    for await (const event of train(task({}, { signal: interruption.signal }))) {
      list.push(event);
      if (event.kind === "step" && event.iteration === 2) interruption.abort();
    }
    expect(statesOf(list).map(({ iteration }) => iteration)).toEqual([2]);
    expect(list.at(-1)!.kind).toBe("checkpoint");
  });

  /** Trains, asks for the end at the n-th turn of the event loop, and resumes from there. */
  async function interrupted(turn: number, more: Partial<TrainTask>) {
    model.dispose();
    model = new Model(config, input, 7);
    const interruption = new AbortController();
    let turns = 0;
    const count = () => (++turns === turn ? interruption.abort() : setImmediate(count));
    setImmediate(count);
    const tensors = tf.memory().numTensors;
    const first = await events(task({}, { ...more, model, signal: interruption.signal }));
    const ended = !interruption.signal.aborted;
    interruption.abort();
    turns = turn - 1;
    const state = statesOf(first).at(-1)!;
    const second = ended ? [] : await events(task({}, { ...more, model, resume: state }));
    expect(tf.memory().numTensors).toBe(tensors);
    return { ended, state, first, second };
  }

  test("resumes to the same bits after it was asked to end at any moment of a slow step or of a test", async () => {
    const unbroken = await events(task({}));
    const kinds = new Set<string>();
    for (let turn = 1; ; turn += 17) {
      const { ended, state, first, second } = await interrupted(turn, { slow: true });
      const metrics = [...metricsOf(first), ...metricsOf(second)];
      expect(metrics).toEqual(metricsOf(unbroken));
      expect(statesOf(second).at(-1) ?? state).toEqual(statesOf(unbroken).at(-1));
      kinds.add("testDue" in state.progress ? "in a test" : "in a step");
      if (ended) break;
    }
    expect([...kinds].sort()).toEqual(["in a step", "in a test"]);
  });

  test("asked to end in a test stops between two batches, and does the test when it resumes", async () => {
    const unbroken = await events(task({}));
    model.dispose();
    model = new Model(config, input, 7);
    const interruption = new AbortController();
    const testBatches = function* () {
      yield hashBatch(100, 8);
      interruption.abort();
      yield hashBatch(101, 5);
    };
    const first = await events(task({}, { testBatches, signal: interruption.signal }));
    expect(first.map(({ kind }) => kind).slice(-2)).toEqual(["evaluating", "checkpoint"]);
    const second = await events(task({}, { resume: statesOf(first).at(-1)! }));
    expect([...metricsOf(first), ...metricsOf(second)]).toEqual(metricsOf(unbroken));
    expect(statesOf(second)).toEqual(statesOf(unbroken));
  });

  test("ends at the iteration where the loss is no longer a number", async () => {
    const error = await events(task({ learningRate: { initial: 1e30 } })).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DivergenceError);
    expect((error as DivergenceError).iteration).toBeGreaterThan(1);
    expect((error as DivergenceError).message).toMatch(/^Expected the training loss to .*, got .* at iteration \d\.$/);
  });

  test("gives the same events in the same order when it runs ahead of the losses", async () => {
    const weights = await model.read();
    // The warm-up, during which it may not run ahead, ends in the middle.
    const schedule = { learningRate: { warmUp: { untilTrainError: 0.997, learningRate: 0.01 } } };
    const unhurried = await events(task(schedule));
    model.write(weights);
    const ahead = await events(task(schedule, { stepsAhead: 2 }));
    const alone = (event: TrainEvent) => (event.kind === "step" ? { ...event, together: 1 } : event);
    expect(ahead.map(alone)).toEqual(unhurried);
    const together = ahead.flatMap((event) => (event.kind === "step" ? [event.together] : []));
    expect(Math.max(...together)).toBeGreaterThan(1);
  });

  test("reads three losses at once when it runs ahead, and fewer before a line of metrics", async () => {
    const record = { trainEvery: 5, checkpointEvery: 100 };
    const list = await events(task({}, { stepsAhead: 2, record, evaluation: { every: 100, batchSize: 8 } }));
    const together = list.flatMap((event) => (event.kind === "step" ? [event.together] : []));
    expect(together).toEqual([3, 3, 3, 2, 2, 3, 3, 3, 2, 2]);
  });

  test("names the iteration that diverged, not the later one where it was noticed", async () => {
    const weights = await model.read();
    const diverging = { learningRate: { initial: 1e30 } };
    const seen = await events(task(diverging)).catch((thrown: unknown) => thrown);
    model.write(weights);
    const before = tf.memory().numTensors;
    const late = await events(task(diverging, { stepsAhead: 9 })).catch((thrown: unknown) => thrown);
    expect((late as DivergenceError).message).toBe((seen as DivergenceError).message);
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each([0, 2])("leaves no tensor behind, %i steps ahead", async (stepsAhead) => {
    const before = tf.memory().numTensors;
    const counts: number[] = [];
    for await (const event of train(task({ iterations: 6 }, { stepsAhead })))
      if (event.kind === "step") counts.push(tf.memory().numTensors);
    expect(new Set(counts).size).toBe(1);
    expect(tf.memory().numTensors).toBe(before);
  });

  test("decays convolution and dense weights only, if asked", async () => {
    const decay = { iterations: 1, weightDecay: 0.5, learningRate: { initial: 0.1 } };
    const initial = await model.read();
    const trained = async (on: "all" | "weights") => {
      model.write(initial);
      const list = await events(task({ ...decay, weightDecayOn: on }));
      return new Map(
        statesOf(list)
          .at(-1)!
          .tensors.map(({ name, data }) => [name, data]),
      );
    };
    const [all, weights] = [await trained("all"), await trained("weights")];
    // γ starts at 1: the decay of one step is 0.1 · 0.5 · 1.
    expect(weights.get("stem.norm.gamma")![0]! - all.get("stem.norm.gamma")![0]!).toBeCloseTo(0.05, 5);
    expect(weights.get("stem.conv.weights")).toEqual(all.get("stem.conv.weights"));
  });
});

describe("a model", () => {
  test("with a last γ of 0 passes each block's non-negative input through", () => {
    const images = tf.tensor4d(Float32Array.from(hashValues(1, 2 * 8 * 8 * 3)), [2, 8, 8, 3]);
    const before = model.evaluate(images).dataSync();
    for (const { name, role, variable } of model.parameters) {
      if (role === "gamma" && name.endsWith("norm2.gamma")) variable.assign(tf.zerosLike(variable));
    }
    const silent = model.evaluate(images);
    // Without residuals the net is the stem, subsampling with zero channels, pooling and the dense layer.
    for (const { name, variable } of model.parameters) {
      if (name.includes("block") && name.endsWith("conv1.weights")) variable.assign(tf.zerosLike(variable));
    }
    expect([...model.evaluate(images).dataSync()]).toEqual([...silent.dataSync()]);
    expect([...silent.dataSync()]).not.toEqual([...before]);
  });

  test("is decided by its seed", async () => {
    const [same, other] = [new Model(config, input, 7), new Model(config, input, 8)];
    expect(await same.read()).toEqual(await model.read());
    expect(await other.read()).not.toEqual(await model.read());
  });

  test("starts with He's deviation sqrt(2 / fan) in each convolution", async () => {
    const wide = new Model(modelSchema.parse({ family: "cifar", depth: 8, width: 32 }), input, 1);
    const { data } = (await wide.read()).find(({ name }) => name === "stage3.block1.conv2.weights")!;
    const variance = data.reduce((sum, value) => sum + value * value, 0) / data.length;
    expect(Math.sqrt(variance) / Math.sqrt(2 / (9 * 128))).toBeCloseTo(1, 2);
    wide.dispose();
  });

  test("refuses weights that lack a parameter or have another shape", async () => {
    const [first, ...rest] = await model.read();
    expect(() => model.write(rest)).toThrow("Expected weights to have stem.conv.weights.");
    expect(() => model.write([{ ...first!, shape: [1] }, ...rest])).toThrow(
      "Expected stem.conv.weights to have shape [3,3,3,4], got [1].",
    );
  });
});
