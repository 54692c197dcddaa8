// The trainer: a stream of the steps, metrics, tests and checkpoints of one run.
// It knows no data set, file or engine by name, and no clock. The same inputs give the same events bit for bit.
import { setImmediate } from "node:timers/promises";
import * as tf from "@tensorflow/tfjs-core";
import type { EvaluationConfig, RunSections, TrainingConfig } from "../config/schema.ts";
import type { Model } from "../models/model.ts";
import type { Batch, Batches, Metric, TrainerState } from "../types.ts";
import { evaluateListening, type Listening } from "./evaluate.ts";
import { gradientNorms, responseStds } from "./layers.ts";
import { Optimizer } from "./optimizer.ts";
import { addStep, formatProgress, parseProgress, startProgress } from "./progress.ts";
import { learningRateAt } from "./schedule.ts";
import { readStep, type StepOutcome, trainStep, trainStepInTurns } from "./step.ts";
import { WeightAverage } from "./weight-average.ts";

/** Everything a run trains with. */
export interface TrainTask {
  readonly model: Model;
  readonly classes: number;
  readonly training: TrainingConfig;
  readonly evaluation: EvaluationConfig;
  readonly record: RunSections["record"];
  /** The batch of a 0-based iteration. It is the same on every call. */
  readonly trainingBatch: (iteration: number) => Batch | Promise<Batch>;
  readonly testBatches: () => Batches;
  readonly validationBatches?: (() => Batches) | undefined;
  /** The state to resume from. Without it, training starts at iteration 0 with the net's own weights. */
  readonly resume?: TrainerState | undefined;
  /**
   * Asks the trainer to write a checkpoint and end. It finishes the current step, or on a slow engine discards it. It gives
   * up a test, and does it when the run resumes.
   */
  readonly signal?: AbortSignal | undefined;
  /** Whether a step may take so long that the trainer must react to signals within it. */
  readonly slow?: boolean | undefined;
  /**
   * The number of steps that may begin before the loss of an earlier step is known. Default 0. For an engine that works on
   * its own while the next commands and images are prepared. It changes no number, but divergence is noticed that much later.
   */
  readonly stepsAhead?: number | undefined;
}

/** A step whose loss is still on the engine. */
interface PendingStep extends StepOutcome {
  readonly iteration: number;
  readonly learningRate: number;
}

export type TrainEvent =
  /** After every step; `iteration` counts steps done. */
  | {
      readonly kind: "step";
      readonly iteration: number;
      readonly loss: number;
      readonly error: number;
      readonly learningRate: number;
      /**
       * The number of steps whose losses came at once, this step included. The time between events is the time of all
       * of them.
       */
      readonly together: number;
    }
  | { readonly kind: "evaluating"; readonly iteration: number }
  | { readonly kind: "metric"; readonly metric: Metric }
  /** The state after all metrics so far. Always the last event. */
  | { readonly kind: "checkpoint"; readonly state: TrainerState };

/** The loss is not finite, or too large for training to recover. */
export class DivergenceError extends Error {
  override readonly name = "DivergenceError";
  /** Completed steps, with the one that diverged. */
  readonly iteration: number;

  constructor(iteration: number, loss: number, limit: number) {
    super(
      Number.isFinite(loss)
        ? `Expected the training loss to stay below ${limit.toFixed(0)} (100 times the loss of guessing), got ${loss.toPrecision(4)} at iteration ${iteration}.`
        : `Expected the training loss to be a finite number, got ${loss} at iteration ${iteration}.`,
    );
    this.iteration = iteration;
  }
}

/**
 * Trains until the last iteration or until `signal` fires.
 * @throws DivergenceError if the loss is not finite, or exceeds a hundred times the loss of guessing.
 */
export async function* train(task: TrainTask): AsyncGenerator<TrainEvent, void> {
  const { model, training, evaluation, record, resume } = task;
  const optimizer = new Optimizer(model, training);
  const average = training.averageDecay === undefined ? undefined : new WeightAverage(model, training.averageDecay);
  const lossLimit = 100 * Math.log(Math.max(2, task.classes));
  let progress = startProgress;
  let iteration = 0;
  let pending: PendingStep[] = [];
  const stopped = async () => {
    await setImmediate();
    return task.signal?.aborted ?? false;
  };
  // The net is tested and measured with the averages, and trained with its own weights.
  const withAverage = async <T>(measure: () => Promise<T>): Promise<T> => {
    average?.swap();
    try {
      return await measure();
    } finally {
      average?.swap();
    }
  };
  const checkpoint = async (): Promise<TrainEvent> => {
    const tensors = [...(await model.read()), ...(await optimizer.read()), ...((await average?.read()) ?? [])];
    return { kind: "checkpoint", state: { iteration, tensors, progress: formatProgress(progress) } };
  };
  try {
    if (resume) {
      model.write(resume.tensors);
      optimizer.write(resume.tensors);
      average?.write(resume.tensors);
      progress = parseProgress(resume.progress);
      iteration = resume.iteration;
    }
    while (iteration < training.iterations || progress.testDue !== undefined) {
      const learningRate = progress.testDue ?? learningRateAt(training, iteration, progress.warmUp);
      let gradientNorm: number[] | undefined;
      if (progress.testDue === undefined) {
        const batch = await task.trainingBatch(iteration);
        const asked = evaluation.layers?.at.includes(iteration + 1) || iteration + 1 === training.iterations;
        let norms: tf.Tensor | undefined;
        const onGradients = (gradients: ReadonlyMap<string, tf.Tensor>) => {
          norms = tf.keep(gradientNorms(model, gradients));
        };
        const observer = evaluation.layers && asked ? { onGradients } : {};
        const options = { iteration, learningRate, soft: training };
        const outcome = task.slow
          ? await trainStepInTurns(model, optimizer, batch, options, observer, stopped)
          : trainStep(model, optimizer, batch, options, observer);
        if (!outcome) {
          yield await checkpoint();
          return;
        }
        average?.update();
        iteration++;
        pending.push({ iteration, learningRate, ...outcome });
        gradientNorm = norms && [...(await norms.data())];
        norms?.dispose();
      }

      const last = iteration === training.iterations;
      const evaluated = last || iteration % evaluation.every === 0;
      const recorded = evaluated || gradientNorm !== undefined || iteration % record.trainEvery === 0;
      const checkpointed = last || iteration % record.checkpointEvery === 0;
      // During the warm-up, each step's error may change the rate of the next step.
      const warmingUp = training.learningRate.warmUp && progress.warmUp.endedAt === undefined;
      const room = warmingUp ? 0 : (task.stepsAhead ?? 0);
      if (pending.length <= room && !recorded && !checkpointed && !task.signal?.aborted) continue;

      const steps = pending;
      pending = [];
      for (const step of await Promise.all(steps.map(readPending))) {
        progress = addStep(progress, training, step);
        if (!(step.loss < lossLimit)) throw new DivergenceError(step.iteration, step.loss, lossLimit);
        yield { kind: "step", ...step, together: steps.length };
      }

      if (evaluated) yield { kind: "evaluating", iteration };
      if (recorded) {
        const trained = {
          trainLoss: progress.lossSum / progress.steps,
          trainError: progress.errorSum / progress.steps,
        };
        // A test that was given up is done when the run resumes. By then the norms of this step's gradients would be lost.
        const listening = { stopped: gradientNorm ? async () => false : stopped, withinBatches: task.slow ?? false };
        const tested = evaluated ? await withAverage(() => evaluateAll(task, listening)) : {};
        if (!tested) {
          progress = { ...progress, testDue: learningRate };
          yield await checkpoint();
          return;
        }
        const measured = gradientNorm && {
          layers: { gradientNorm, responseStd: await withAverage(() => measureResponses(task)) },
        };
        yield { kind: "metric", metric: { iteration, learningRate, ...trained, ...tested, ...measured } };
        progress = { ...startProgress, warmUp: progress.warmUp };
      }

      const ending = task.signal?.aborted ?? false;
      if (checkpointed || ending) yield await checkpoint();
      if (ending) return;
    }
  } finally {
    for (const { losses, wrong } of pending) tf.dispose([losses, wrong]);
    // A net that is trained to its end has the averaged weights from then on.
    if (iteration === training.iterations && progress.testDue === undefined) average?.swap();
    average?.dispose();
    optimizer.dispose();
  }
}

async function readPending({ iteration, learningRate, ...outcome }: PendingStep) {
  return { iteration, ...(await readStep(outcome)), learningRate };
}

async function evaluateAll(task: TrainTask, listening: Listening): Promise<Partial<Metric> | undefined> {
  const test = await evaluateListening(task.model, task.testBatches(), listening);
  if (!test) return undefined;
  const metric = { testLoss: test.loss, testError: test.error };
  if (!task.validationBatches) return metric;
  const validation = await evaluateListening(task.model, task.validationBatches(), listening);
  return validation && { ...metric, validationLoss: validation.loss, validationError: validation.error };
}

function measureResponses({ model, evaluation, testBatches }: TrainTask): Promise<number[]> {
  return responseStds(model, testBatches(), evaluation.layers!.images);
}
