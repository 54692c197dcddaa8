// All kernels the addon has, and among them the fused ones of ops/kernels.ts, as TensorFlow.js kernels of the backend
// "native": they work out shapes, take memory and call the addon.
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
import * as ops from "../../ops/kernels.ts";
import type { Shape } from "./addon.ts";
import {
  convolution,
  convolutionFilterGradient,
  convolutionInputGradient,
  maxPool,
  maxPoolGradient,
  product,
} from "./convolution-kernels.ts";
import { gateKernels } from "./gate-kernels.ts";
import { areFloats, define, type Kernel, rowsOf, sizeOf } from "./kernel.ts";

type Shape4 = [number, number, number, number];

/** All native kernels, for `registerKernel`. */
export function nativeKernels(): KernelConfig[] {
  return [
    define(Conv2D, convolution),
    define(Conv2DBackpropInput, convolutionInputGradient),
    define(Conv2DBackpropFilter, convolutionFilterGradient),
    define(BatchMatMul, product),
    define(MaxPool, maxPool),
    define(MaxPoolGrad, maxPoolGradient),
    define(Add, add),
    define(ops.BatchNormTrain, batchNorm),
    define(ops.BatchNormTrainGrad, batchNormGradient),
    define(ops.BatchNormInference, batchNormInference),
    define(ops.SoftmaxCrossEntropy, softmaxCrossEntropy),
    define(ops.SoftmaxCrossEntropyGrad, softmaxCrossEntropyGradient),
    define(ops.MomentumUpdate, momentum),
    define(ops.IdentityShortcut, identityShortcut),
    define(ops.IdentityShortcutGrad, identityShortcutGradient),
    define(ops.GlobalAveragePool, averagePool),
    define(ops.GlobalAveragePoolGrad, averagePoolGradient),
    ...gateKernels(),
  ];
}

const add: Kernel<undefined> = ({ a, b }, _, backend) => {
  const size = sizeOf(a!.shape);
  const alike = a!.shape.length === b!.shape.length && a!.shape.every((extent, axis) => extent === b!.shape[axis]);
  if (!alike || size === 0 || !areFloats(a!, b!)) return undefined;
  const sum = backend.makeOutput32(a!.shape);
  backend.addon.add({
    count: size,
    a: backend.floats(a!),
    b: backend.floats(b!),
    sum: sum.values,
  });
  return sum.info;
};

const batchNorm: Kernel<ops.BatchNormTrainAttributes> = (inputs, attributes, backend) => {
  const { x, gamma, beta, runningMean, runningVariance, shortcut } = inputs;
  const { rows, channels } = rowsOf(x!.shape);
  const y = backend.makeOutput32(x!.shape);
  const mean = backend.makeOutput32([channels]);
  const inverseStd = backend.makeOutput32([channels]);
  const newRunningMean = backend.makeOutput32([channels]);
  const newRunningVariance = backend.makeOutput32([channels]);
  backend.addon.batchNorm({
    ...attributes,
    rows,
    channels,
    x: backend.floats(x!),
    gamma: backend.floats(gamma!),
    beta: backend.floats(beta!),
    runningMean: backend.floats(runningMean!),
    runningVariance: backend.floats(runningVariance!),
    shortcut: shortcut && backend.floats(shortcut),
    y: y.values,
    mean: mean.values,
    inverseStd: inverseStd.values,
    newRunningMean: newRunningMean.values,
    newRunningVariance: newRunningVariance.values,
  });
  return [y.info, mean.info, inverseStd.info, newRunningMean.info, newRunningVariance.info];
};

const batchNormGradient: Kernel<ops.BatchNormTrainGradAttributes> = (inputs, attributes, backend) => {
  const { dy, x, y, gamma, mean, inverseStd } = inputs;
  const { rows, channels } = rowsOf(x!.shape);
  const dx = backend.makeOutput32(x!.shape);
  const dgamma = backend.makeOutput32([channels]);
  const dbeta = backend.makeOutput32([channels]);
  const dshortcut = attributes.hasShortcut ? backend.makeOutput32(x!.shape) : undefined;
  backend.addon.batchNormGradient({
    rows,
    channels,
    relu: attributes.relu,
    dy: backend.floats(dy!),
    x: backend.floats(x!),
    y: backend.floats(y!),
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

const batchNormInference: Kernel<ops.BatchNormInferenceAttributes> = (inputs, attributes, backend) => {
  const { x, gamma, beta, mean, variance, shortcut } = inputs;
  const { rows, channels } = rowsOf(x!.shape);
  const y = backend.makeOutput32(x!.shape);
  backend.addon.batchNormInference({
    ...attributes,
    rows,
    channels,
    x: backend.floats(x!),
    gamma: backend.floats(gamma!),
    beta: backend.floats(beta!),
    mean: backend.floats(mean!),
    variance: backend.floats(variance!),
    shortcut: shortcut && backend.floats(shortcut),
    y: y.values,
  });
  return y.info;
};

const softmaxCrossEntropy: Kernel<unknown> = ({ logits, labels }, _, backend) => {
  const [batch, classes] = logits!.shape as [number, number];
  const losses = backend.makeOutput32([batch]);
  const wrong = backend.makeOutput32([batch]);
  const probabilities = backend.makeOutput32([batch, classes]);
  backend.addon.softmaxCrossEntropy({
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

const softmaxCrossEntropyGradient: Kernel<unknown> = ({ dy, probabilities, labels }, _, backend) => {
  const [batch, classes] = probabilities!.shape as [number, number];
  const dlogits = backend.makeOutput32([batch, classes]);
  backend.addon.softmaxCrossEntropyGradient({
    batch,
    classes,
    dlosses: backend.floats(dy!),
    probabilities: backend.floats(probabilities!),
    labels: backend.integers(labels!),
    dlogits: dlogits.values,
  });
  return dlogits.info;
};

const momentum: Kernel<ops.MomentumUpdateAttributes> = ({ weights, velocity, gradient }, attributes, backend) => {
  const newWeights = backend.makeOutput32(weights!.shape);
  const newVelocity = backend.makeOutput32(weights!.shape);
  backend.addon.momentum({
    ...attributes,
    count: newWeights.values.length,
    weights: backend.floats(weights!),
    velocity: backend.floats(velocity!),
    gradient: backend.floats(gradient!),
    newWeights: newWeights.values,
    newVelocity: newVelocity.values,
  });
  return [newWeights.info, newVelocity.info];
};

const identityShortcut: Kernel<ops.IdentityShortcutAttributes> = ({ x }, { stride, channels }, backend) => {
  const shape = shortcutShape(x!.shape as Shape4, stride, channels);
  const [batch, , , , height, width] = shape;
  const y = backend.makeOutput32([batch!, height!, width!, channels]);
  backend.addon.identityShortcut({ shape, x: backend.floats(x!), y: y.values });
  return y.info;
};

const identityShortcutGradient: Kernel<ops.IdentityShortcutGradAttributes> = ({ dy }, attributes, backend) => {
  const dx = backend.makeOutput32(attributes.shape);
  const shape = shortcutShape(attributes.shape, attributes.stride, dy!.shape[3]!);
  backend.addon.identityShortcutGradient({ shape, dy: backend.floats(dy!), dx: dx.values });
  return dx.info;
};

const averagePool: Kernel<unknown> = ({ x }, _, backend) => {
  const [batch, height, width, channels] = x!.shape as Shape4;
  const y = backend.makeOutput32([batch, channels]);
  backend.addon.averagePool({ batch, pixels: height * width, channels, x: backend.floats(x!), y: y.values });
  return y.info;
};

const averagePoolGradient: Kernel<ops.GlobalAveragePoolGradAttributes> = ({ dy }, { shape }, backend) => {
  const [batch, height, width, channels] = shape;
  const dx = backend.makeOutput32(shape);
  backend.addon.averagePoolGradient({
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
