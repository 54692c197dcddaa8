// The fused operations as functions on tensors, with their gradients. They run on any engine that has registered the
// kernels of kernels.ts; importing this file registers the gradients.
import * as tf from "@tensorflow/tfjs-core";
import * as kernels from "./kernels.ts";

/** What batch normalisation in training gives back. */
export interface BatchNormTrainResult {
  /** Shape of the input. */
  readonly y: tf.Tensor;
  /** [channels], as is the running variance. */
  readonly newRunningMean: tf.Tensor;
  readonly newRunningVariance: tf.Tensor;
}

/**
 * Batch normalisation over all but the last axis (Ioffe and Szegedy 2015), then `+ shortcut` where there is one, then
 * ReLU where asked. The biased variance normalises, the unbiased one goes into the running statistics.
 */
export function batchNormTrain(
  inputs: kernels.BatchNormTrainInputs,
  attributes: kernels.BatchNormTrainAttributes,
): BatchNormTrainResult {
  const [y, , , newRunningMean, newRunningVariance] = run(kernels.BatchNormTrain, inputs, {
    ...attributes,
    hasShortcut: inputs.shortcut !== undefined,
  });
  return { y: y!, newRunningMean: newRunningMean!, newRunningVariance: newRunningVariance! };
}

/** Batch normalisation by running statistics, then the shortcut's addition and ReLU as in training. No gradient. */
export function batchNormInference(
  inputs: kernels.BatchNormInferenceInputs,
  attributes: kernels.BatchNormInferenceAttributes,
): tf.Tensor {
  return run(kernels.BatchNormInference, inputs, attributes)[0]!;
}

/**
 * Softmax and cross-entropy of logits [batch, classes] against labels [batch] (int32).
 * @returns losses [batch] in nats, and wrong [batch], 1 where the largest logit is not the label's.
 */
export function softmaxCrossEntropy(logits: tf.Tensor, labels: tf.Tensor): { losses: tf.Tensor; wrong: tf.Tensor } {
  const [losses, wrong] = run(kernels.SoftmaxCrossEntropy, { logits, labels }, {});
  return { losses: losses!, wrong: wrong! };
}

/** One SGD step with momentum in Caffe's form; the caller owns both results. */
export function momentumUpdate(
  inputs: kernels.MomentumUpdateInputs,
  attributes: kernels.MomentumUpdateAttributes,
): { weights: tf.Tensor; velocity: tf.Tensor } {
  const [weights, velocity] = run(kernels.MomentumUpdate, inputs, attributes);
  return { weights: weights!, velocity: velocity! };
}

/** Shortcut option A: x[:, ::stride, ::stride, :] with zeros in the channels that are new (section 3.3). */
export function identityShortcut(x: tf.Tensor, attributes: kernels.IdentityShortcutAttributes): tf.Tensor {
  return run(kernels.IdentityShortcut, { x }, attributes)[0]!;
}

/** Mean over height and width: [batch, height, width, channels] to [batch, channels]. */
export function globalAveragePool(x: tf.Tensor): tf.Tensor {
  return run(kernels.GlobalAveragePool, { x }, {})[0]!;
}

function run(kernelName: string, inputs: object, attributes: object): tf.Tensor[] {
  const given = Object.entries(inputs).filter((entry): entry is [string, tf.Tensor] => entry[1] !== undefined);
  const outputs: unknown = tf
    .engine()
    .runKernel(kernelName, Object.fromEntries(given) as tf.NamedTensorMap, attributes as tf.NamedAttrMap);
  return (Array.isArray(outputs) ? outputs : [outputs]) as tf.Tensor[];
}

tf.registerGradient({
  kernelName: kernels.BatchNormTrain,
  inputsToSave: ["x", "gamma"],
  outputsToSave: [true, true, true, false, false],
  gradFunc: (dys, saved, attributes) => {
    const { relu, hasShortcut } = attributes as unknown as kernels.BatchNormTrainAttributes & { hasShortcut: boolean };
    const [x, gamma, y, mean, inverseStd] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const dy = (dys as tf.Tensor[])[0]!;
    const [dx, dgamma, dbeta, dshortcut] = run(
      kernels.BatchNormTrainGrad,
      { dy, x, y, gamma, mean, inverseStd },
      { relu, hasShortcut },
    );
    return {
      x: () => dx!,
      gamma: () => dgamma!,
      beta: () => dbeta!,
      runningMean: () => tf.zerosLike(mean),
      runningVariance: () => tf.zerosLike(mean),
      ...(dshortcut && { shortcut: () => dshortcut }),
    };
  },
});

tf.registerGradient({
  kernelName: kernels.SoftmaxCrossEntropy,
  inputsToSave: ["labels"],
  outputsToSave: [false, false, true],
  gradFunc: (dys, saved) => {
    const [labels, probabilities] = saved as [tf.Tensor, tf.Tensor];
    const dy = (dys as tf.Tensor[])[0]!;
    return { logits: () => run(kernels.SoftmaxCrossEntropyGrad, { dy, probabilities, labels }, {})[0]! };
  },
});

tf.registerGradient({
  kernelName: kernels.IdentityShortcut,
  inputsToSave: ["x"],
  gradFunc: (dy, saved, attributes) => {
    const { stride } = attributes as unknown as kernels.IdentityShortcutAttributes;
    const shape = saved[0]!.shape;
    return { x: () => run(kernels.IdentityShortcutGrad, { dy: dy as tf.Tensor }, { stride, shape })[0]! };
  },
});

tf.registerGradient({
  kernelName: kernels.GlobalAveragePool,
  inputsToSave: ["x"],
  gradFunc: (dy, saved) => {
    const shape = saved[0]!.shape;
    return { x: () => run(kernels.GlobalAveragePoolGrad, { dy: dy as tf.Tensor }, { shape })[0]! };
  },
});
