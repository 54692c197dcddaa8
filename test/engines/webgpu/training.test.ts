// Whole training steps on WebGPU: compared with PyTorch, resumed, run ahead, and without leaks.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { modelSchema, runSchema } from "../../../src/config/schema.ts";
import type { ReferenceNet } from "../../../src/conformance/reference-nets.ts";
import { trajectory } from "../../../src/conformance/trajectory.ts";
import { openEngine } from "../../../src/engines/choice.ts";
import { Model } from "../../../src/models/model.ts";
import { type TrainEvent, type TrainTask, train } from "../../../src/training/train.ts";
import type { Batch } from "../../../src/types.ts";
import { numbers } from "../native/compare.ts";
import { backend, hasAdapter } from "./adapter.ts";

const path = new URL("../../fixtures/pytorch-trajectory.json", import.meta.url);
const fixture = JSON.parse(readFileSync(path, "utf8")) as { cases: ReferenceNet[] };
// An adapter that is a program on the CPU is slow, so it runs only the smallest nets: one with shortcut option A, one with gates.
const titles = ["small ResNet-11 (A), span 3", "small ResNet-14, shortcut-only-gating"];
const slow = 120_000;

describe.skipIf(!hasAdapter)("on WebGPU", () => {
  beforeAll(async () => {
    await openEngine("webgpu");
  });

  test.each(titles)("ten steps of %s follow PyTorch's losses within 1e-5", { timeout: slow }, async (title) => {
    const net = fixture.cases.find((one) => one.title === title)!;
    const losses = await trajectory(net);
    expect(losses).toHaveLength(10);
    losses.forEach((loss, step) => {
      const expected = net.losses[step]!;
      expect(Math.abs(loss - expected) / expected, `step ${step}: ${loss} beside ${expected}`).toBeLessThan(1e-5);
    });
  });

  test("a resumed run that runs ahead has the same bits as an unbroken run that does not", {
    timeout: slow,
  }, async () => {
    const unbroken = await events({});
    const resume = unbroken.flatMap((event) => (event.kind === "checkpoint" ? [event.state] : []))[0]!;
    expect(resume.iteration).toBe(3);
    const resumed = await events({ resume, stepsAhead: 2 });
    const results = (list: TrainEvent[]) => list.filter(({ kind }) => kind === "metric" || kind === "checkpoint");
    expect(results(resumed)).toEqual(results(unbroken).slice(-2));
  });

  test("steps leave neither tensors nor buffers behind", { timeout: slow }, async () => {
    const used: unknown[] = [];
    for await (const event of train({ ...task(), model: new Model(config, input, 7) })) {
      if (event.kind === "step") used.push(backend().memory());
    }
    expect(used[5]).toEqual(used[2]);
  });
});

const config = modelSchema.parse({ family: "cifar", depth: 8, width: 4 });
const input = { height: 8, width: 8, channels: 3, classes: 10 };

function task(): Omit<TrainTask, "model"> {
  const { training, evaluation, record } = runSchema.parse({
    dataset: { name: "synthetic" },
    model: { family: "cifar", depth: 8 },
    training: { batchSize: 8, iterations: 6 },
    evaluation: { every: 6 },
    record: { trainEvery: 6, checkpointEvery: 3 },
  });
  const batch = (seed: number): Batch => ({
    images: numbers(8 * 8 * 8 * 3, seed),
    shape: [8, 8, 8, 3],
    labels: Int32Array.from({ length: 8 }, (_, i) => (i * 7 + seed) % 10),
  });
  return { training, evaluation, record, classes: 10, trainingBatch: batch, testBatches: () => [batch(100)] };
}

/** Trains a new net from the same weights. */
async function events(more: Partial<TrainTask>): Promise<TrainEvent[]> {
  const model = new Model(config, input, 7);
  const list: TrainEvent[] = [];
  for await (const event of train({ ...task(), model, ...more })) list.push(event);
  model.dispose();
  return list;
}
