// Wall times of training steps and evaluation, for `bench`. The only file of this room that reads a clock. On an engine
// that works on its own, the times of parts and kernels are the times to give it the commands.
import * as tf from "@tensorflow/tfjs-core";
import type { ModelConfig } from "../config/schema.ts";
import { Model } from "../models/model.ts";
import { type KernelObserver, observeKernels } from "../ops/kernel.ts";
import type { Precision } from "../ops/precision.ts";
import type { Batch, ModelInput } from "../types.ts";
import { imagesOf } from "./evaluate.ts";
import { Optimizer } from "./optimizer.ts";
import { readStep, type StepOutcome, type StepPhase, trainStep } from "./step.ts";

export interface BenchmarkOptions {
  /** Makes the batch of a step. */
  readonly batchOf: (step: number) => Batch;
  /** The number of timed steps. */
  readonly steps: number;
  /** Steps before the clock starts: the first ones fill the engine's buffers. */
  readonly warmUpSteps: number;
  /** Whether to time forward passes by running statistics instead of training steps. */
  readonly evaluate: boolean;
  /** Whether to time single kernels too, which slows each one a little. */
  readonly observed?: boolean | undefined;
  /** Default float32. */
  readonly precision?: Precision | undefined;
  /** The number of steps that may begin before the loss of an earlier step is known, as in the trainer. Default 0. */
  readonly stepsAhead?: number | undefined;
}

/**
 * The parts of a step. "data" comes first, and the other parts wait for it. "engine" is the time that an engine which works
 * on its own still needs after it has got the commands of several steps.
 */
export type StepPart = "data" | StepPhase | "engine";

/**
 * Seconds of one step, in total and by part: the mean of the steps that were given at once. An evaluation has data and
 * forward.
 */
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

/** Times steps, with the making of their batches. If asked, it also times the kernels in them, longest first. */
export async function benchmark(
  config: ModelConfig,
  input: ModelInput,
  options: BenchmarkOptions,
): Promise<{ steps: StepTime[]; kernels: KernelTime[] }> {
  const { batchOf, steps, warmUpSteps, evaluate, observed = false, stepsAhead = 0, precision = "float32" } = options;
  const model = new Model(config, input, 0, precision);
  const optimizer = new Optimizer(model, { momentum: 0.9, weightDecay: 1e-4, weightDecayOn: "all" });
  const time = (first: number, count: number): Promise<StepTime> => {
    const batches = Array.from({ length: count }, (_, i) => () => batchOf(first + i));
    return evaluate ? evaluateOnce(model, batches[0]!) : trainTogether(model, optimizer, batches);
  };
  for (let i = 0; i < warmUpSteps; i++) await time(i, 1);
  const times: StepTime[] = [];
  const kernels = new Map<string, { kernel: string; shapes: string; calls: number; seconds: number }>();
  const count: KernelObserver = (kernel, inputShapes, seconds) => {
    const shapes = inputShapes.map((shape) => shape.join("×")).join(", ");
    const key = `${kernel} ${shapes}`;
    const sum = kernels.get(key) ?? { kernel, shapes, calls: 0, seconds: 0 };
    sum.calls++;
    sum.seconds += seconds;
    kernels.set(key, sum);
  };
  if (observed) observeKernels(count);
  try {
    const together = evaluate ? 1 : stepsAhead + 1;
    for (let i = 0; i < steps; i += together) times.push(await time(warmUpSteps + i, Math.min(together, steps - i)));
  } finally {
    observeKernels(undefined);
  }
  optimizer.dispose();
  model.dispose();
  return { steps: times, kernels: [...kernels.values()].sort((a, b) => b.seconds - a.seconds) };
}

async function trainTogether(model: Model, optimizer: Optimizer, batches: readonly (() => Batch)[]): Promise<StepTime> {
  const start = performance.now();
  let last = start;
  const parts: Partial<Record<StepPart, number>> = {};
  const end = (part: StepPart) => {
    const now = performance.now();
    parts[part] = (parts[part] ?? 0) + (now - last) / 1000 / batches.length;
    last = now;
  };
  const outcomes: StepOutcome[] = [];
  for (const batch of batches) {
    const made = batch();
    end("data");
    outcomes.push(trainStep(model, optimizer, made, { iteration: 0, learningRate: 0.1 }, { onPhase: end }));
  }
  await Promise.all(outcomes.map(readStep));
  if (batches.length > 1) end("engine");
  return { total: (performance.now() - start) / 1000 / batches.length, parts };
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
