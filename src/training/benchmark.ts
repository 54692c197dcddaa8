// Wall times of training steps and evaluation on random images: what `bench` prints. The one file of this room that
// reads a clock. Times of parts and kernels mean something only on engines that compute at once, as those on a CPU do.
import * as tf from "@tensorflow/tfjs-core";
import type { ModelConfig } from "../config/schema.ts";
import type { ModelInput } from "../models/layers.ts";
import { Model } from "../models/model.ts";
import { observeKernels } from "../ops/kernel.ts";
import { randomStream } from "../random.ts";
import type { Batch } from "../types.ts";
import { imagesOf } from "./evaluate.ts";
import { Optimizer } from "./optimizer.ts";
import { type StepPhase, trainStep } from "./train.ts";

export interface BenchmarkOptions {
  readonly batchSize: number;
  /** Steps that are timed. */
  readonly steps: number;
  /** Steps before the clock starts: the first ones fill the engine's buffers. */
  readonly warmUpSteps: number;
  /** Time forward passes by running statistics instead of training steps. */
  readonly evaluate: boolean;
}

/** Seconds of one step, in all and by part; an evaluation is all forward. */
export interface StepTime {
  readonly total: number;
  readonly parts: Readonly<Partial<Record<StepPhase, number>>>;
}

/** All calls of one kernel on inputs of the same shapes, over the timed steps. */
export interface KernelTime {
  readonly kernel: string;
  /** "128×32×32×16, 3×3×16×16" */
  readonly shapes: string;
  readonly calls: number;
  readonly seconds: number;
}

/** Times steps of a batch that is already in memory, and the kernels in them, the longest first. */
export async function benchmark(
  config: ModelConfig,
  input: ModelInput,
  options: BenchmarkOptions,
): Promise<{ steps: StepTime[]; kernels: KernelTime[] }> {
  const { batchSize, steps, warmUpSteps, evaluate } = options;
  const model = new Model(config, input, 0);
  const optimizer = new Optimizer(model, { momentum: 0.9, weightDecay: 1e-4, weightDecayOn: "all" });
  const batch = randomBatch(batchSize, input);
  const step = evaluate ? () => evaluateOnce(model, batch) : () => trainOnce(model, optimizer, batch);
  for (let i = 0; i < warmUpSteps; i++) await step();
  const times: StepTime[] = [];
  const kernels = new Map<string, { kernel: string; shapes: string; calls: number; seconds: number }>();
  observeKernels((kernel, inputShapes, seconds) => {
    const shapes = inputShapes.map((shape) => shape.join("×")).join(", ");
    const key = `${kernel} ${shapes}`;
    const sum = kernels.get(key) ?? { kernel, shapes, calls: 0, seconds: 0 };
    sum.calls++;
    sum.seconds += seconds;
    kernels.set(key, sum);
  });
  try {
    for (let i = 0; i < steps; i++) times.push(await step());
  } finally {
    observeKernels(undefined);
  }
  optimizer.dispose();
  model.dispose();
  return { steps: times, kernels: [...kernels.values()].sort((a, b) => b.seconds - a.seconds) };
}

async function trainOnce(model: Model, optimizer: Optimizer, batch: Batch): Promise<StepTime> {
  const start = performance.now();
  let last = start;
  const parts: Partial<Record<StepPhase, number>> = {};
  await trainStep(model, optimizer, batch, 0.1, (phase) => {
    const now = performance.now();
    parts[phase] = (now - last) / 1000;
    last = now;
  });
  return { total: (performance.now() - start) / 1000, parts };
}

async function evaluateOnce(model: Model, batch: Batch): Promise<StepTime> {
  const start = performance.now();
  const logits = tf.tidy(() => model.evaluate(imagesOf(batch)));
  await logits.data();
  logits.dispose();
  const total = (performance.now() - start) / 1000;
  return { total, parts: { forward: total } };
}

function randomBatch(count: number, { height, width, channels, classes }: ModelInput): Batch {
  const uniform = randomStream(0, "benchmark", 0);
  return {
    images: Float32Array.from({ length: count * height * width * channels }, (_, i) => uniform(i) - 0.5),
    shape: [count, height, width, channels],
    labels: Int32Array.from({ length: count }, (_, i) => i % classes),
  };
}
