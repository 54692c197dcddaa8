// Wall times of training steps and evaluation: what `bench` prints. The one file of this room that reads a clock. Times of parts and kernels mean something only on engines that compute at once, as those on a CPU do.
import * as tf from "@tensorflow/tfjs-core";
import type { ModelConfig } from "../config/schema.ts";
import type { ModelInput } from "../models/layers.ts";
import { Model } from "../models/model.ts";
import { observeKernels } from "../ops/kernel.ts";
import type { Batch } from "../types.ts";
import { imagesOf } from "./evaluate.ts";
import { Optimizer } from "./optimizer.ts";
import { readStep, type StepPhase, trainStep } from "./step.ts";

export interface BenchmarkOptions {
  /** The batch of a step, made when it is asked for. */
  readonly batchOf: (step: number) => Batch;
  /** Steps that are timed. */
  readonly steps: number;
  /** Steps before the clock starts: the first ones fill the engine's buffers. */
  readonly warmUpSteps: number;
  /** Time forward passes by running statistics instead of training steps. */
  readonly evaluate: boolean;
}

/** Making the batch comes first; the other parts wait for it. */
export type StepPart = "data" | StepPhase;

/** Seconds of one step, in all and by part; an evaluation is data and forward. */
export interface StepTime {
  readonly total: number;
  readonly parts: Readonly<Partial<Record<StepPart, number>>>;
}

/** All calls of one kernel on inputs of the same shapes, over the timed steps. */
export interface KernelTime {
  readonly kernel: string;
  /** "128×32×32×16, 3×3×16×16" */
  readonly shapes: string;
  readonly calls: number;
  readonly seconds: number;
}

/** Times steps, the making of their batches included, and the kernels in them, the longest first. */
export async function benchmark(
  config: ModelConfig,
  input: ModelInput,
  options: BenchmarkOptions,
): Promise<{ steps: StepTime[]; kernels: KernelTime[] }> {
  const { batchOf, steps, warmUpSteps, evaluate } = options;
  const model = new Model(config, input, 0);
  const optimizer = new Optimizer(model, { momentum: 0.9, weightDecay: 1e-4, weightDecayOn: "all" });
  const step = (index: number): Promise<StepTime> => {
    const batch = () => batchOf(index);
    return evaluate ? evaluateOnce(model, batch) : trainOnce(model, optimizer, batch);
  };
  for (let i = 0; i < warmUpSteps; i++) await step(i);
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
    for (let i = 0; i < steps; i++) times.push(await step(warmUpSteps + i));
  } finally {
    observeKernels(undefined);
  }
  optimizer.dispose();
  model.dispose();
  return { steps: times, kernels: [...kernels.values()].sort((a, b) => b.seconds - a.seconds) };
}

async function trainOnce(model: Model, optimizer: Optimizer, batch: () => Batch): Promise<StepTime> {
  const start = performance.now();
  let last = start;
  const parts: Partial<Record<StepPart, number>> = {};
  const end = (part: StepPart) => {
    const now = performance.now();
    parts[part] = (now - last) / 1000;
    last = now;
  };
  const made = batch();
  end("data");
  await readStep(trainStep(model, optimizer, made, { iteration: 0, learningRate: 0.1 }, { onPhase: end }));
  return { total: (performance.now() - start) / 1000, parts };
}

async function evaluateOnce(model: Model, batch: () => Batch): Promise<StepTime> {
  const start = performance.now();
  const made = batch();
  const data = (performance.now() - start) / 1000;
  const logits = tf.tidy(() => model.evaluate(imagesOf(made)));
  await logits.data();
  logits.dispose();
  const total = (performance.now() - start) / 1000;
  return { total, parts: { data, forward: total - data } };
}
