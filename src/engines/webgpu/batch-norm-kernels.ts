// Batch normalisation fused with the addition of the shortcut and ReLU, forward and gradient, for the backend "webgpu".
// ReLU is a comparison that keeps NaN, so that a diverged run is noticed.
import type { KernelConfig } from "@tensorflow/tfjs-core";
import * as ops from "../../ops/kernels.ts";
import { type ColumnSums, columnSums } from "./column-sums.ts";
import { define, type Kernel, rowsOf, sizeOf } from "./kernel.ts";
import { elementwise, elementwiseGroups, type Program } from "./program.ts";

/** For `registerKernel`. */
export function batchNormKernels(): KernelConfig[] {
  return [
    define(ops.BatchNormTrain, train),
    define(ops.BatchNormTrainGrad, gradient),
    define(ops.BatchNormInference, inference),
  ];
}

// It sums differences to the channel's first number, which is as near to the mean as any other. With plain sums, the
// square of a large mean would hide a small variance.
const statistics: ColumnSums = {
  name: "batch norm statistics",
  inputs: { x: "f32" },
  terms: "vec2f(x[i] - x[channel], (x[i] - x[channel]) * (x[i] - x[channel]))",
  totals: {
    inputs: { x: "f32", runningMean: "f32", runningVariance: "f32" },
    outputs: { mean: "f32", inverseStd: "f32", newRunningMean: "f32", newRunningVariance: "f32" },
    parameters: { epsilon: "f32", momentum: "f32" },
    code: `
    let count = f32(parameters.rows);
    let difference = total.x / count;
    let squares = total.y - difference * total.x;
    let variance = select(squares, 0.0, squares < 0.0) / count;
    let unbiased = variance * count / max(1.0, count - 1.0);
    mean[channel] = x[channel] + difference;
    inverseStd[channel] = 1.0 / sqrt(variance + parameters.epsilon);
    newRunningMean[channel] = (1.0 - parameters.momentum) * runningMean[channel]
      + parameters.momentum * (x[channel] + difference);
    newRunningVariance[channel] = (1.0 - parameters.momentum) * runningVariance[channel]
      + parameters.momentum * unbiased;`,
  },
};

const train: Kernel<ops.BatchNormTrainAttributes> = (inputs, { relu, epsilon, momentum }, backend) => {
  const { x, gamma, beta, runningMean, runningVariance, shortcut } = inputs;
  const { rows, channels } = rowsOf(x!.shape);
  const outputs = columnSums(backend, statistics, {
    rows,
    channels,
    inputs: [x!],
    totals: {
      inputs: [x!, runningMean!, runningVariance!],
      outputs: [[channels], [channels], [channels], [channels]],
      parameters: { epsilon, momentum },
    },
  });
  const [mean, inverseStd] = outputs;
  const [y] = backend.run(normalise(relu, shortcut !== undefined, "inverseStd[channel]"), {
    inputs: [x!, gamma!, beta!, mean!, inverseStd!, ...(shortcut ? [shortcut] : [])],
    outputs: [x!.shape],
    parameters: { count: sizeOf(x!.shape), channels, epsilon },
    groups: elementwiseGroups(sizeOf(x!.shape)),
  });
  return [y!, ...outputs];
};

const inference: Kernel<ops.BatchNormInferenceAttributes> = (inputs, { relu, epsilon }, backend) => {
  const { x, gamma, beta, mean, variance, shortcut } = inputs;
  const { channels } = rowsOf(x!.shape);
  const inverseStd = "1.0 / sqrt(inverseStd[channel] + parameters.epsilon)";
  return backend.run(normalise(relu, shortcut !== undefined, inverseStd), {
    inputs: [x!, gamma!, beta!, mean!, variance!, ...(shortcut ? [shortcut] : [])],
    outputs: [x!.shape],
    parameters: { count: sizeOf(x!.shape), channels, epsilon },
    groups: elementwiseGroups(sizeOf(x!.shape)),
  });
};

/** `inverseStd` in WGSL, from a buffer with that name, which may have variances instead. */
function normalise(relu: boolean, hasShortcut: boolean, inverseStd: string): Program {
  return elementwise({
    name: `batch norm ${relu} ${hasShortcut} ${inverseStd}`,
    inputs: {
      x: "f32",
      gamma: "f32",
      beta: "f32",
      mean: "f32",
      inverseStd: "f32",
      ...(hasShortcut && { shortcut: "f32" as const }),
    },
    outputs: { y: "f32" },
    parameters: { channels: "u32", epsilon: "f32" },
    body: `
  let channel = i % parameters.channels;
  let inverse = ${inverseStd};
  let sum = (x[i] - mean[channel]) * inverse * gamma[channel] + beta[channel]${hasShortcut ? " + shortcut[i]" : ""};
  y[i] = ${relu ? "select(sum, 0.0, sum < 0.0)" : "sum"};`,
  });
}

/** Two sums: of the masked gradient times x̂, which is dγ, and of the masked gradient, which is dβ. */
function gradientSums(relu: boolean): ColumnSums {
  const masked = relu ? "select(0.0, dy[i], y[i] > 0.0)" : "dy[i]";
  return {
    name: `batch norm gradient ${relu}`,
    inputs: { dy: "f32", x: "f32", mean: "f32", inverseStd: "f32", ...(relu && { y: "f32" as const }) },
    terms: `${masked} * vec2f((x[i] - mean[channel]) * inverseStd[channel], 1.0)`,
    totals: {
      inputs: { gamma: "f32", mean: "f32", inverseStd: "f32" },
      outputs: { dgamma: "f32", dbeta: "f32", coefficients: "f32" },
      parameters: {},
      // dx = γ·inverseStd·(dy − (x̂·dγ + dβ)/count), because the mean and the variance depend on x too (Ioffe and Szegedy
      // 2015, section 3). Here it is slope·dy + bend·(x − mean) + offset.
      code: `
    let count = f32(parameters.rows);
    let slope = gamma[channel] * inverseStd[channel];
    dgamma[channel] = total.x;
    dbeta[channel] = total.y;
    coefficients[channel] = slope;
    coefficients[parameters.channels + channel] = -slope * inverseStd[channel] * total.x / count;
    coefficients[2u * parameters.channels + channel] = -slope * total.y / count;
    coefficients[3u * parameters.channels + channel] = mean[channel];`,
    },
  };
}

const gradient: Kernel<ops.BatchNormTrainGradAttributes> = (inputs, { relu, hasShortcut }, backend) => {
  const { dy, x, y, gamma, mean, inverseStd } = inputs;
  const { rows, channels } = rowsOf(x!.shape);
  const mask = relu ? [y!] : [];
  const [dgamma, dbeta, coefficients] = columnSums(backend, gradientSums(relu), {
    rows,
    channels,
    inputs: [dy!, x!, mean!, inverseStd!, ...mask],
    totals: {
      inputs: [gamma!, mean!, inverseStd!],
      outputs: [[channels], [channels], [4, channels]],
      parameters: {},
    },
  });
  const separate = relu && hasShortcut;
  const [dx, masked] = backend.run(inputGradient(relu, separate), {
    inputs: [dy!, x!, coefficients!, ...mask],
    outputs: separate ? [x!.shape, x!.shape] : [x!.shape],
    parameters: { count: sizeOf(x!.shape), channels },
    groups: elementwiseGroups(sizeOf(x!.shape)),
  });
  backend.disposeData(coefficients!.dataId);
  const dshortcut = hasShortcut ? [masked ?? backend.share(dy!)] : [];
  return [dx!, dgamma!, dbeta!, ...dshortcut];
};

function inputGradient(relu: boolean, separate: boolean): Program {
  return elementwise({
    name: `batch norm input gradient ${relu} ${separate}`,
    inputs: { dy: "f32", x: "f32", coefficients: "f32", ...(relu && { y: "f32" as const }) },
    outputs: { dx: "f32", ...(separate && { dshortcut: "f32" as const }) },
    parameters: { channels: "u32" },
    body: `
  let channels = parameters.channels;
  let channel = i % channels;
  let masked = ${relu ? "select(0.0, dy[i], y[i] > 0.0)" : "dy[i]"};
  ${separate ? "dshortcut[i] = masked;" : ""}
  dx[i] = coefficients[channel] * masked
    + coefficients[channels + channel] * (x[i] - coefficients[3u * channels + channel])
    + coefficients[2u * channels + channel];`,
  });
}
