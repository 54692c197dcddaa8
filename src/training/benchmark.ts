// The wall time of training steps on random images: what `bench` prints. The one place of this room that reads a clock.
import type { ModelConfig } from "../config/schema.ts";
import type { ModelInput } from "../models/layers.ts";
import { Model } from "../models/model.ts";
import { randomStream } from "../random.ts";
import type { Batch } from "../types.ts";
import { Optimizer } from "./optimizer.ts";
import { trainStep } from "./train.ts";

/** Seconds of each step after the warm-up: forward, backward and update of one batch that is already in memory. */
export async function timeSteps(
  config: ModelConfig,
  input: ModelInput,
  options: { readonly batchSize: number; readonly steps: number; readonly warmUpSteps: number },
): Promise<number[]> {
  const { batchSize, steps, warmUpSteps } = options;
  const model = new Model(config, input, 0);
  const optimizer = new Optimizer(model, { momentum: 0.9, weightDecay: 1e-4, weightDecayOn: "all" });
  const batch = randomBatch(batchSize, input);
  const seconds: number[] = [];
  for (let step = 0; step < warmUpSteps + steps; step++) {
    const start = performance.now();
    await trainStep(model, optimizer, batch, 0.1);
    if (step >= warmUpSteps) seconds.push((performance.now() - start) / 1000);
  }
  optimizer.dispose();
  model.dispose();
  return seconds;
}

function randomBatch(count: number, { height, width, channels, classes }: ModelInput): Batch {
  const uniform = randomStream(0, "benchmark", 0);
  return {
    images: Float32Array.from({ length: count * height * width * channels }, (_, i) => uniform(i) - 0.5),
    shape: [count, height, width, channels],
    labels: Int32Array.from({ length: count }, (_, i) => i % classes),
  };
}
