// The graph of a net: its operations in the order in which they run. Running the net on shapes records them.
// Everything else reads this list: describe.ts counts it, and model.ts computes it forward and backward.
import type { ModelConfig } from "../config/schema.ts";
import type { ModelInput } from "../types.ts";
import type { Layers, Shape, Value } from "./layers.ts";
import { resnet } from "./resnet.ts";

interface Step {
  /** Unique in the net; names the parameters. */
  readonly name: string;
  readonly input: Value;
  readonly output: Value;
}

export interface ConvOperation extends Step {
  readonly kind: "conv";
  readonly kernel: number;
  readonly stride: number;
  readonly groups: number;
  /** Whether it is the 1×1 convolution of a shortcut, which the net's depth does not count. */
  readonly projection: boolean;
  readonly bias: boolean;
}

export interface NormOperation extends Step {
  readonly kind: "norm";
  readonly add: Value | undefined;
  readonly relu: boolean;
  readonly initialGamma: number;
}

export interface AddOperation extends Step {
  readonly kind: "add";
  readonly add: Value;
  readonly relu: boolean;
}

export interface ReluOperation extends Step {
  readonly kind: "relu";
}

export interface ScaleOperation extends Step {
  readonly kind: "scale";
  readonly factor: number;
}

/** x times a trained number. */
export interface MultiplierOperation extends Step {
  readonly kind: "multiplier";
  /** The number's initial value. */
  readonly initial: number;
}

export interface DropoutOperation extends Step {
  readonly kind: "dropout";
  readonly rate: number;
  readonly rescaled: boolean;
}

/** Stochastic depth: whether a block counts in a step. */
export interface SurvivalOperation extends Step {
  readonly kind: "survival";
  readonly probability: number;
}

export interface GateOperation extends Step {
  readonly kind: "gate";
  /** The bias's initial value. */
  readonly bias: number;
}

export interface GatedOperation extends Step {
  readonly kind: "gated";
  readonly gate: Value;
  readonly complement: boolean;
}

export interface MaxPoolOperation extends Step {
  readonly kind: "max-pool";
  readonly kernel: number;
  readonly stride: number;
}

/** Shortcut option A. */
export interface IdentityOperation extends Step {
  readonly kind: "identity";
  readonly stride: number;
  /** Of the output. */
  readonly channels: number;
  readonly inputShape: Extents;
  /** Whether it changes nothing. */
  readonly same: boolean;
}

export interface AveragePoolOperation extends Step {
  readonly kind: "average-pool";
  readonly inputShape: Extents;
}

export interface SpreadOperation extends Step {
  readonly kind: "spread";
  /** Of the output. */
  readonly outputShape: Extents;
}

/** Height, width, channels. */
export type Extents = readonly [number, number, number];

export interface DenseOperation extends Step {
  readonly kind: "dense";
  readonly bias: boolean;
  /** Whether it is part of a block, which the net's depth does not count. */
  readonly inner: boolean;
  /** Of the initial weights, unless they are drawn as a convolution's are. */
  readonly deviation: number | undefined;
}

export type Operation =
  | ConvOperation
  | NormOperation
  | AddOperation
  | ReluOperation
  | ScaleOperation
  | MultiplierOperation
  | DropoutOperation
  | SurvivalOperation
  | GateOperation
  | GatedOperation
  | MaxPoolOperation
  | IdentityOperation
  | AveragePoolOperation
  | SpreadOperation
  | DenseOperation;

export interface Graph {
  /** In order: an operation comes after the operations whose outputs it reads. */
  readonly operations: readonly Operation[];
  /** The shape of each value. The last operation's output is the logits. */
  readonly shapes: readonly Shape[];
}

/** The operations of a net for images of the given size. */
export function buildGraph(model: ModelConfig, input: ModelInput): Graph {
  const { height, width, channels, classes } = input;
  const shapes: Shape[] = [{ height, width, channels }];
  const operations: Operation[] = [];
  const shapeOf = (value: Value) => shapes[value]!;
  const names = new Set<string>();
  const add = (operation: Operation, shape: Shape): Value => {
    if (names.has(operation.name))
      throw new Error(`Expected names to be unique in a net, got ${operation.name} again.`);
    names.add(operation.name);
    operations.push(operation);
    shapes.push(shape);
    return operation.output;
  };

  const recorder: Layers = {
    conv(name, x, { kernel, channels, stride, groups = 1, projection = false, bias = false }) {
      const step = { name, input: x, output: shapes.length };
      const shape = { ...strided(shapeOf(x), stride), channels };
      return add({ kind: "conv", kernel, stride, groups, projection, bias, ...step }, shape);
    },
    norm(name, x, { add: shortcut, relu, initialGamma = 1 }) {
      const step = { name, input: x, output: shapes.length };
      return add({ kind: "norm", add: shortcut, relu, initialGamma, ...step }, shapeOf(x));
    },
    add(name, x, y, { relu }) {
      return add({ kind: "add", name, input: x, output: shapes.length, add: y, relu }, shapeOf(x));
    },
    relu(name, x) {
      return add({ kind: "relu", name, input: x, output: shapes.length }, shapeOf(x));
    },
    scale(name, x, { factor }) {
      return add({ kind: "scale", name, input: x, output: shapes.length, factor }, shapeOf(x));
    },
    multiplier(name, x, { initial }) {
      return add({ kind: "multiplier", name, input: x, output: shapes.length, initial }, shapeOf(x));
    },
    dropout(name, x, { rate, rescaled = false }) {
      return add({ kind: "dropout", name, input: x, output: shapes.length, rate, rescaled }, shapeOf(x));
    },
    survival(name, x, { probability }) {
      return add({ kind: "survival", name, input: x, output: shapes.length, probability }, shapeOf(x));
    },
    gate(name, x, { bias }) {
      return add({ kind: "gate", name, input: x, output: shapes.length, bias }, shapeOf(x));
    },
    gated(name, x, gate, { complement }) {
      return add({ kind: "gated", name, input: x, output: shapes.length, gate, complement }, shapeOf(x));
    },
    maxPool(name, x, { kernel, stride }) {
      const step = { name, input: x, output: shapes.length };
      return add({ kind: "max-pool", kernel, stride, ...step }, strided(shapeOf(x), stride));
    },
    identity(name, x, { channels, stride }) {
      const same = stride === 1 && channels === shapeOf(x).channels;
      const step = { name, input: x, output: shapes.length, inputShape: extents(shapeOf(x)) };
      return add({ kind: "identity", stride, channels, same, ...step }, { ...strided(shapeOf(x), stride), channels });
    },
    globalAveragePool(name, x) {
      const shape = { height: 1, width: 1, channels: shapeOf(x).channels };
      const step = { name, input: x, output: shapes.length, inputShape: extents(shapeOf(x)) };
      return add({ kind: "average-pool", ...step }, shape);
    },
    spread(name, x, { like }) {
      const shape = { ...shapeOf(like), channels: shapeOf(x).channels };
      return add({ kind: "spread", name, input: x, output: shapes.length, outputShape: extents(shape) }, shape);
    },
    dense(name, x, { units, bias = true, inner = false, deviation }) {
      const shape = { height: 1, width: 1, channels: units };
      return add({ kind: "dense", name, input: x, output: shapes.length, bias, inner, deviation }, shape);
    },
    shapeOf,
  };
  resnet(recorder, 0, model, classes);
  return { operations, shapes };
}

/** The values that an operation reads, its input first. */
export function inputsOf(operation: Operation): Value[] {
  const second = "gate" in operation ? operation.gate : "add" in operation ? operation.add : undefined;
  return second === undefined ? [operation.input] : [operation.input, second];
}

// Kernels are odd and padded by (k−1)/2, so the output size depends on the stride alone.
function strided({ height, width, channels }: Shape, stride: number): Shape {
  return { height: Math.ceil(height / stride), width: Math.ceil(width / stride), channels };
}

function extents({ height, width, channels }: Shape): Extents {
  return [height, width, channels];
}
