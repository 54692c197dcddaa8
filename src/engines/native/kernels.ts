// All kernels of the addon, with the fused kernels of ops/kernels.ts, as TensorFlow.js kernels of the backend "native". They
// compute shapes, take memory and call the addon.
import {
  Add,
  BatchMatMul,
  Conv2D,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  type KernelConfig,
  MaxPool,
  MaxPoolGrad,
} from "@tensorflow/tfjs-core";
import { CropImages } from "../../ops/crops.ts";
import * as ops from "../../ops/kernels.ts";
import { mixedName, Store } from "../../ops/precision.ts";
import type { ImageCrops } from "../../types.ts";
import type { Shape } from "./addon.ts";
import {
  convolution,
  convolutionFilterGradient,
  convolutionInputGradient,
  convolutionInputGradientSum,
  maxPool,
  maxPoolGradient,
  normalisedConvolution,
  product,
} from "./convolution-kernels.ts";
import { gateKernels } from "./gate-kernels.ts";
import { groupedKernels } from "./grouped-kernels.ts";
import { areFloats, define, defineOne, type Kernel, rowsOf, sizeOf } from "./kernel.ts";
import { inferenceNorm, normOf } from "./norm.ts";

type Shape4 = [number, number, number, number];

/** All native kernels, for `registerKernel`. */
export function nativeKernels(): KernelConfig[] {
  return [
    ...define(Conv2D, convolution),
    ...define(Conv2DBackpropInput, convolutionInputGradient),
    ...define(ops.ConvolutionInputGradientSum, convolutionInputGradientSum),
    ...define(Conv2DBackpropFilter, convolutionFilterGradient),
    ...define(BatchMatMul, product),
    ...define(MaxPool, maxPool),
    ...define(MaxPoolGrad, maxPoolGradient),
    ...define(Add, add),
    ...define(ops.BatchNormTrain, batchNorm),
    ...define(ops.BatchNormTrainGrad, batchNormGradient),
    ...define(ops.BatchNormInference, batchNormInference),
    ...define(ops.SoftmaxCrossEntropy, softmaxCrossEntropy),
    ...define(ops.SoftmaxCrossEntropyGrad, softmaxCrossEntropyGradient),
    ...define(ops.MomentumUpdate, momentum),
    ...define(ops.IdentityShortcut, identityShortcut),
    ...define(ops.IdentityShortcutGrad, identityShortcutGradient),
    ...define(ops.GlobalAveragePool, averagePool),
    ...define(ops.GlobalAveragePoolGrad, averagePoolGradient),
    ...gateKernels(),
    ...groupedKernels(),
    normalisedConvolution,
    store,
    cropImages,
  ];
}

const store = defineOne<unknown>(mixedName(Store), ({ x }, _, backend) => {
  const y = backend.bfloat16.make(x!.shape);
  backend.addon.mixed.narrow({ count: y.values.length, x: backend.floats(x!), y: y.values });
  return y.info;
});

const cropImages = defineOne<ImageCrops>(CropImages, (_, { set, mean, padding, crops }, backend) => {
  const { count, height, width, channels, pixels } = set;
  const batch = crops.length / 4;
  const images = backend.makeOutput32([batch, height, width, channels]);
  const extents = { batch, images: count, height, width, channels, padding };
  backend.addon.cropImages({ ...extents, pixels, mean, crops, y: images.values });
  return images.info;
});

const add: Kernel<undefined> = ({ a, b }, _, _backend, activations) => {
  const size = sizeOf(a!.shape);
  const alike = a!.shape.length === b!.shape.length && a!.shape.every((extent, axis) => extent === b!.shape[axis]);
  if (!alike || size === 0 || !areFloats(a!, b!)) return undefined;
  const sum = activations.make(a!.shape);
  activations.kernels.add({
    count: size,
    a: activations.read(a!),
    b: activations.read(b!),
    sum: sum.values,
  });
  return sum.info;
};

// A kernel that normalises while it reads need not have the output stored. That pays only for batch norm with ReLU and without
// a shortcut, whose output a convolution reads.
const batchNorm: Kernel<ops.BatchNormTrainAttributes> = (inputs, attributes, backend, activations) => {
  const { x, gamma, beta, runningMean, runningVariance, shortcut } = inputs;
  const { rows, channels } = rowsOf(x!.shape);
  const { normalised } = attributes.relu && !shortcut ? activations : {};
  const y = normalised ? undefined : activations.make(x!.shape);
  const mean = backend.makeOutput32([channels]);
  const inverseStd = backend.makeOutput32([channels]);
  const newRunningMean = backend.makeOutput32([channels]);
  const newRunningVariance = backend.makeOutput32([channels]);
  const affine = { gamma: backend.floats(gamma!), beta: backend.floats(beta!) };
  activations.kernels.batchNorm({
    ...attributes,
    ...affine,
    rows,
    channels,
    x: activations.read(x!),
    runningMean: backend.floats(runningMean!),
    runningVariance: backend.floats(runningVariance!),
    shortcut: shortcut && activations.read(shortcut),
    y: y?.values,
    mean: mean.values,
    inverseStd: inverseStd.values,
    newRunningMean: newRunningMean.values,
    newRunningVariance: newRunningVariance.values,
  });
  if (shortcut) activations.forget?.(shortcut);
  const output = y?.info ?? normalised!(x!, normOf(affine, mean.values, inverseStd.values));
  return [output, mean.info, inverseStd.info, newRunningMean.info, newRunningVariance.info];
};

const batchNormGradient: Kernel<ops.BatchNormTrainGradAttributes> = (inputs, attributes, backend, activations) => {
  const { dy, x, y, gamma, mean, inverseStd } = inputs;
  const { rows, channels } = rowsOf(x!.shape);
  const dx = activations.make(x!.shape);
  const dgamma = backend.makeOutput32([channels]);
  const dbeta = backend.makeOutput32([channels]);
  const dshortcut = attributes.hasShortcut ? activations.make(x!.shape) : undefined;
  // The kernel sees from x and beta where ReLU cut off an output that is not stored.
  const { norm } = attributes.relu ? activations.source(y!) : {};
  activations.kernels.batchNormGradient({
    rows,
    channels,
    relu: attributes.relu,
    dy: activations.read(dy!),
    x: activations.read(x!),
    y: norm ? undefined : activations.read(y!),
    beta: norm?.subarray(2 * channels),
    gamma: backend.floats(gamma!),
    mean: backend.floats(mean!),
    inverseStd: backend.floats(inverseStd!),
    dx: dx.values,
    dgamma: dgamma.values,
    dbeta: dbeta.values,
    dshortcut: dshortcut?.values,
  });
  return [dx.info, dgamma.info, dbeta.info, ...(dshortcut ? [dshortcut.info] : [])];
};

const batchNormInference: Kernel<ops.BatchNormInferenceAttributes> = (inputs, attributes, backend, activations) => {
  const { x, gamma, beta, mean, variance, shortcut } = inputs;
  const { rows, channels } = rowsOf(x!.shape);
  if (attributes.relu && !shortcut && activations.normalised) {
    return activations.normalised(x!, inferenceNorm(inputs, attributes.epsilon, backend));
  }
  const y = activations.make(x!.shape);
  activations.kernels.batchNormInference({
    ...attributes,
    rows,
    channels,
    x: activations.read(x!),
    gamma: backend.floats(gamma!),
    beta: backend.floats(beta!),
    mean: backend.floats(mean!),
    variance: backend.floats(variance!),
    shortcut: shortcut && activations.read(shortcut),
    y: y.values,
  });
  return y.info;
};

const softmaxCrossEntropy: Kernel<unknown> = ({ logits, labels }, _, backend, activations) => {
  const [batch, classes] = logits!.shape as [number, number];
  const losses = backend.makeOutput32([batch]);
  const wrong = backend.makeOutput32([batch]);
  const probabilities = backend.makeOutput32([batch, classes]);
  activations.kernels.softmaxCrossEntropy({
    batch,
    classes,
    logits: backend.floats(logits!),
    labels: backend.integers(labels!),
    losses: losses.values,
    wrong: wrong.values,
    probabilities: probabilities.values,
  });
  return [losses.info, wrong.info, probabilities.info];
};

const softmaxCrossEntropyGradient: Kernel<unknown> = ({ dy, probabilities, labels }, _, backend, activations) => {
  const [batch, classes] = probabilities!.shape as [number, number];
  const dlogits = backend.makeOutput32([batch, classes]);
  activations.kernels.softmaxCrossEntropyGradient({
    batch,
    classes,
    dlosses: backend.floats(dy!),
    probabilities: backend.floats(probabilities!),
    labels: backend.integers(labels!),
    dlogits: dlogits.values,
  });
  return dlogits.info;
};

const momentum: Kernel<ops.MomentumUpdateAttributes> = (
  { weights, velocity, gradient },
  attributes,
  backend,
  activations,
) => {
  const { areReplaced = false } = attributes;
  const newWeights = backend.makeUpdated32(weights!, areReplaced);
  const newVelocity = backend.makeUpdated32(velocity!, areReplaced);
  activations.kernels.momentum({
    ...attributes,
    count: newWeights.values.length,
    weights: newWeights.values,
    velocity: newVelocity.values,
    gradient: backend.floats(gradient!),
  });
  return [newWeights.info, newVelocity.info];
};

const identityShortcut: Kernel<ops.IdentityShortcutAttributes> = (
  { x },
  { stride, channels },
  _backend,
  activations,
) => {
  const shape = shortcutShape(x!.shape as Shape4, stride, channels);
  const [batch, , , , height, width] = shape;
  const y = activations.make([batch!, height!, width!, channels]);
  activations.kernels.identityShortcut({ shape, x: activations.read(x!), y: y.values });
  return y.info;
};

const identityShortcutGradient: Kernel<ops.IdentityShortcutGradAttributes> = (
  { dy },
  attributes,
  _backend,
  activations,
) => {
  const dx = activations.make(attributes.shape);
  const shape = shortcutShape(attributes.shape, attributes.stride, dy!.shape[3]!);
  activations.kernels.identityShortcutGradient({ shape, dy: activations.read(dy!), dx: dx.values });
  return dx.info;
};

const averagePool: Kernel<unknown> = ({ x }, _, backend, activations) => {
  const [batch, height, width, channels] = x!.shape as Shape4;
  const y = backend.makeOutput32([batch, channels]);
  activations.kernels.averagePool({ batch, pixels: height * width, channels, x: activations.read(x!), y: y.values });
  return y.info;
};

const averagePoolGradient: Kernel<ops.GlobalAveragePoolGradAttributes> = ({ dy }, { shape }, backend, activations) => {
  const [batch, height, width, channels] = shape;
  const dx = activations.make(shape);
  activations.kernels.averagePoolGradient({
    batch,
    pixels: height * width,
    channels,
    dy: backend.floats(dy!),
    dx: dx.values,
  });
  return dx.info;
};

function shortcutShape(shape: readonly [number, number, number, number], stride: number, to: number): Shape {
  const [batch, height, width, channels] = shape;
  const rows = Math.ceil(height / stride);
  const columns = Math.ceil(width / stride);
  return Int32Array.from([batch, height, width, channels, rows, columns, to, 1, 1, stride, 0, 0]);
}
