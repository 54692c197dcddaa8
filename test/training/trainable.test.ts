import { beforeAll, describe, expect, test } from "vitest";
import { modelSchema, runSchema } from "../../src/config/schema.ts";
import { openEngine } from "../../src/engines/choice.ts";
import { Model } from "../../src/models/model.ts";
import { train } from "../../src/training/train.ts";
import type { NamedTensor, TrainerState } from "../../src/types.ts";
import { hashBatch } from "./hash-batch.ts";

beforeAll(async () => {
  await openEngine("native", { threads: 2 });
});

const input = { height: 8, width: 8, channels: 3, classes: 10 };

async function trained(iterations: number, more: object, resume?: TrainerState) {
  const { model: config, ...sections } = runSchema.parse({
    dataset: { name: "synthetic" },
    model: { family: "cifar", depth: 8, width: 4 },
    training: { batchSize: 8, iterations: 6, trainable: "batch-norm", ...more },
  });
  const model = new Model(modelSchema.parse({ ...config, block: "basic" }), input, 1);
  const before = await model.read();
  const stop = new AbortController();
  let state: TrainerState | undefined;
  const task = {
    model,
    classes: 10,
    ...sections,
    trainingBatch: (iteration: number) => {
      if (iteration + 1 === iterations) stop.abort();
      return hashBatch(iteration, 8);
    },
    testBatches: () => [hashBatch(99, 8)],
    resume,
    signal: stop.signal,
  };
  for await (const event of train(task)) if (event.kind === "checkpoint") state = event.state;
  const after = await model.read();
  model.dispose();
  return { before, after, state: state! };
}

const changed = (before: readonly NamedTensor[], after: readonly NamedTensor[]) =>
  after.filter(({ data }, i) => data.some((value, k) => value !== before[i]!.data[k])).map(({ name }) => name);

describe("with training.trainable batch-norm", () => {
  test("only γ, β and the running statistics change, and every one of them does", async () => {
    const { before, after } = await trained(6, {});
    const ofNorms = before.flatMap(({ name }) => (/\.(gamma|beta|mean|variance)$/.test(name) ? name : []));
    expect(changed(before, after)).toEqual(ofNorms);
  });

  test("weight decay and gradient clipping do not touch other weights either", async () => {
    const { before, after } = await trained(6, { weightDecay: 0.1, gradientClipping: 0.5 });
    expect(changed(before, after).filter((name) => /weights$|bias$/.test(name))).toEqual([]);
  });

  test("a run that was stopped resumes with the same bits", async () => {
    const whole = await trained(6, {});
    const { state } = await trained(3, {});
    expect(state.tensors.map(({ name }) => name).filter((name) => name.startsWith("momentum/dense"))).toEqual([]);
    const resumed = await trained(6, {}, state);
    expect(resumed.after).toEqual(whole.after);
  });
});
