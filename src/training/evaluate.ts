// Loss and error of a net on a whole image set, by running statistics, with one view of each image.
import * as tf from "@tensorflow/tfjs-core";
import type { Model } from "../models/model.ts";
import { atOnce, inTurns } from "../models/turns.ts";
import { cropImages } from "../ops/crops.ts";
import { softmaxCrossEntropy } from "../ops/fused.ts";
import { inPrecision } from "../ops/kernel.ts";
import type { Batch, Batches } from "../types.ts";

/** The mean cross-entropy in nats, and the fraction of images whose top class is wrong. */
export interface Evaluation {
  readonly loss: number;
  readonly error: number;
}

/** How to stop in the middle. */
export interface Listening {
  /** Lets the event loop turn and says whether to give up. */
  readonly stopped: () => Promise<boolean>;
  /** Whether to ask after each operation, not only after each batch. */
  readonly withinBatches: boolean;
}

/** Evaluates on every batch. It sums in float64, in the order of the batches. */
export async function evaluate(model: Model, batches: Batches): Promise<Evaluation> {
  const never = { stopped: async () => false, withinBatches: false };
  return (await evaluateListening(model, batches, never))!;
}

/** The same; undefined if it was stopped. */
export async function evaluateListening(
  model: Model,
  batches: Batches,
  { stopped, withinBatches }: Listening,
): Promise<Evaluation | undefined> {
  let lossSum = 0;
  let wrongCount = 0;
  let count = 0;
  for await (const batch of batches) {
    const operations = operationsOf(model, batch);
    const outcome = withinBatches ? await inTurns(operations, stopped) : tf.tidy(() => atOnce(operations));
    if (!outcome) return undefined;
    const [losses, wrong] = outcome;
    lossSum += sum(await losses.data());
    wrongCount += sum(await wrong.data());
    count += batch.labels.length;
    tf.dispose([losses, wrong]);
    if (await stopped()) return undefined;
  }
  return { loss: lossSum / count, error: wrongCount / count };
}

function* operationsOf(model: Model, batch: Batch): Generator<void, [losses: tf.Tensor, wrong: tf.Tensor]> {
  const logits = yield* model.evaluateInTurns(imagesOf(batch));
  const { losses, wrong } = inPrecision(model.precision, () => softmaxCrossEntropy(logits, labelsOf(batch)));
  return [losses, wrong];
}

/** The batch's images on the engine: [batch, height, width, channels]. */
export function imagesOf(batch: Batch): tf.Tensor4D {
  const cut = batch.crops && cropImages(batch.crops);
  return cut ?? tf.tensor4d(batch.images, [...batch.shape]);
}

/** The batch's labels on the engine: [batch] int32. */
export function labelsOf(batch: Batch): tf.Tensor1D {
  return tf.tensor1d(batch.labels, "int32");
}

/** The sum of an array in float64, in order. */
export function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
}
