// Label smoothing (Szegedy et al. 2016, section 7): each label is 1 − ε of its class and ε spread evenly over all classes.
import * as tf from "@tensorflow/tfjs-core";

/** Cross-entropy and the gradient of the logits. */
interface Loss {
  /** [batch], in nats. */
  readonly losses: tf.Tensor;
  /** [batch, classes] */
  readonly dlogits: tf.Tensor;
}

/**
 * The loss and gradient of smoothed labels, from those of sharp labels. With a label's distribution q = (1 − ε)·onehot +
 * ε/classes, the loss −Σ q·log p is larger by ε·(z[label] − mean(z)) for logits z, and its gradient p − q is larger by
 * ε·(onehot − 1/classes).
 * @param logits [batch, classes]
 * @param labels [batch], int32
 * @param share the weight of one image in the gradient: 1/batch for the mean
 */
export function smoothLabels(
  { losses, dlogits }: Loss,
  logits: tf.Tensor,
  labels: tf.Tensor1D,
  smoothing: number,
  share: number,
): Loss {
  const classes = logits.shape[1]!;
  const difference = tf.sub(tf.oneHot(labels, classes), 1 / classes);
  return {
    losses: tf.add(losses, tf.mul(tf.sum(tf.mul(difference, logits), 1), smoothing)),
    dlogits: tf.add(dlogits, tf.mul(difference, smoothing * share)),
  };
}
