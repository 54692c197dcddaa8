// One step of SGD. Its loss stays on the engine until it is read.
import * as tf from "@tensorflow/tfjs-core";
import type { TrainingConfig } from "../config/schema.ts";
import type { Model } from "../models/model.ts";
import { atOnce, inTurns } from "../models/turns.ts";
import { softmaxCrossEntropy, softmaxCrossEntropyGradient } from "../ops/fused.ts";
import { inPrecision } from "../ops/kernel.ts";
import type { Batch } from "../types.ts";
import { imagesOf, labelsOf, sum } from "./evaluate.ts";
import { type Mixing, mixImages, mixtureOf } from "./mixture.ts";
import type { Optimizer } from "./optimizer.ts";
import { softenLoss, softLabels } from "./soft-labels.ts";

/** The parts of a step, in order. */
export type StepPhase = "forward" | "backward" | "update";

/** Observers of a step. */
export interface StepObserver {
  readonly onPhase?: (done: StepPhase) => void;
  /** Called with the gradients by parameter name, which it must not dispose. */
  readonly onGradients?: (gradients: ReadonlyMap<string, tf.Tensor>) => void;
}

/** The loss and error of each image, before the update: [batch]. May be read once. */
export interface StepOutcome {
  /** In nats. */
  readonly losses: tf.Tensor;
  /** 1 if the largest logit is not the label's. */
  readonly wrong: tf.Tensor;
}

/** The options of a step, besides the net and the batch. `iteration` is 0-based. */
export interface StepOptions {
  readonly iteration: number;
  readonly learningRate: number;
  /** How labels and images are softened; not at all without it. */
  readonly soft?: Partial<Pick<TrainingConfig, "labelSmoothing">> & Mixing;
}

/** One step. It does not wait: the engine may still be computing when it returns. */
export function trainStep(
  model: Model,
  optimizer: Optimizer,
  batch: Batch,
  options: StepOptions,
  observer: StepObserver = {},
): StepOutcome {
  const [losses, wrong] = tf.tidy(() => atOnce(operationsOf(model, optimizer, batch, options, observer)));
  return { losses, wrong };
}

/**
 * One step that calls `stopped` after each operation. If that returns true, everything is as if the step had not begun.
 * @returns undefined if it was given up
 */
export async function trainStepInTurns(
  model: Model,
  optimizer: Optimizer,
  batch: Batch,
  options: StepOptions,
  observer: StepObserver,
  stopped: () => Promise<boolean>,
): Promise<StepOutcome | undefined> {
  const statistics = model.keepStatistics();
  try {
    const outcome = await inTurns(operationsOf(model, optimizer, batch, options, observer), stopped);
    if (!outcome) statistics.putBack();
    return outcome && { losses: outcome[0], wrong: outcome[1] };
  } finally {
    statistics.dispose();
  }
}

function* operationsOf(
  model: Model,
  optimizer: Optimizer,
  batch: Batch,
  { iteration, learningRate, soft = {} }: StepOptions,
  { onPhase = () => {}, onGradients }: StepObserver,
): Generator<void, [losses: tf.Tensor, wrong: tf.Tensor]> {
  const count = batch.labels.length;
  const labels = labelsOf(batch);
  const [, height, width] = batch.shape;
  const mixture = mixtureOf(soft, model.seed, iteration, { height, width });
  const images = mixture ? mixImages(imagesOf(batch), mixture) : imagesOf(batch);
  const { logits, backward } = yield* model.trainInTurns(images, iteration);
  const sharp = inPrecision(model.precision, () => {
    const { losses, wrong, probabilities } = softmaxCrossEntropy(logits, labels);
    onPhase("forward");
    // The loss is the mean over the batch.
    const dy = tf.fill([count], 1 / count);
    return { losses, wrong, dlogits: softmaxCrossEntropyGradient({ dy, probabilities, labels }) };
  });
  const { wrong } = sharp;
  const { labelSmoothing = 0 } = soft;
  const target = (labelSmoothing > 0 || mixture) && softLabels(labels, logits.shape[1], labelSmoothing, mixture);
  const { losses, dlogits } = target ? softenLoss(sharp, logits, labels, target, 1 / count) : sharp;
  const gradients = yield* backward(dlogits);
  onPhase("backward");
  onGradients?.(gradients);
  inPrecision(model.precision, () => optimizer.update(gradients, learningRate));
  onPhase("update");
  return [losses, wrong];
}

/** The batch's mean loss and the fraction of wrong images. Waits for the step and disposes the tensors. */
export async function readStep({ losses, wrong }: StepOutcome): Promise<{ loss: number; error: number }> {
  const [each, mistakes] = await Promise.all([losses.data(), wrong.data()]);
  tf.dispose([losses, wrong]);
  return { loss: sum(each) / each.length, error: sum(mistakes) / mistakes.length };
}
