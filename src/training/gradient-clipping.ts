// Gradient clipping by the norm of all gradients together (Pascanu, Mikolov and Bengio 2013), as PyTorch's clip_grad_norm_.
import * as tf from "@tensorflow/tfjs-core";

/**
 * The gradients, scaled by min(1, limit / (norm + 1e-6)). It disposes the given ones. The norm stays on the engine, which
 * nothing has to wait for.
 */
export function clipGradients(gradients: ReadonlyMap<string, tf.Tensor>, limit: number): Map<string, tf.Tensor> {
  const factor = tf.tidy(() => {
    const squares = [...gradients.values()].map((gradient) => tf.sum(tf.square(gradient)));
    const norm = tf.sqrt(tf.addN(squares));
    return tf.minimum(1, tf.div(limit, tf.add(norm, 1e-6)));
  });
  const clipped = new Map([...gradients].map(([name, gradient]) => [name, tf.mul(gradient, factor)] as const));
  tf.dispose([factor, ...gradients.values()]);
  return clipped;
}
