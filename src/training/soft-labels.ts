// Labels that are spread over classes: smoothed ones (Szegedy et al. 2016, section 7), and those of mixed images.
import * as tf from "@tensorflow/tfjs-core";
import type { Mixture } from "./mixture.ts";

/** Cross-entropy and the gradient of the logits. */
interface Loss {
  /** [batch], in nats. */
  readonly losses: tf.Tensor;
  /** [batch, classes] */
  readonly dlogits: tf.Tensor;
}

/**
 * The distribution of each label, [batch, classes]: a share of the image's own class, the rest of the class of the image
 * that is mixed in, and of all of that a share `smoothing` spread evenly over all classes.
 */
export function softLabels(
  labels: tf.Tensor1D,
  classes: number,
  smoothing: number,
  mixture: Pick<Mixture, "own"> | undefined,
): tf.Tensor {
  return tf.tidy(() => {
    const own = tf.oneHot(labels, classes, 1, 0, "float32");
    const mixed = mixture ? tf.add(tf.mul(own, mixture.own), tf.mul(tf.reverse(own, 0), 1 - mixture.own)) : own;
    return smoothing > 0 ? tf.add(tf.mul(mixed, 1 - smoothing), smoothing / classes) : mixed;
  });
}

/**
 * The loss and gradient of soft labels q, from those of each image's own class. With logits z, the loss −Σ q·log p is
 * larger by Σ (onehot − q)·z than −log p[label], and its gradient p − q is larger by onehot − q.
 * @param logits [batch, classes]
 * @param labels [batch], int32
 * @param target q, [batch, classes]
 * @param share the weight of one image in the gradient: 1/batch for the mean
 */
export function softenLoss(
  { losses, dlogits }: Loss,
  logits: tf.Tensor,
  labels: tf.Tensor1D,
  target: tf.Tensor,
  share: number,
): Loss {
  const difference = tf.sub(tf.oneHot(labels, logits.shape[1]!), target);
  return {
    losses: tf.add(losses, tf.sum(tf.mul(difference, logits), 1)),
    dlogits: tf.add(dlogits, tf.mul(difference, share)),
  };
}
