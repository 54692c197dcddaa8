// The fused operations and their gradients, as functions on tensors. They run on any engine that has registered the kernels
// of kernels.ts. TensorFlow.js's gradient tape does not know them: a net calls the gradients itself.
import * as tf from "@tensorflow/tfjs-core";
import { runKernel } from "./kernel.ts";
import * as kernels from "./kernels.ts";
import { Store } from "./precision.ts";

/** The results of batch normalisation in training. */
export interface BatchNormTrainResult {
  /** Shape of the input. */
  readonly y: tf.Tensor;
  /** [channels], like the three below. The gradient needs this one and the next. */
  readonly mean: tf.Tensor;
  readonly inverseStd: tf.Tensor;
  readonly newRunningMean: tf.Tensor;
  readonly newRunningVariance: tf.Tensor;
}

/**
 * Batch normalisation over all axes except the last (Ioffe and Szegedy 2015), then `+ shortcut` if there is one, then
 * ReLU if asked. It normalises by the biased variance. The running statistics use the unbiased variance.
 */
export function batchNormTrain(
  inputs: kernels.BatchNormTrainInputs,
  attributes: kernels.BatchNormTrainAttributes,
): BatchNormTrainResult {
  const [y, mean, inverseStd, newRunningMean, newRunningVariance] = runKernel(kernels.BatchNormTrain, inputs, {
    ...attributes,
    hasShortcut: inputs.shortcut !== undefined,
  });
  return {
    y: y!,
    mean: mean!,
    inverseStd: inverseStd!,
    newRunningMean: newRunningMean!,
    newRunningVariance: newRunningVariance!,
  };
}

export interface BatchNormTrainGradient {
  readonly dx: tf.Tensor;
  readonly dgamma: tf.Tensor;
  readonly dbeta: tf.Tensor;
  readonly dshortcut: tf.Tensor | undefined;
}

/** The gradients of the inputs of `batchNormTrain`, from the gradient of y. */
export function batchNormTrainGradient(
  inputs: kernels.BatchNormTrainGradInputs,
  attributes: kernels.BatchNormTrainGradAttributes,
): BatchNormTrainGradient {
  const [dx, dgamma, dbeta, dshortcut] = runKernel(kernels.BatchNormTrainGrad, inputs, attributes);
  return { dx: dx!, dgamma: dgamma!, dbeta: dbeta!, dshortcut };
}

/** Images as the first kernel of a net reads them in the current precision. Only bf16-mixed changes them. */
export function store(images: tf.Tensor): tf.Tensor {
  return runKernel(Store, { x: images })[0]!;
}

/** Batch normalisation by running statistics, then the addition of the shortcut and ReLU as in training. No gradient. */
export function batchNormInference(
  inputs: kernels.BatchNormInferenceInputs,
  attributes: kernels.BatchNormInferenceAttributes,
): tf.Tensor {
  return runKernel(kernels.BatchNormInference, inputs, attributes)[0]!;
}

/**
 * Softmax and cross-entropy of logits [batch, classes] against labels [batch] (int32).
 * @returns losses [batch] in nats; wrong [batch], 1 if the largest logit is not the label's; and the probabilities
 */
export function softmaxCrossEntropy(
  logits: tf.Tensor,
  labels: tf.Tensor,
): { losses: tf.Tensor; wrong: tf.Tensor; probabilities: tf.Tensor } {
  const [losses, wrong, probabilities] = runKernel(kernels.SoftmaxCrossEntropy, { logits, labels });
  return { losses: losses!, wrong: wrong!, probabilities: probabilities! };
}

/** The gradient of the logits, from the gradient of the losses, [batch]. */
export function softmaxCrossEntropyGradient(inputs: kernels.SoftmaxCrossEntropyGradInputs): tf.Tensor {
  return runKernel(kernels.SoftmaxCrossEntropyGrad, inputs)[0]!;
}

/** One SGD step with momentum in Caffe's form; the caller owns both results. */
export function momentumUpdate(
  inputs: kernels.MomentumUpdateInputs,
  attributes: kernels.MomentumUpdateAttributes,
): { weights: tf.Tensor; velocity: tf.Tensor } {
  const [weights, velocity] = runKernel(kernels.MomentumUpdate, inputs, attributes);
  return { weights: weights!, velocity: velocity! };
}

/** Shortcut option A: x[:, ::stride, ::stride, :] with zeros in the new channels (section 3.3). */
export function identityShortcut(x: tf.Tensor, attributes: kernels.IdentityShortcutAttributes): tf.Tensor {
  return runKernel(kernels.IdentityShortcut, { x }, attributes)[0]!;
}

export function identityShortcutGradient(dy: tf.Tensor, attributes: kernels.IdentityShortcutGradAttributes): tf.Tensor {
  return runKernel(kernels.IdentityShortcutGrad, { dy }, attributes)[0]!;
}

/** Mean over height and width: [batch, height, width, channels] to [batch, channels]. */
export function globalAveragePool(x: tf.Tensor): tf.Tensor {
  return runKernel(kernels.GlobalAveragePool, { x })[0]!;
}

export function globalAveragePoolGradient(
  dy: tf.Tensor,
  attributes: kernels.GlobalAveragePoolGradAttributes,
): tf.Tensor {
  return runKernel(kernels.GlobalAveragePoolGrad, { dy }, attributes)[0]!;
}

/**
 * Copies each number of x [batch, channels] to every pixel of [batch, height, width, channels]. It multiplies by the
 * number of pixels first, because the kernel, the gradient of the mean, divides by it.
 */
export function spread(x: tf.Tensor, [height, width, channels]: readonly [number, number, number]): tf.Tensor {
  return tf.tidy(() =>
    globalAveragePoolGradient(scale(x, height * width), { shape: [x.shape[0]!, height, width, channels] }),
  );
}

/** The sum over the pixels of dy [batch, height, width, channels]. */
export function spreadGradient(dy: tf.Tensor): tf.Tensor {
  const [, height, width] = dy.shape as [number, number, number, number];
  return tf.tidy(() => scale(globalAveragePool(dy), height * width));
}

/** x [..., channels] plus bias [channels], by the kernel of normalisation with mean 0 and variance 1. */
export function addBias(x: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const { zeros, ones } = channelsOf(x);
    const inputs = { x, gamma: ones, beta: bias, mean: zeros, variance: ones };
    return batchNormInference(inputs, { relu: false, epsilon: 0 });
  });
}

/** The gradient of the bias: the sum over images and pixels of dy [batch, height, width, channels]. */
export function biasGradient(dy: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.sum(spreadGradient(dy), 0));
}

/** x [..., channels] times a number, the tensor `factor` [1], by the same kernel. */
export function multiplied(x: tf.Tensor, factor: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const { zeros, ones } = channelsOf(x);
    const inputs = { x, gamma: tf.mul(ones, factor), beta: zeros, mean: zeros, variance: ones };
    return batchNormInference(inputs, { relu: false, epsilon: 0 });
  });
}

/** The gradients of x and of the number. */
export function multipliedGradient(
  dy: tf.Tensor,
  x: tf.Tensor,
  factor: tf.Tensor,
): { dx: tf.Tensor; dfactor: tf.Tensor } {
  return tf.tidy(() => {
    const { zeros, ones } = channelsOf(x);
    const inputs = { dy, x, y: dy, gamma: ones, mean: zeros, inverseStd: ones };
    const { dgamma } = batchNormTrainGradient(inputs, { relu: false, hasShortcut: false });
    return { dx: multiplied(dy, factor), dfactor: tf.reshape(tf.sum(dgamma), [1]) };
  });
}

function channelsOf(x: tf.Tensor): { zeros: tf.Tensor; ones: tf.Tensor } {
  const channels = x.shape.at(-1)!;
  return { zeros: tf.zeros([channels]), ones: tf.ones([channels]) };
}

/** σ(x + bias): x [..., channels], bias [channels]. */
export function gate(x: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  return runKernel(kernels.Gate, { x, bias })[0]!;
}

/** The gradients of x and bias, from the gradient of a gate and the gate itself. */
export function gateGradient(dy: tf.Tensor, y: tf.Tensor): { dx: tf.Tensor; dbias: tf.Tensor } {
  const [dx, dbias] = runKernel(kernels.GateGrad, { dy, y });
  return { dx: dx!, dbias: dbias! };
}

/** x times the gate, or with `complement` x times 1 − gate. */
export function gated(inputs: kernels.GatedInputs, attributes: kernels.GatedAttributes): tf.Tensor {
  return runKernel(kernels.Gated, inputs, attributes)[0]!;
}

export function gatedGradient(
  inputs: kernels.GatedGradInputs,
  attributes: kernels.GatedAttributes,
): { dx: tf.Tensor; dgate: tf.Tensor } {
  const [dx, dgate] = runKernel(kernels.GatedGrad, inputs, attributes);
  return { dx: dx!, dgate: dgate! };
}

export function scale(x: tf.Tensor, factor: number): tf.Tensor {
  return runKernel(kernels.Scale, { x }, { factor })[0]!;
}

/** The gradient of ReLU's input from that of its output y. */
export function positiveGradient(dy: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return runKernel(kernels.PositiveGrad, { dy, y })[0]!;
}
