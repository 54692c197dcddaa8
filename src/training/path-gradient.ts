// The gradient of the loss at the input of a net's first block, where it comes through chosen ways through the blocks.
import * as tf from "@tensorflow/tfjs-core";
import type { Model } from "../models/model.ts";
import type { BackwardOptions } from "../models/passes.ts";
import { softmaxCrossEntropy, softmaxCrossEntropyGradient } from "../ops/fused.ts";
import { inPrecision } from "../ops/kernel.ts";
import type { Batch } from "../types.ts";
import { imagesOf, labelsOf } from "./evaluate.ts";

/** The L2 norm of the gradient of a batch's mean loss. It normalises by the batch, and changes the running statistics. */
export async function pathGradientNorm(
  model: Model,
  batch: Batch,
  route: NonNullable<BackwardOptions["route"]>,
): Promise<number> {
  const gradient = firstGradient(model, batch, route);
  const [squares] = await tf.tidy(() => tf.sum(tf.square(gradient))).data();
  gradient.dispose();
  return Math.sqrt(squares!);
}

/** The gradient of the last output of the stem. The caller disposes it. */
export function firstGradient(model: Model, batch: Batch, route: BackwardOptions["route"]): tf.Tensor {
  return tf.tidy(() => {
    const labels = labelsOf(batch);
    const { logits, backward } = model.train(imagesOf(batch));
    const dlogits = inPrecision(model.precision, () => {
      const { probabilities } = softmaxCrossEntropy(logits, labels);
      const count = batch.labels.length;
      return softmaxCrossEntropyGradient({ dy: tf.fill([count], 1 / count), probabilities, labels });
    });
    let found: tf.Tensor | undefined;
    backward(dlogits, {
      ...(route && { route }),
      show(operation, gradient) {
        // Backwards, the last operation of the stem is the first that is met.
        if (operation.startsWith("stem.")) found ??= tf.keep(gradient.clone());
      },
    });
    return found!;
  });
}
