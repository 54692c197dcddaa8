// Batches whose images are mixed in pairs: mixup (Zhang et al. 2018) and CutMix (Yun et al. 2019). An image's partner is
// the one at its place from the end of the batch, as in timm. What is drawn depends on the seed and the iteration alone.
import * as tf from "@tensorflow/tfjs-core";
import type { TrainingConfig } from "../config/schema.ts";
import { randomStream } from "../random.ts";

/** The keys that ask for mixing. */
export type Mixing = Partial<Pick<TrainingConfig, "mixup" | "cutmix">>;

/** How the images of one batch are mixed. */
export interface Mixture {
  /** The share of the image itself, in pixels or in weight, and so of its label. */
  readonly own: number;
  /** CutMix: the rectangle that comes from the partner; its ends are excluded. */
  readonly box?: { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number };
}

/** The mixture of an iteration, or undefined without mixing. */
export function mixtureOf(
  { mixup, cutmix }: Mixing,
  seed: number,
  iteration: number,
  { height, width }: { readonly height: number; readonly width: number },
): Mixture | undefined {
  const uniform = randomStream(seed, "mix", iteration);
  if (mixup !== undefined) return { own: beta(mixup, uniform) };
  if (cutmix === undefined) return undefined;
  // The rectangle has the image's proportions, and its centre is uniform: what lies outside of the image is cut off.
  const side = Math.sqrt(1 - beta(cutmix, uniform));
  const span = (extent: number, index: number) => {
    const [half, centre] = [Math.floor(side * extent) >> 1, Math.floor(uniform(index) * extent)];
    return [Math.max(0, centre - half), Math.min(extent, centre + half)] as const;
  };
  const [[top, bottom], [left, right]] = [span(height, 0), span(width, 1)];
  return { own: 1 - ((bottom - top) * (right - left)) / (height * width), box: { top, bottom, left, right } };
}

/** The mixed images, [batch, height, width, channels], from unmixed ones. */
export function mixImages(images: tf.Tensor4D, { own, box }: Mixture): tf.Tensor4D {
  return tf.tidy(() => {
    const partners = tf.reverse(images, 0);
    if (!box) return tf.add(tf.mul(images, own), tf.mul(partners, 1 - own)) as tf.Tensor4D;
    const [, height, width] = images.shape;
    const inside = Float32Array.from({ length: height * width }, (_, pixel) => {
      const [row, column] = [Math.floor(pixel / width), pixel % width];
      return row >= box.top && row < box.bottom && column >= box.left && column < box.right ? 1 : 0;
    });
    const mask = tf.tensor4d(inside, [1, height, width, 1]);
    return tf.add(tf.mul(images, tf.sub(1, mask)), tf.mul(partners, mask)) as tf.Tensor4D;
  });
}

/**
 * A number of the distribution Beta(α, α), by Jöhnk's method (1964): of two powers of uniform numbers whose sum is at most
 * 1, the share of the first.
 * @param uniform from index 2 on
 */
export function beta(alpha: number, uniform: (index: number) => number): number {
  for (let index = 2; ; index += 2) {
    const [x, y] = [(1 - uniform(index)) ** (1 / alpha), (1 - uniform(index + 1)) ** (1 / alpha)];
    if (x + y <= 1 && x + y > 0) return x / (x + y);
  }
}
