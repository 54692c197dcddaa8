// The passes of a net over its graph, forward and backward, on the current engine.
// They dispose an activation or a gradient as soon as nothing will read it again. They pause after each step.
import * as tf from "@tensorflow/tfjs-core";
import { store } from "../ops/fused.ts";
import { turnsInPrecision } from "../ops/kernel.ts";
import type { Precision } from "../ops/precision.ts";
import { add } from "../ops/stock.ts";
import { randomStream } from "../random.ts";
import { type Graph, inputsOf, type Operation } from "./graph.ts";
import type { Value } from "./layers.ts";
import { type Context, definitionOf, type ForwardMode, forwardJoined } from "./operations.ts";
import { joinedSteps, type Step, stepsOf } from "./steps.ts";

/** What the passes of a net compute with. */
export interface Computation {
  readonly graph: Graph;
  readonly precision: Precision;
  /** The seed of what dropout and stochastic depth leave out. */
  readonly seed: number;
  readonly batchNorm: Context["batchNorm"];
  /** Parameters and statistics by name. */
  readonly variables: ReadonlyMap<string, tf.Variable>;
}

export interface ForwardOptions {
  /** Of the training step, 0-based. */
  readonly iteration?: number;
  /** Called after each operation, before its inputs and its output are disposed. */
  readonly visit?: (operation: Operation, context: Context) => void;
  readonly batchNorm?: Context["batchNorm"];
}

/** What a backward pass shows, and which way gradients take through the blocks. */
export interface BackwardOptions {
  /** Called with the gradient of the output of each operation, which it must not dispose. */
  readonly show?: (operation: string, gradient: tf.Tensor) => void;
  /** Whether the gradient of a block goes through its branch only, or its shortcut only. By default it goes through both. */
  readonly route?: (block: string) => "branch" | "trunk" | undefined;
}

/** A forward pass that is done. A backward pass uses up its values. */
export interface ForwardPass {
  /** [batch, classes]; the caller disposes them. */
  readonly logits: tf.Tensor2D;
  readonly context: Context;
  /** The values that a backward pass reads, by value. */
  readonly values: readonly (tf.Tensor | undefined)[];
  /** What each step saved for its gradient. */
  readonly saved: readonly (readonly tf.Tensor[])[];
}

/** The passes of one net. */
export class Passes {
  readonly #computation: Computation;
  readonly #steps: readonly Step[];
  /** Of an evaluation in which nobody looks at the outputs of convolutions. */
  readonly #joinedSteps: readonly Step[];
  /** Values that the backward pass reads. */
  readonly #kept: ReadonlySet<Value>;
  /**
   * The input of each shortcut that changes nothing, by its output. Such a shortcut passes its gradient on at once, so that
   * the branch beside it can add its own.
   */
  readonly #sources: ReadonlyMap<Value, Value>;

  constructor(computation: Computation) {
    const { operations } = computation.graph;
    this.#computation = computation;
    this.#steps = stepsOf(computation.graph);
    this.#joinedSteps = joinedSteps(computation.graph);
    this.#kept = new Set(operations.flatMap((operation) => definitionOf(operation).reads(operation)));
    this.#sources = new Map(
      operations.flatMap((operation) =>
        operation.kind === "identity" && operation.same ? [[operation.output, operation.input] as const] : [],
      ),
    );
  }

  /** From images [batch, height, width, channels]. In the mode "train" it keeps what a backward pass reads. */
  forward(images: tf.Tensor4D, mode: ForwardMode, options: ForwardOptions = {}): Generator<void, ForwardPass> {
    return turnsInPrecision(this.#computation.precision, this.#forward(images, mode, options));
  }

  /** From the gradient of the logits to the gradient of each trainable parameter, by name. The caller disposes them. */
  backward(
    pass: ForwardPass,
    dlogits: tf.Tensor,
    options: BackwardOptions = {},
  ): Generator<void, Map<string, tf.Tensor>> {
    return turnsInPrecision(this.#computation.precision, this.#backward(pass, dlogits, options));
  }

  *#forward(images: tf.Tensor4D, mode: ForwardMode, options: ForwardOptions): Generator<void, ForwardPass> {
    const { precision, seed, variables } = this.#computation;
    const { iteration = 0, visit, batchNorm = this.#computation.batchNorm } = options;
    const values: (tf.Tensor | undefined)[] = [precision === "float32" ? images.clone() : store(images)];
    const saved: (readonly tf.Tensor[])[] = [];
    const context: Context = {
      mode,
      batchNorm,
      variable: (name) => variables.get(name)!,
      random: (purpose, { output }) => {
        const uniform = randomStream(seed, purpose, iteration);
        return (index) => uniform(output * 2 ** 32 + index);
      },
      value: (value) => values[value]!,
    };
    const joins = mode === "evaluate" && !visit;
    for (const step of joins ? this.#joinedSteps : this.#steps) {
      const { operation, last } = step;
      const result = step.convolution
        ? forwardJoined(step.convolution, step.operation, context)
        : definitionOf(operation).forward(operation, context);
      values[operation.output] = result.output;
      saved.push(result.saved ?? []);
      visit?.(operation, context);
      for (const value of last) {
        if (mode === "train" && this.#kept.has(value)) continue;
        values[value]?.dispose();
        values[value] = undefined;
      }
      yield;
    }
    const logits = values.pop() as tf.Tensor2D;
    return { context, values, saved, logits };
  }

  *#backward(
    { context, values, saved }: ForwardPass,
    dlogits: tf.Tensor,
    { show, route }: BackwardOptions,
  ): Generator<void, Map<string, tf.Tensor>> {
    const { operations } = this.#computation.graph;
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

/** Whether an operation adds a block's shortcut. */
export function addsShortcut(operation: Operation): operation is Joint {
  return (operation.kind === "norm" || operation.kind === "add") && operation.add !== undefined;
}

/** The block of an operation: "stage1.block2" of "stage1.block2.norm2". */
export function blockOf({ name }: Operation): string {
  return name.split(".").slice(0, 2).join(".");
}
