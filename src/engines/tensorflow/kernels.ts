// The fused kernels of ops/kernels.ts on TensorFlow's own operations, where these are faster than the composed kernels. The
// most important is batch norm, whose composed kernel takes twice the time and memory.
import * as tf from "@tensorflow/tfjs-core";
import {
  Conv2D,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  type KernelConfig,
  MaxPool,
  MaxPoolGrad,
  type Tensor,
} from "@tensorflow/tfjs-core";
import * as ops from "../../ops/kernels.ts";
import {
  convolution,
  convolutionFilterGradient,
  convolutionInputGradient,
  maxPool,
  maxPoolGradient,
} from "./convolution-kernels.ts";
import { define, type Kernel, type Operations } from "./kernel.ts";

/** The kernels that replace composed and stock ones on this engine. */
export function tensorflowKernels(): KernelConfig[] {
  return [
    define(Conv2D, convolution),
    define(Conv2DBackpropInput, convolutionInputGradient),
    define(Conv2DBackpropFilter, convolutionFilterGradient),
    define(MaxPool, maxPool),
    define(MaxPoolGrad, maxPoolGradient),
    define(ops.BatchNormTrain, batchNorm),
    define(ops.BatchNormTrainGrad, batchNormGradient),
    define(ops.BatchNormInference, batchNormInference),
    define(ops.PositiveGrad, positiveGradient),
  ];
}

const batchNorm: Kernel<ops.BatchNormTrainAttributes> = (inputs, { relu, epsilon, momentum }, operations) => {
  const { x, gamma, beta, runningMean, runningVariance, shortcut } = inputs;
  const [y, newRunningMean, newRunningVariance, mean, saved] = operations.runAll(
    "FusedBatchNormV2",
    [asImages(x!), gamma!, beta!, runningMean!, runningVariance!],
    [...normAttributes(operations, epsilon, true), operations.float("exponential_avg_factor", momentum)],
    5,
  );
  const inverseStd = operations.onGpu ? saved! : tf.rsqrt(tf.add(saved!, epsilon));
  const output = addAndRelu(tf.reshape(y!, x!.shape), shortcut, relu);
  return [output, mean!, inverseStd, newRunningMean!, newRunningVariance!];
};

const batchNormGradient: Kernel<ops.BatchNormTrainGradAttributes> = (inputs, { relu, hasShortcut }, operations) => {
  const { dy, x, y, gamma, mean, inverseStd } = inputs;
  const masked = relu ? reluGradient(dy!, y!, operations) : tf.clone(dy!);
  // On a CPU the operation takes the variance and adds epsilon, so it gets their sum and no epsilon. On a GPU it takes
  // the inverse deviation, and cuDNN checks an epsilon that it does not use.
  const saved = operations.onGpu ? inverseStd! : tf.reciprocal(tf.square(inverseStd!));
  const [dx, dgamma, dbeta] = operations.runAll(
    "FusedBatchNormGradV2",
    [asImages(masked), asImages(x!), gamma!, mean!, saved],
    normAttributes(operations, operations.onGpu ? 1e-5 : 0, true),
    5,
  );
  const gradients = [tf.reshape(dx!, x!.shape), dgamma!, dbeta!];
  return hasShortcut ? [...gradients, masked] : gradients;
};

const batchNormInference: Kernel<ops.BatchNormInferenceAttributes> = (inputs, { relu, epsilon }, operations) => {
  const { x, gamma, beta, mean, variance, shortcut } = inputs;
  const [y] = operations.runAll(
    "FusedBatchNormV2",
    [asImages(x!), gamma!, beta!, mean!, variance!],
    normAttributes(operations, epsilon, false),
    5,
  );
  return addAndRelu(tf.reshape(y!, x!.shape), shortcut, relu);
};

const positiveGradient: Kernel<unknown> = ({ dy, y }, _, operations) => reluGradient(dy!, y!, operations);

function reluGradient(dy: Tensor, y: Tensor, operations: Operations): Tensor {
  return operations.run("ReluGrad", [dy, y], [operations.float32("T")]);
}

function normAttributes(operations: Operations, epsilon: number, training: boolean) {
  return [
    operations.float32("T"),
    operations.float32("U"),
    operations.float("epsilon", epsilon),
    operations.string("data_format", "NHWC"),
    operations.boolean("is_training", training),
  ];
}

/** [..., channels] as [rows, 1, 1, channels], the shape that batch norm takes, unless it has four axes already. */
function asImages(x: Tensor): Tensor {
  const channels = x.shape[x.rank - 1]!;
  return x.rank === 4 ? x : tf.reshape(x, [x.size / channels, 1, 1, channels]);
}

function addAndRelu(x: Tensor, shortcut: Tensor | undefined, relu: boolean): Tensor {
  const sum = shortcut ? tf.add(x, shortcut) : x;
  return relu ? tf.relu(sum) : sum;
}
