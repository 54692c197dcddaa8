// The checks of the nets' operations: each on random shapes, forward and backward, through the functions that nets call.
// Knows no engine and no expected numbers.
import type { Tensor } from "@tensorflow/tfjs-core";
import { sum } from "@tensorflow/tfjs-core";
import * as fused from "../ops/fused.ts";
import * as grouped from "../ops/grouped.ts";
import type { Shape4 } from "../ops/kernels.ts";
import { normalisedConvolution } from "../ops/normalised-convolution.ts";
import * as stock from "../ops/stock.ts";
import type { Draw, InputValues } from "./draw.ts";

/** One operation on tensors of random shapes. All tensors that the functions make belong to the caller. */
export interface OperationCase {
  /** "3×3, stride 2: [2, 9, 7, 5] to 12 channels" */
  readonly title: string;
  readonly inputs: readonly InputValues[];
  forward(inputs: readonly Tensor[]): Tensor[];
  /** The gradients from dy, the gradient of the first output; absent if training needs none. */
  gradient?(inputs: readonly Tensor[], outputs: readonly Tensor[], dy: Tensor): Tensor[];
}

/** The checked operations, in the order of the table. */
export const operationNames = [
  "convolution",
  "grouped convolution",
  "batch norm, training",
  "batch norm, evaluation",
  "normalised convolution",
  "max pooling",
  "average pooling",
  "spread over an image",
  "dense layer",
  "addition and ReLU",
  "identity shortcut",
  "gate",
  "gated path",
  "scaled path",
  "bias of a convolution",
  "trained multiplier",
  "softmax and loss",
  "momentum update",
] as const;
export type OperationName = (typeof operationNames)[number];

/** The operations that bf16-mixed precision has. The dense layer is in float32. */
export const mixedOperationNames = operationNames.filter((name) => name !== "dense layer");

/** A case of each operation with random shapes and numbers. Its options take turns, so that 12 cases cover them all. */
export const operations = {
  convolution(draw, turn) {
    const [kernel, stride] = [[1, 3, 7][turn % 3]!, 1 + (turn % 2)];
    // Any number of channels, then numbers that nets have, for which an engine may have faster kernels. Only a stem, which
    // reads images, is 7×7.
    const width = () => (turn < 6 ? draw.whole(1, 24) : 16 * draw.whole(1, 2));
    const [shape, channels] = [draw.shape(kernel === 7 ? draw.whole(1, 4) : width()), width()];
    return {
      title: `${kernel}×${kernel}, stride ${stride}: ${text(shape)} to ${channels} channels`,
      inputs: [draw.normal(shape), draw.normal([kernel, kernel, shape[3], channels])],
      forward: ([x, weights]) => [stock.convolution(x!, weights!, stride)],
      gradient: ([x, weights], _, dy) => [
        stock.convolutionInputGradient(dy, weights!, stride, shape),
        stock.convolutionInputGradient(dy, weights!, stride, shape, x!),
        stock.convolutionFilterGradient(x!, dy, weights!, stride),
      ],
    };
  },
  "grouped convolution"(draw, turn) {
    const [groups, stride] = [draw.whole(2, 4), 1 + (turn % 2)];
    const width = () => groups * (turn < 6 ? draw.whole(1, 3) : 4 * draw.whole(1, 2));
    const [shape, channels] = [draw.shape(width()), width()];
    return {
      title: `3×3, stride ${stride}, ${groups} groups: ${text(shape)} to ${channels} channels`,
      inputs: [draw.normal(shape), draw.normal([3, 3, shape[3] / groups, channels])],
      forward: ([x, weights]) => [grouped.convolution(x!, weights!, stride, groups)],
      gradient: ([x, weights], _, dy) => [
        grouped.convolutionInputGradient(dy, weights!, stride, shape, groups),
        grouped.convolutionInputGradient(dy, weights!, stride, shape, groups, x!),
        grouped.convolutionFilterGradient(x!, dy, weights!, stride, groups),
      ],
    };
  },
  "batch norm, training"(draw, turn) {
    const [shape, relu, hasShortcut] = [draw.shape(), turn % 2 === 1, turn % 4 > 1];
    const channels = [shape[3]];
    return {
      title: `${text(shape)}${then(hasShortcut, relu)}`,
      inputs: [
        ...[draw.normal(shape), draw.normal(channels), draw.normal(channels)],
        ...[draw.normal(channels), draw.positive(channels)],
        ...(hasShortcut ? [draw.normal(shape)] : []),
      ],
      forward([x, gamma, beta, runningMean, runningVariance, shortcut]) {
        const inputs = { x: x!, gamma: gamma!, beta: beta!, runningMean: runningMean! };
        const result = fused.batchNormTrain(
          { ...inputs, runningVariance: runningVariance!, ...(shortcut && { shortcut }) },
          { relu, epsilon: 1e-5, momentum: 0.1 },
        );
        return [result.y, result.mean, result.inverseStd, result.newRunningMean, result.newRunningVariance];
      },
      gradient([x, gamma], [y, mean, inverseStd], dy) {
        const { dx, dgamma, dbeta, dshortcut } = fused.batchNormTrainGradient(
          { dy, x: x!, y: y!, gamma: gamma!, mean: mean!, inverseStd: inverseStd! },
          { relu, hasShortcut },
        );
        return [dx, dgamma, dbeta, ...(dshortcut ? [dshortcut] : [])];
      },
    };
  },
  "batch norm, evaluation"(draw, turn) {
    const [shape, relu, hasShortcut] = [draw.shape(), turn % 2 === 1, turn % 4 > 1];
    const channels = [shape[3]];
    return {
      title: `${text(shape)}${then(hasShortcut, relu)}`,
      inputs: [
        ...[draw.normal(shape), draw.normal(channels), draw.normal(channels)],
        ...[draw.normal(channels), draw.positive(channels)],
        ...(hasShortcut ? [draw.normal(shape)] : []),
      ],
      forward([x, gamma, beta, mean, variance, shortcut]) {
        const inputs = { x: x!, gamma: gamma!, beta: beta!, mean: mean!, variance: variance! };
        return [fused.batchNormInference({ ...inputs, ...(shortcut && { shortcut }) }, { relu, epsilon: 1e-5 })];
      },
    };
  },
  "normalised convolution"(draw, turn) {
    const [kernel, stride] = [1 + 2 * (turn % 2), turn % 4 > 1 ? 2 : 1];
    const [[batch, height, width, inputs], outputs, hasShortcut] = [draw.shape(), draw.whole(1, 40), turn % 3 > 0];
    const [shape, channels] = [[batch, height, width, inputs] as const, [outputs]];
    const outputShape = [batch, Math.ceil(height / stride), Math.ceil(width / stride), outputs] as const;
    const relu = turn % 3 < 2;
    return {
      title: `${kernel}×${kernel}, stride ${stride}: ${text(shape)} to ${outputs} channels${then(hasShortcut, relu)}`,
      inputs: [
        ...[draw.normal(shape), draw.normal([kernel, kernel, inputs, outputs])],
        ...[draw.normal(channels), draw.normal(channels), draw.normal(channels), draw.positive(channels)],
        ...(hasShortcut ? [draw.normal(outputShape)] : []),
      ],
      forward([x, filter, gamma, beta, mean, variance, shortcut]) {
        const inputs = { x: x!, filter: filter!, gamma: gamma!, beta: beta!, mean: mean!, variance: variance! };
        return [normalisedConvolution({ ...inputs, ...(shortcut && { shortcut }) }, stride, { relu, epsilon: 1e-5 })];
      },
    };
  },
  "max pooling"(draw, turn) {
    const [shape, stride] = [draw.shape(), 1 + (turn % 2)];
    return {
      title: `3×3, stride ${stride}: ${text(shape)}`,
      inputs: [draw.normal(shape)],
      forward: ([x]) => [stock.maxPool(x!, 3, stride)],
      gradient: ([x], [y], dy) => [stock.maxPoolGradient(dy, x!, y!, 3, stride)],
    };
  },
  "average pooling"(draw) {
    const shape = draw.shape();
    return {
      title: text(shape),
      inputs: [draw.normal(shape)],
      forward: ([x]) => [fused.globalAveragePool(x!)],
      gradient: (_inputs, _outputs, dy) => [fused.globalAveragePoolGradient(dy, { shape })],
    };
  },
  "spread over an image"(draw) {
    const [batch, height, width, channels] = draw.shape();
    return {
      title: text([batch, height, width, channels]),
      inputs: [draw.normal([batch, channels])],
      forward: ([x]) => [fused.spread(x!, [height, width, channels])],
      gradient: (_inputs, _outputs, dy) => [fused.spreadGradient(dy)],
    };
  },
  "dense layer"(draw) {
    const [batch, inputs, units] = [draw.whole(1, 40), draw.whole(1, 70), draw.whole(2, 50)];
    return {
      title: `[${batch}, ${inputs}] to ${units} units`,
      inputs: [draw.normal([batch, inputs]), draw.normal([inputs, units]), draw.normal([units])],
      forward([x, weights, bias]) {
        const product = stock.product(x!, weights!);
        const output = stock.add(product, bias!);
        product.dispose();
        return [output];
      },
      gradient: ([x, weights], _, dy) => [
        stock.product(dy, weights!, { b: true }),
        stock.product(x!, dy, { a: true }),
        sum(dy, 0),
      ],
    };
  },
  "addition and ReLU"(draw) {
    const shape = draw.shape();
    return {
      title: text(shape),
      inputs: [draw.normal(shape), draw.normal(shape)],
      forward([x, y]) {
        const both = stock.add(x!, y!);
        return [stock.relu(both), both];
      },
      gradient: (_inputs, [y], dy) => [fused.positiveGradient(dy, y!)],
    };
  },
  "identity shortcut"(draw, turn) {
    const [shape, stride] = [draw.shape(), 1 + (turn % 2)];
    const channels = shape[3] + draw.whole(0, 20);
    return {
      title: `stride ${stride}: ${text(shape)} to ${channels} channels`,
      inputs: [draw.normal(shape)],
      forward: ([x]) => [fused.identityShortcut(x!, { stride, channels })],
      gradient: (_inputs, _outputs, dy) => [fused.identityShortcutGradient(dy, { stride, shape })],
    };
  },
  gate(draw) {
    const shape = draw.shape();
    return {
      title: text(shape),
      inputs: [draw.normal(shape), draw.normal([shape[3]])],
      forward: ([x, bias]) => [fused.gate(x!, bias!)],
      gradient(_inputs, [y], dy) {
        const { dx, dbias } = fused.gateGradient(dy, y!);
        return [dx, dbias];
      },
    };
  },
  "gated path"(draw, turn) {
    const [shape, complement] = [draw.shape(), turn % 2 === 1];
    return {
      title: `${text(shape)}${complement ? ", complement" : ""}`,
      inputs: [draw.normal(shape), draw.positive(shape)],
      forward: ([x, gate]) => [fused.gated({ x: x!, gate: gate! }, { complement })],
      gradient([x, gate], _, dy) {
        const { dx, dgate } = fused.gatedGradient({ dy, x: x!, gate: gate! }, { complement });
        return [dx, dgate];
      },
    };
  },
  // Its gradient is itself.
  "scaled path"(draw) {
    const shape = draw.shape();
    return { title: text(shape), inputs: [draw.normal(shape)], forward: ([x]) => [fused.scale(x!, 0.5)] };
  },
  "bias of a convolution"(draw) {
    const shape = draw.shape();
    return {
      title: text(shape),
      inputs: [draw.normal(shape), draw.normal([shape[3]])],
      forward: ([x, bias]) => [fused.addBias(x!, bias!)],
      gradient: (_inputs, _outputs, dy) => [fused.biasGradient(dy)],
    };
  },
  "trained multiplier"(draw) {
    const shape = draw.shape();
    return {
      title: text(shape),
      inputs: [draw.normal(shape), draw.normal([1])],
      forward: ([x, factor]) => [fused.multiplied(x!, factor!)],
      gradient([x, factor], _outputs, dy) {
        const { dx, dfactor } = fused.multipliedGradient(dy, x!, factor!);
        return [dx, dfactor];
      },
    };
  },
  "softmax and loss"(draw, turn) {
    const [batch, classes] = [draw.whole(1, 40), [2, 10, 100, 1000][turn % 4]!];
    return {
      title: `[${batch}, ${classes}]`,
      inputs: [draw.normal([batch, classes]), draw.labels(batch, classes)],
      forward([logits, labels]) {
        const { losses, wrong, probabilities } = fused.softmaxCrossEntropy(logits!, labels!);
        return [losses, wrong, probabilities];
      },
      gradient: ([, labels], [, , probabilities], dy) => [
        fused.softmaxCrossEntropyGradient({ dy, probabilities: probabilities!, labels: labels! }),
      ],
    };
  },
  "momentum update"(draw) {
    const shape = draw.shape();
    return {
      title: text(shape),
      inputs: [draw.normal(shape), draw.normal(shape), draw.normal(shape)],
      forward([weights, velocity, gradient]) {
        const inputs = { weights: weights!, velocity: velocity!, gradient: gradient! };
        const result = fused.momentumUpdate(inputs, { learningRate: 0.1, momentum: 0.9, weightDecay: 1e-2 });
        return [result.weights, result.velocity];
      },
    };
  },
} satisfies Record<OperationName, (draw: Draw, turn: number) => OperationCase>;

/** What follows a normalisation, for a title. */
function then(hasShortcut: boolean, relu: boolean): string {
  return `${hasShortcut ? " + shortcut" : ""}${relu ? ", ReLU" : ""}`;
}

function text(shape: Shape4): string {
  return `[${shape.join(", ")}]`;
}
