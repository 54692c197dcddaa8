// A net with weights. It computes its graph forward and backward on the current engine.
// It knows no data set and no loss.
import * as tf from "@tensorflow/tfjs-core";
import type { ModelConfig } from "../config/schema.ts";
import type { Precision } from "../ops/precision.ts";
import type { ModelInput, NamedTensor } from "../types.ts";
import { listParameters } from "./describe.ts";
import { buildGraph, type Operation } from "./graph.ts";
import { type Context, definitionOf } from "./operations.ts";
import { createParameters, type Parameter, readVariables, writeVariables } from "./parameters.ts";
import { addsShortcut, type BackwardOptions, blockOf, Passes } from "./passes.ts";
import { responseOperations } from "./responses.ts";
import { atOnce } from "./turns.ts";

/** A value that a block adds to its shortcut. */
export interface Sum {
  /** "stage1.block2" */
  readonly block: string;
  /** What the block adds. */
  readonly branch: tf.Tensor;
  /** What its shortcut passes on. */
  readonly trunk: tf.Tensor;
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

/** A net of the vocabulary with its weights on the engine. */
export class Model {
  /** Trainable parameters and running statistics, in the order in which the net uses them. */
  readonly parameters: readonly Parameter[];
  /** The precision that it computes in. Weights are float32 in every precision. */
  readonly precision: Precision;
  /** The seed of everything that is random in its training. */
  readonly seed: number;
  readonly #config: ModelConfig;
  readonly #passes: Passes;
  readonly #responses: ReadonlyMap<Operation, string>;

  /** Draws weights from `seed`. Without it the weights are zero, for a caller that sets them afterwards. */
  constructor(config: ModelConfig, input: ModelInput, seed?: number, precision: Precision = "float32") {
    this.#config = config;
    this.precision = precision;
    this.seed = seed ?? 0;
    const graph = buildGraph(config, input);
    this.parameters = createParameters(listParameters(graph), seed);
    const variables = new Map(this.parameters.map(({ name, variable }) => [name, variable]));
    const { batchNorm } = config;
    this.#passes = new Passes({ graph, precision, seed: this.seed, batchNorm, variables });
    this.#responses = responseOperations(graph.operations);
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
    return (yield* this.#passes.forward(images, "evaluate")).logits;
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
    const pass = yield* this.#passes.forward(images, "train", { iteration });
    return { logits: pass.logits, backward: (dlogits, options) => this.#passes.backward(pass, dlogits, options) };
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
    const { logits, saved } = atOnce(this.#passes.forward(images, "observe", { batchNorm: { epsilon, momentum } }));
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
    const { logits } = atOnce(this.#passes.forward(images, "evaluate", { visit }));
    logits.dispose();
  }

  /**
   * Calls `show` with the name and the output of each operation for images [batch, height, width, channels], by running
   * statistics. The output is disposed after the call.
   */
  look(images: tf.Tensor4D, show: (operation: string, output: tf.Tensor) => void): void {
    const visit = ({ name, output }: Operation, { value }: Context) => show(name, value(output));
    const { logits } = atOnce(this.#passes.forward(images, "evaluate", { visit }));
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
    const { logits, saved } = atOnce(this.#passes.forward(images, "observe", { visit }));
    tf.dispose([logits, ...saved.flat()]);
  }

  /** Copies all parameters and statistics off the engine. */
  read(): Promise<NamedTensor[]> {
    return readVariables(this.parameters);
  }

  /** Sets the parameters and statistics with these names. They must be exactly the names in this net. */
  write(tensors: readonly NamedTensor[]): void {
    writeVariables(this.parameters, tensors, "weights");
  }

  dispose(): void {
    for (const { variable } of this.parameters) variable.dispose();
  }
}
