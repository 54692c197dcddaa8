// All our own kernels of the backend "webgpu": the fused kernels of ops/kernels.ts, and kernels for operations that the
// stock backend lacks, computes slowly, or sums in a changing order.
import type { KernelConfig } from "@tensorflow/tfjs-core";
import * as ops from "../../ops/kernels.ts";
import { batchNormKernels } from "./batch-norm-kernels.ts";
import { convolutionKernels } from "./convolution-kernels.ts";
import { gateKernels } from "./gate-kernels.ts";
import { define, defineElementwise, type Kernel, sizeOf } from "./kernel.ts";
import { maxPoolKernel } from "./max-pool-kernel.ts";
import { elementwise, elementwiseGroups } from "./program.ts";

/** For `registerKernel`. */
export function webgpuKernels(): KernelConfig[] {
  return [
    ...batchNormKernels(),
    ...convolutionKernels(),
    maxPoolKernel(),
    define(ops.SoftmaxCrossEntropy, softmaxCrossEntropy),
    define(ops.SoftmaxCrossEntropyGrad, softmaxCrossEntropyGradient),
    defineElementwise<ops.MomentumUpdateAttributes>(ops.MomentumUpdate, () => momentum),
    define(ops.IdentityShortcut, identityShortcut),
    define(ops.IdentityShortcutGrad, identityShortcutGradient),
    define(ops.GlobalAveragePool, averagePool),
    define(ops.GlobalAveragePoolGrad, averagePoolGradient),
    ...gateKernels(),
  ];
}

const momentum = elementwise({
  name: "momentum",
  inputs: { weights: "f32", velocity: "f32", gradient: "f32" },
  outputs: { newWeights: "f32", newVelocity: "f32" },
  parameters: { learningRate: "f32", momentum: "f32", weightDecay: "f32" },
  body: `
  let decayed = gradient[i] + parameters.weightDecay * weights[i];
  let next = parameters.momentum * velocity[i] + parameters.learningRate * decayed;
  newVelocity[i] = next;
  newWeights[i] = weights[i] - next;`,
});

/** One invocation per image. */
const crossEntropy = elementwise({
  name: "softmax cross-entropy",
  inputs: { logits: "f32", labels: "i32" },
  outputs: { losses: "f32", wrong: "f32", probabilities: "f32" },
  parameters: { classes: "u32" },
  body: `
  let first = i * parameters.classes;
  var best = 0u;
  for (var k = 1u; k < parameters.classes; k++) {
    if (logits[first + k] > logits[first + best]) {
      best = k;
    }
  }
  let largest = logits[first + best];
  var sum = 0.0;
  for (var k = 0u; k < parameters.classes; k++) {
    let power = exp(logits[first + k] - largest);
    probabilities[first + k] = power;
    sum += power;
  }
  for (var k = 0u; k < parameters.classes; k++) {
    probabilities[first + k] = probabilities[first + k] / sum;
  }
  let label = u32(labels[i]);
  losses[i] = log(sum) + largest - logits[first + label];
  wrong[i] = select(0.0, 1.0, best != label);`,
});

const softmaxCrossEntropy: Kernel<unknown> = ({ logits, labels }, _, backend) => {
  const [batch, classes] = logits!.shape as [number, number];
  return backend.run(crossEntropy, {
    inputs: [logits!, labels!],
    outputs: [[batch], [batch], [batch, classes]],
    parameters: { count: batch, classes },
    groups: elementwiseGroups(batch),
  });
};

const crossEntropyGradient = elementwise({
  name: "softmax cross-entropy gradient",
  inputs: { dy: "f32", probabilities: "f32", labels: "i32" },
  outputs: { dlogits: "f32" },
  parameters: { classes: "u32" },
  body: `
  let image = i / parameters.classes;
  let wanted = select(0.0, 1.0, i % parameters.classes == u32(labels[image]));
  dlogits[i] = (probabilities[i] - wanted) * dy[image];`,
});

const softmaxCrossEntropyGradient: Kernel<unknown> = ({ dy, probabilities, labels }, _, backend) => {
  const { shape } = probabilities!;
  return backend.run(crossEntropyGradient, {
    inputs: [dy!, probabilities!, labels!],
    outputs: [shape],
    parameters: { count: sizeOf(shape), classes: shape[1]! },
    groups: elementwiseGroups(sizeOf(shape)),
  });
};

const sample = elementwise({
  name: "identity shortcut",
  inputs: { x: "f32" },
  outputs: { y: "f32" },
  parameters: { height: "u32", width: "u32", narrow: "u32", rows: "u32", columns: "u32", wide: "u32", stride: "u32" },
  body: `
  let channel = i % parameters.wide;
  let column = i / parameters.wide % parameters.columns;
  let row = i / parameters.wide / parameters.columns % parameters.rows;
  let image = i / parameters.wide / parameters.columns / parameters.rows;
  if (channel < parameters.narrow) {
    let pixel = (image * parameters.height + row * parameters.stride) * parameters.width + column * parameters.stride;
    y[i] = x[pixel * parameters.narrow + channel];
  } else {
    y[i] = 0.0;
  }`,
});

const identityShortcut: Kernel<ops.IdentityShortcutAttributes> = ({ x }, { stride, channels: wide }, backend) => {
  const [batch, height, width, narrow] = x!.shape as [number, number, number, number];
  const [rows, columns] = [Math.ceil(height / stride), Math.ceil(width / stride)];
  const count = batch * rows * columns * wide;
  return backend.run(sample, {
    inputs: [x!],
    outputs: [[batch, rows, columns, wide]],
    parameters: { count, height, width, narrow, rows, columns, wide, stride },
    groups: elementwiseGroups(count),
  });
};

const spread = elementwise({
  name: "identity shortcut gradient",
  inputs: { dy: "f32" },
  outputs: { dx: "f32" },
  parameters: { height: "u32", width: "u32", narrow: "u32", rows: "u32", columns: "u32", wide: "u32", stride: "u32" },
  body: `
  let channel = i % parameters.narrow;
  let column = i / parameters.narrow % parameters.width;
  let row = i / parameters.narrow / parameters.width % parameters.height;
  let image = i / parameters.narrow / parameters.width / parameters.height;
  if (row % parameters.stride == 0u && column % parameters.stride == 0u) {
    let pixel = (image * parameters.rows + row / parameters.stride) * parameters.columns + column / parameters.stride;
    dx[i] = dy[pixel * parameters.wide + channel];
  } else {
    dx[i] = 0.0;
  }`,
});

const identityShortcutGradient: Kernel<ops.IdentityShortcutGradAttributes> = ({ dy }, { stride, shape }, backend) => {
  const [, height, width, narrow] = shape;
  const [, rows, columns, wide] = dy!.shape as [number, number, number, number];
  const count = sizeOf(shape);
  return backend.run(spread, {
    inputs: [dy!],
    outputs: [shape],
    parameters: { count, height, width, narrow, rows, columns, wide, stride },
    groups: elementwiseGroups(count),
  });
};

/** One invocation per channel of an image. */
const mean = elementwise({
  name: "global average pool",
  inputs: { x: "f32" },
  outputs: { y: "f32" },
  parameters: { channels: "u32", pixels: "u32" },
  body: `
  let first = i / parameters.channels * parameters.pixels * parameters.channels + i % parameters.channels;
  var sum = 0.0;
  for (var pixel = 0u; pixel < parameters.pixels; pixel++) {
    sum += x[first + pixel * parameters.channels];
  }
  y[i] = sum / f32(parameters.pixels);`,
});

const averagePool: Kernel<unknown> = ({ x }, _, backend) => {
  const [batch, height, width, channels] = x!.shape as [number, number, number, number];
  return backend.run(mean, {
    inputs: [x!],
    outputs: [[batch, channels]],
    parameters: { count: batch * channels, channels, pixels: height * width },
    groups: elementwiseGroups(batch * channels),
  });
};

const meanGradient = elementwise({
  name: "global average pool gradient",
  inputs: { dy: "f32" },
  outputs: { dx: "f32" },
  parameters: { channels: "u32", pixels: "u32" },
  body: `
  let image = i / parameters.channels / parameters.pixels;
  dx[i] = dy[image * parameters.channels + i % parameters.channels] / f32(parameters.pixels);`,
});

const averagePoolGradient: Kernel<ops.GlobalAveragePoolGradAttributes> = ({ dy }, { shape }, backend) => {
  const [, height, width, channels] = shape;
  return backend.run(meanGradient, {
    inputs: [dy!],
    outputs: [shape],
    parameters: { count: sizeOf(shape), channels, pixels: height * width },
    groups: elementwiseGroups(sizeOf(shape)),
  });
};
