// A net with weights. It computes its graph forward and backward on the current engine.
// It knows no data set and no loss. It disposes an activation or a gradient as soon as nothing will read it again.
import * as tf from "@tensorflow/tfjs-core";
import type { ModelConfig } from "../config/schema.ts";
import { store } from "../ops/fused.ts";
import { turnsInPrecision } from "../ops/kernel.ts";
import type { Precision } from "../ops/precision.ts";
import { add } from "../ops/stock.ts";
import { normal, randomStream } from "../random.ts";
import type { ModelInput, NamedTensor } from "../types.ts";
import { type Initialiser, listParameters, type ParameterDescription } from "./describe.ts";
import { buildGraph, type Graph, inputsOf, type Operation } from "./graph.ts";
import type { Value } from "./layers.ts";
import { type Context, definitionOf, type ForwardMode } from "./operations.ts";
import { responseOperations } from "./responses.ts";
import { atOnce } from "./turns.ts";

/** A trainable parameter or a running statistic, with its variable. */
export interface Parameter extends ParameterDescription {
  readonly variable: tf.Variable;
}

/** A value that a block adds to its shortcut. */
export interface Sum {
  /** "stage1.block2" */
  readonly block: string;
  /** What the block adds. */
  readonly branch: tf.Tensor;
  /** What its shortcut passes on. */
  readonly trunk: tf.Tensor;
}

/** What a backward pass shows, and which way gradients take through the blocks. */
export interface BackwardOptions {
  /** Called with the gradient of the output of each operation, which it must not dispose. */
  readonly show?: (operation: string, gradient: tf.Tensor) => void;
  /** Whether the gradient of a block goes through its branch only, or its shortcut only. By default it goes through both. */
  readonly route?: (block: string) => "branch" | "trunk" | undefined;
}

/** A forward pass in training, waiting for the gradient of its logits. */
export interface TrainingPass {
  /** [batch, classes]; the caller disposes them. */
  readonly logits: tf.Tensor2D;
  /**
   * Turns the gradient of the logits into the gradient of each trainable parameter, by name. The caller disposes them.
   * May be called once.
   */
  backward(dlogits: tf.Tensor, options?: BackwardOptions): Map<string, tf.Tensor>;
}

/** A forward pass that pauses after each operation, and its backward pass, which does the same. */
export interface TrainingPassInTurns {
  readonly logits: tf.Tensor2D;
  backward(dlogits: tf.Tensor, options?: BackwardOptions): Generator<void, Map<string, tf.Tensor>>;
}

interface PassOptions {
  readonly iteration?: number;
  /** Called after each operation, before its inputs and its output are disposed. */
  readonly visit?: (operation: Operation, context: Context) => void;
  readonly batchNorm?: Context["batchNorm"];
}

/** A net of the vocabulary with its weights on the engine. */
export class Model {
  /** Trainable parameters and running statistics, in the order in which the net uses them. */
  readonly parameters: readonly Parameter[];
  /** The precision that it computes in. Weights are float32 in every precision. */
  readonly precision: Precision;
  /** The seed of everything that is random in its training. */
  readonly seed: number;
  readonly #config: ModelConfig;
  readonly #graph: Graph;
  readonly #variables: ReadonlyMap<string, tf.Variable>;
  /** The index of the last operation that reads each value in a forward pass. */
  readonly #lastRead: readonly number[];
  /** Values that the backward pass reads. */
  readonly #kept: ReadonlySet<Value>;
  /**
   * The input of each shortcut that changes nothing, by its output. Such a shortcut passes its gradient on at once, so that
   * the branch beside it can add its own.
   */
  readonly #sources: ReadonlyMap<Value, Value>;
  readonly #responses: ReadonlyMap<Operation, string>;

  /**
   * Draws weights from `seed`. Each parameter has its own stream of random numbers, so layers of the same shape differ.
   * Without a seed the weights are zero, for a caller that sets them afterwards.
   */
  constructor(config: ModelConfig, input: ModelInput, seed?: number, precision: Precision = "float32") {
    this.#config = config;
    this.precision = precision;
    this.seed = seed ?? 0;
    this.#graph = buildGraph(config, input);
    this.parameters = listParameters(this.#graph).map((description, index) => ({
      ...description,
      variable: createVariable(description, seed, index),
    }));
    this.#variables = new Map(this.parameters.map(({ name, variable }) => [name, variable]));
    const lastRead: number[] = [];
    this.#graph.operations.forEach((operation, index) => {
      for (const value of inputsOf(operation)) lastRead[value] = index;
    });
    this.#lastRead = lastRead;
    this.#kept = new Set(this.#graph.operations.flatMap((operation) => definitionOf(operation).reads(operation)));
    this.#sources = new Map(
      this.#graph.operations.flatMap((operation) =>
        operation.kind === "identity" && operation.same ? [[operation.output, operation.input] as const] : [],
      ),
    );
    this.#responses = responseOperations(this.#graph.operations);
  }

  /** The trained parameters: all except the running statistics. */
  get trainable(): readonly Parameter[] {
    return this.parameters.filter(({ role }) => role !== "statistic");
  }

  /** Images [batch, height, width, channels] to logits [batch, classes], by running statistics. */
  evaluate(images: tf.Tensor4D): tf.Tensor2D {
    return atOnce(this.evaluateInTurns(images));
  }

  /** The same, operation by operation. */
  *evaluateInTurns(images: tf.Tensor4D): Generator<void, tf.Tensor2D> {
    return (yield* this.#forward(images, "evaluate")).logits;
  }

  /**
   * Images [batch, height, width, channels] to logits, by the batch's own statistics. It updates the running statistics.
   * @param iteration of the step, 0-based: it decides what dropout and stochastic depth leave out
   */
  train(images: tf.Tensor4D, iteration = 0): TrainingPass {
    const { logits, backward } = atOnce(this.trainInTurns(images, iteration));
    return { logits, backward: (dlogits, options) => atOnce(backward(dlogits, options)) };
  }

  /** The same, operation by operation. */
  *trainInTurns(images: tf.Tensor4D, iteration: number): Generator<void, TrainingPassInTurns> {
    const { context, values, saved, logits } = yield* this.#forward(images, "train", { iteration });
    return {
      logits,
      backward: (dlogits, options) =>
        turnsInPrecision(this.precision, this.#backward(context, values, saved, dlogits, options)),
    };
  }

  /** Keeps a copy of the running statistics: to restore them if the step is given up, or else to dispose the copy. */
  keepStatistics(): { readonly putBack: () => void; readonly dispose: () => void } {
    const statistics = this.parameters.filter(({ role }) => role === "statistic");
    const kept = statistics.map(({ variable }) => tf.keep(variable.clone()));
    return {
      putBack: () => statistics.forEach(({ variable }, i) => void variable.assign(kept[i]!)),
      dispose: () => tf.dispose(kept),
    };
  }

  /**
   * Updates the running statistics from images [batch, height, width, channels]. Its forward pass keeps nothing for a
   * backward pass.
   * @param momentum the share of these images in the new running statistics; 1 replaces the old statistics
   */
  observe(images: tf.Tensor4D, momentum: number): void {
    const { epsilon } = this.#config.batchNorm;
    const { logits, saved } = atOnce(this.#forward(images, "observe", { batchNorm: { epsilon, momentum } }));
    tf.dispose([logits, ...saved.flat()]);
  }

  /** The layers that `responses` shows, in order: all convolutions larger than 1×1. */
  get responseLayers(): readonly string[] {
    return [...this.#responses.values()];
  }

  /**
   * Calls `show` with the response of each layer to images [batch, height, width, channels], by running statistics. The
   * response is the output after normalisation, before ReLU and addition. It is disposed after the call.
   */
  responses(images: tf.Tensor4D, show: (response: tf.Tensor) => void): void {
    const visit = (operation: Operation, context: Context) => {
      if (!this.#responses.has(operation)) return;
      if (operation.kind !== "norm") return show(context.value(operation.output));
      const { output } = definitionOf(operation).forward({ ...operation, add: undefined, relu: false }, context);
      show(output);
      output.dispose();
    };
    const { logits } = atOnce(this.#forward(images, "evaluate", { visit }));
    logits.dispose();
  }

  /**
   * Calls `show` with the name and the output of each operation for images [batch, height, width, channels], by running
   * statistics. The output is disposed after the call.
   */
  look(images: tf.Tensor4D, show: (operation: string, output: tf.Tensor) => void): void {
    const visit = ({ name, output }: Operation, { value }: Context) => show(name, value(output));
    const { logits } = atOnce(this.#forward(images, "evaluate", { visit }));
    logits.dispose();
  }

  /**
   * Calls `show` where each block adds what it computes to its shortcut, for images [batch, height, width, channels]. It
   * normalises by the batch's own statistics, and changes the running statistics. The values are disposed after the call.
   */
  sums(images: tf.Tensor4D, show: (sum: Sum) => void): void {
    const visit = (operation: Operation, context: Context) => {
      if (!addsShortcut(operation)) return;
      const block = blockOf(operation);
      const trunk = context.value(operation.add!);
      if (operation.kind === "add") return show({ block, branch: context.value(operation.input), trunk });
      const alone = definitionOf(operation).forward({ ...operation, add: undefined, relu: false }, context);
      show({ block, branch: alone.output, trunk });
      tf.dispose([alone.output, ...(alone.saved ?? [])]);
    };
    const { logits, saved } = atOnce(this.#forward(images, "observe", { visit }));
    tf.dispose([logits, ...saved.flat()]);
  }

  /** Copies all parameters and statistics off the engine. */
  async read(): Promise<NamedTensor[]> {
    return Promise.all(
      this.parameters.map(async ({ name, shape, variable }) => ({
        name,
        shape,
        data: (await variable.data()) as Float32Array,
      })),
    );
  }

  /** Sets the parameters and statistics with these names. They must be exactly the names in this net. */
  write(tensors: readonly NamedTensor[]): void {
    const given = new Map(tensors.map((tensor) => [tensor.name, tensor]));
    for (const { name, shape, variable } of this.parameters) {
      const tensor = given.get(name);
      if (!tensor) throw new Error(`Expected weights to have ${name}.`);
      if (tensor.shape.join() !== shape.join())
        throw new Error(`Expected ${name} to have shape [${shape}], got [${tensor.shape}].`);
      const value = tf.tensor(tensor.data, [...shape]);
      variable.assign(value);
      value.dispose();
    }
  }

  dispose(): void {
    for (const { variable } of this.parameters) variable.dispose();
  }

  #forward(images: tf.Tensor4D, mode: ForwardMode, options: PassOptions = {}) {
    return turnsInPrecision(this.precision, this.#forwardTurns(images, mode, options));
  }

  *#forwardTurns(
    images: tf.Tensor4D,
    mode: ForwardMode,
    { iteration = 0, visit, batchNorm = this.#config.batchNorm }: PassOptions,
  ) {
    const { operations } = this.#graph;
    const values: (tf.Tensor | undefined)[] = [this.precision === "float32" ? images.clone() : store(images)];
    const saved: (readonly tf.Tensor[])[] = [];
    const context: Context = {
      mode,
      batchNorm,
      variable: (name) => this.#variables.get(name)!,
      random: (purpose, { output }) => {
        const uniform = randomStream(this.seed, purpose, iteration);
        return (index) => uniform(output * 2 ** 32 + index);
      },
      value: (value) => values[value]!,
    };
    for (const [index, operation] of operations.entries()) {
      const result = definitionOf(operation).forward(operation, context);
      values[operation.output] = result.output;
      saved[index] = result.saved ?? [];
      visit?.(operation, context);
      for (const value of new Set(inputsOf(operation))) {
        if (this.#lastRead[value] === index && !(mode === "train" && this.#kept.has(value))) {
          values[value]?.dispose();
          values[value] = undefined;
        }
      }
      yield;
    }
    const logits = values.pop() as tf.Tensor2D;
    return { context, values, saved, logits };
  }

  *#backward(
    context: Context,
    values: (tf.Tensor | undefined)[],
    saved: readonly (readonly tf.Tensor[])[],
    dlogits: tf.Tensor,
    { show, route }: BackwardOptions = {},
  ): Generator<void, Map<string, tf.Tensor>> {
    const { operations } = this.#graph;
    const gradients: (tf.Tensor | undefined)[] = [];
    const parameters = new Map<string, tf.Tensor>();
    const pass = (to: Value, gradient: tf.Tensor, summed: boolean): void => {
      const value = this.#sources.get(to) ?? to;
      const other = gradients[value];
      gradients[value] = other && !summed ? add(other, gradient) : gradient;
      if (other) tf.dispose(summed ? other : [other, gradient]);
    };
    gradients[operations.at(-1)!.output] = dlogits.clone();
    for (let index = operations.length - 1; index >= 0; index--) {
      const operation = operations[index]!;
      const { output } = operation;
      const [input, second] = inputsOf(operation) as [Value, Value | undefined];
      const dy = gradients[output];
      if (!dy) {
        values[output]?.dispose();
        continue;
      }
      show?.(operation.name, dy);
      const { backward, sums = false } = definitionOf(operation);
      const result = backward(operation, context, dy, saved[index]!, input !== 0, gradients[input]);
      // All operations that read this output have run.
      tf.dispose([dy, ...saved[index]!]);
      values[output]?.dispose();
      const only = route && addsShortcut(operation) ? route(blockOf(operation)) : undefined;
      if (only === "trunk") result.input?.dispose();
      else if (result.input) pass(input, result.input, sums);
      if (only === "branch") result.second?.dispose();
      else if (result.second && second !== undefined) pass(second, result.second, false);
      for (const [name, gradient] of Object.entries(result.parameters ?? {})) parameters.set(name, gradient);
      yield;
    }
    values[0]?.dispose();
    return parameters;
  }
}

type Joint = Extract<Operation, { kind: "norm" | "add" }>;

function addsShortcut(operation: Operation): operation is Joint {
  return (operation.kind === "norm" || operation.kind === "add") && operation.add !== undefined;
}

/** The block of an operation: "stage1.block2" of "stage1.block2.norm2". */
function blockOf({ name }: Operation): string {
  return name.split(".").slice(0, 2).join(".");
}

function createVariable(
  { name, shape, role, initial }: ParameterDescription,
  seed: number | undefined,
  index: number,
): tf.Variable {
  const size = shape.reduce((product, length) => product * length, 1);
  const values = tf.tensor(initialValues(initial, size, seed, index), [...shape]);
  const variable = tf.variable(values, role !== "statistic", uniqueName(name));
  values.dispose();
  return variable;
}

function initialValues(initial: Initialiser, size: number, seed: number | undefined, index: number): Float32Array {
  if (seed === undefined) return new Float32Array(size);
  if (initial.kind === "constant") return new Float32Array(size).fill(initial.value);
  const uniform = randomStream(seed, "initialise", index);
  return Float32Array.from({ length: size }, (_, i) => initial.deviation * normal(uniform, i));
}

// TensorFlow.js refuses two variables of the same name in a process, and a process may have two models at once.
let created = 0;
function uniqueName(name: string): string {
  return `${name}#${created++}`;
}
