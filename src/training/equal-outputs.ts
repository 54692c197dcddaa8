// How far the outputs of two nets are from each other on the same images.
import * as tf from "@tensorflow/tfjs-core";
import type { Model } from "../models/model.ts";
import type { Batches } from "../types.ts";
import { imagesOf } from "./evaluate.ts";

export interface Distance {
  readonly images: number;
  /** The largest difference of two logits, as a fraction of the largest logit of the first net. */
  readonly difference: number;
  /** Images that both nets put into the same class. */
  readonly sameClass: number;
}

/** Compares the logits, by running statistics. */
export async function distanceOf(first: Model, second: Model, batches: Batches): Promise<Distance> {
  let [images, sameClass, largest, apart] = [0, 0, 0, 0];
  for await (const batch of batches) {
    const [ours, theirs] = [first, second].map((model) =>
      tf.tidy(() => model.evaluate(imagesOf(batch)).dataSync()),
    ) as [Float32Array, Float32Array];
    const count = batch.labels.length;
    const classes = ours.length / count;
    ours.forEach((value, i) => {
      largest = Math.max(largest, Math.abs(value));
      // Math.max keeps a NaN.
      apart = Math.max(apart, Math.abs(value - theirs[i]!));
    });
    for (let image = 0; image < count; image++) {
      const at = [image * classes, (image + 1) * classes] as const;
      if (best(ours.subarray(...at)) === best(theirs.subarray(...at))) sameClass++;
    }
    images += count;
  }
  return { images, difference: apart / largest, sameClass };
}

function best(logits: Float32Array): number {
  return logits.reduce((top, value, i) => (value > logits[top]! ? i : top), 0);
}
