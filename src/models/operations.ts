// The computation of each operation of a net, forward and backward, by kernels of the current engine.
import type { Tensor, Variable } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import {
  addBias,
  batchNormInference,
  batchNormTrain,
  batchNormTrainGradient,
  biasGradient,
  gate,
  gated,
  gatedGradient,
  gateGradient,
  globalAveragePool,
  globalAveragePoolGradient,
  identityShortcut,
  identityShortcutGradient,
  multiplied,
  multipliedGradient,
  positiveGradient,
  scale,
  spread,
  spreadGradient,
} from "../ops/fused.ts";
import * as grouped from "../ops/grouped.ts";
import type { Shape4 } from "../ops/kernels.ts";
import { normalisedConvolution } from "../ops/normalised-convolution.ts";
import * as stock from "../ops/stock.ts";
import type { ConvOperation, NormOperation, Operation } from "./graph.ts";
import type { Value } from "./layers.ts";

/**
 * "train" normalises by the batch and updates the running statistics. "evaluate" normalises by the running statistics, and
 * multiplies what training drops at random by its probability. "observe" normalises as in "train" and multiplies as in
 * "evaluate".
 */
export type ForwardMode = "train" | "observe" | "evaluate";

/** What an operation reads in addition to its options. */
export interface Context {
  readonly mode: ForwardMode;
  readonly batchNorm: { readonly epsilon: number; readonly momentum: number };
  /** The parameter or statistic of that name. */
  variable(name: string): Variable;
  /** Uniform random numbers by index, for one operation in this training step. */
  random(purpose: "dropout" | "survival", operation: Operation): (index: number) => number;
  /** An activation, which the operation must not dispose. */
  value(value: Value): Tensor;
}

/** An operation's output, and values of the forward pass that only its gradient reads. Both belong to the caller. */
export interface Forward {
  readonly output: Tensor;
  readonly saved?: readonly Tensor[];
}

/** The gradients that an operation returns. All belong to the caller. */
export interface Backward {
  /** The input's gradient; absent if the caller did not want it. */
  readonly input?: Tensor | undefined;
  /** Of the second value that the operation reads: what it adds to the input, or its gate. */
  readonly second?: Tensor | undefined;
  readonly parameters?: Readonly<Record<string, Tensor>>;
}

interface Definition<Kind extends Operation["kind"]> {
  forward(operation: Extract<Operation, { kind: Kind }>, context: Context): Forward;
  /**
   * From the gradient of the output, which the caller disposes. `wanted` says whether to compute the input's gradient.
   * `other` is the input's gradient from operations that ran after this one, which only an operation with `sums` reads.
   */
  backward(
    operation: Extract<Operation, { kind: Kind }>,
    context: Context,
    dy: Tensor,
    saved: readonly Tensor[],
    wanted: boolean,
    other?: Tensor,
  ): Backward;
  /** Whether the input's gradient that `backward` returns has `other` in it. */
  readonly sums?: true;
  /** Which activations `backward` reads. */
  reads(operation: Extract<Operation, { kind: Kind }>): readonly Value[];
}

const operations: { readonly [Kind in Operation["kind"]]: Definition<Kind> } = {
  conv: {
    forward({ name, input, stride, groups, bias }, { value, variable }) {
      const output = grouped.convolution(value(input), variable(`${name}.weights`), stride, groups);
      if (!bias) return { output };
      const sum = addBias(output, variable(`${name}.bias`));
      output.dispose();
      return { output: sum };
    },
    backward({ name, input, stride, groups, bias }, { value, variable }, dy, _saved, wanted, other) {
      const [x, weights] = [value(input), variable(`${name}.weights`)];
      const shape = x.shape as unknown as Shape4;
      return {
        parameters: {
          [`${name}.weights`]: grouped.convolutionFilterGradient(x, dy, weights, stride, groups),
          ...(bias && { [`${name}.bias`]: biasGradient(dy) }),
        },
        input: wanted ? grouped.convolutionInputGradient(dy, weights, stride, shape, groups, other) : undefined,
      };
    },
    sums: true,
    reads: ({ input }) => [input],
  },
  norm: {
    forward({ name, input, add, relu }, { mode, batchNorm, value, variable }) {
      const { epsilon, momentum } = batchNorm;
      const x = value(input);
      const [gamma, beta] = [variable(`${name}.gamma`), variable(`${name}.beta`)];
      const [mean, variance] = [variable(`${name}.mean`), variable(`${name}.variance`)];
      const shortcut = add !== undefined && { shortcut: value(add) };
      if (mode === "evaluate") {
        return { output: batchNormInference({ x, gamma, beta, mean, variance, ...shortcut }, { relu, epsilon }) };
      }
      const running = { runningMean: mean, runningVariance: variance };
      const result = batchNormTrain({ x, gamma, beta, ...running, ...shortcut }, { relu, epsilon, momentum });
      mean.assign(result.newRunningMean);
      variance.assign(result.newRunningVariance);
      tf.dispose([result.newRunningMean, result.newRunningVariance]);
      return { output: result.y, saved: [result.mean, result.inverseStd] };
    },
    backward({ name, input, output, add, relu }, { value, variable }, dy, [mean, inverseStd]) {
      const { dx, dgamma, dbeta, dshortcut } = batchNormTrainGradient(
        {
          dy,
          x: value(input),
          // Without ReLU the kernel does not need the output, which may be disposed by now.
          y: relu ? value(output) : dy,
          gamma: variable(`${name}.gamma`),
          mean: mean!,
          inverseStd: inverseStd!,
        },
        { relu, hasShortcut: add !== undefined },
      );
      return { input: dx, second: dshortcut, parameters: { [`${name}.gamma`]: dgamma, [`${name}.beta`]: dbeta } };
    },
    reads: ({ input, output, relu }) => (relu ? [input, output] : [input]),
  },
  add: {
    forward({ input, add, relu }, { value }) {
      const sum = stock.add(value(input), value(add));
      if (!relu) return { output: sum };
      const output = stock.relu(sum);
      sum.dispose();
      return { output };
    },
    backward({ output, relu }, { value }, dy) {
      const gradient = relu ? positiveGradient(dy, value(output)) : dy.clone();
      return { input: gradient, second: gradient.clone() };
    },
    reads: ({ output, relu }) => (relu ? [output] : []),
  },
  relu: {
    forward: ({ input }, { value }) => ({ output: stock.relu(value(input)) }),
    backward: ({ output }, { value }, dy) => ({ input: positiveGradient(dy, value(output)) }),
    reads: ({ output }) => [output],
  },
  scale: {
    forward: ({ input, factor }, { value }) => ({ output: scale(value(input), factor) }),
    backward: ({ factor }, _context, dy) => ({ input: scale(dy, factor) }),
    reads: () => [],
  },
  multiplier: {
    forward: ({ name, input }, { value, variable }) => ({
      output: multiplied(value(input), variable(`${name}.gamma`)),
    }),
    backward({ name, input }, { value, variable }, dy) {
      const { dx, dfactor } = multipliedGradient(dy, value(input), variable(`${name}.gamma`));
      return { input: dx, parameters: { [`${name}.gamma`]: dfactor } };
    },
    reads: ({ input }) => [input],
  },
  dropout: {
    forward(operation, { mode, value, random }) {
      const { input, rate, rescaled } = operation;
      const x = value(input);
      if (mode !== "train") return { output: rescaled ? x.clone() : scale(x, 1 - rate) };
      const kept = rescaled ? 1 / (1 - rate) : 1;
      const mask = tf.tensor(dropoutMask(x.size, rate, kept, random("dropout", operation)), x.shape);
      return { output: gated({ x, gate: mask }, { complement: false }), saved: [mask] };
    },
    backward(_operation, _context, dy, [mask]) {
      return { input: gated({ x: dy, gate: mask! }, { complement: false }) };
    },
    reads: () => [],
  },
  survival: {
    forward(operation, { mode, value, random }) {
      const { input, probability } = operation;
      if (mode !== "train") return { output: scale(value(input), probability) };
      return { output: kept(value(input), random("survival", operation)(0) < probability) };
    },
    backward(operation, { random }, dy) {
      return { input: kept(dy, random("survival", operation)(0) < operation.probability) };
    },
    reads: () => [],
  },
  gate: {
    forward: ({ name, input }, { value, variable }) => ({ output: gate(value(input), variable(`${name}.bias`)) }),
    backward({ name, output }, { value }, dy) {
      const { dx, dbias } = gateGradient(dy, value(output));
      return { input: dx, parameters: { [`${name}.bias`]: dbias } };
    },
    reads: ({ output }) => [output],
  },
  gated: {
    forward({ input, gate, complement }, { value }) {
      return { output: gated({ x: value(input), gate: value(gate) }, { complement }) };
    },
    backward({ input, gate, complement }, { value }, dy) {
      const { dx, dgate } = gatedGradient({ dy, x: value(input), gate: value(gate) }, { complement });
      return { input: dx, second: dgate };
    },
    reads: ({ input, gate }) => [input, gate],
  },
  "max-pool": {
    forward({ input, kernel, stride }, { value }) {
      return { output: stock.maxPool(value(input), kernel, stride) };
    },
    backward({ input, output, kernel, stride }, { value }, dy) {
      return { input: stock.maxPoolGradient(dy, value(input), value(output), kernel, stride) };
    },
    reads: ({ input, output }) => [input, output],
  },
  identity: {
    forward({ input, stride, channels, same }, { value }) {
      const x = value(input);
      return { output: same ? x.clone() : identityShortcut(x, { stride, channels }) };
    },
    backward({ stride, inputShape, same }, _context, dy) {
      const [height, width, channels] = inputShape;
      const shape = [dy.shape[0]!, height, width, channels] as const;
      return { input: same ? dy.clone() : identityShortcutGradient(dy, { stride, shape }) };
    },
    reads: () => [],
  },
  "average-pool": {
    forward: ({ input }, { value }) => ({ output: globalAveragePool(value(input)) }),
    backward({ inputShape }, _context, dy) {
      return { input: globalAveragePoolGradient(dy, { shape: [dy.shape[0]!, ...inputShape] }) };
    },
    reads: () => [],
  },
  spread: {
    forward: ({ input, outputShape }, { value }) => ({ output: spread(value(input), outputShape) }),
    backward: (_operation, _context, dy) => ({ input: spreadGradient(dy) }),
    reads: () => [],
  },
  dense: {
    forward({ name, input, bias }, { value, variable }) {
      const product = stock.product(value(input), variable(`${name}.weights`));
      if (!bias) return { output: product };
      const output = tf.add(product, variable(`${name}.bias`));
      product.dispose();
      return { output };
    },
    backward({ name, input, bias }, { value, variable }, dy, _saved, wanted) {
      return {
        parameters: {
          [`${name}.weights`]: stock.product(value(input), dy, { a: true }),
          ...(bias && { [`${name}.bias`]: tf.sum(dy, 0) }),
        },
        input: wanted ? stock.product(dy, variable(`${name}.weights`), { b: true }) : undefined,
      };
    },
    reads: ({ input }) => [input],
  },
};

/** The forward pass of a convolution and of the normalisation of its output by running statistics, in one. */
export function forwardJoined(
  { name: convolution, input, stride }: ConvOperation,
  { name, add, relu }: NormOperation,
  { batchNorm: { epsilon }, value, variable }: Context,
): Forward {
  const inputs = {
    x: value(input),
    filter: variable(`${convolution}.weights`),
    gamma: variable(`${name}.gamma`),
    beta: variable(`${name}.beta`),
    mean: variable(`${name}.mean`),
    variance: variable(`${name}.variance`),
    ...(add !== undefined && { shortcut: value(add) }),
  };
  return { output: normalisedConvolution(inputs, stride, { relu, epsilon }) };
}

/** Zero with probability `rate`, else `kept`. */
function dropoutMask(size: number, rate: number, kept: number, uniform: (index: number) => number): Float32Array {
  const mask = new Float32Array(size);
  for (let index = 0; index < size; index++) mask[index] = uniform(index) < rate ? 0 : kept;
  return mask;
}

function kept(x: Tensor, survives: boolean): Tensor {
  return survives ? x.clone() : tf.zerosLike(x);
}

/** The definition of an operation, for its own kind. */
export function definitionOf(operation: Operation): Definition<Operation["kind"]> {
  return operations[operation.kind] as Definition<Operation["kind"]>;
}
