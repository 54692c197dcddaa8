// SGD with momentum in Caffe's form (v ← m·v + lr·(g + decay·w), w ← w − v) over a net's variables.
import * as tf from "@tensorflow/tfjs-core";
import type { TrainingConfig } from "../config/schema.ts";
import type { Model } from "../models/model.ts";
import type { Parameter } from "../models/parameters.ts";
import { momentumUpdate } from "../ops/fused.ts";
import type { NamedTensor } from "../types.ts";
import { clipGradients } from "./gradient-clipping.ts";
import { type ParameterVariable, readSlots, writeSlots } from "./parameter-variables.ts";

/** The constants of a step, besides the learning rate. */
export type OptimizerConfig = Pick<TrainingConfig, "momentum" | "weightDecay" | "weightDecayOn"> &
  Partial<Pick<TrainingConfig, "nesterov" | "gradientClipping" | "trainable">>;

/** In a checkpoint, the name of a parameter's momentum is this prefix and the parameter's name. */
const prefix = "momentum/";

/** The optimizer, with one velocity for each parameter that is trained. */
export class Optimizer {
  readonly #slots: readonly ParameterVariable[];
  readonly #config: OptimizerConfig;

  constructor(model: Model, config: OptimizerConfig) {
    this.#config = config;
    const trained = model.trainable.filter(({ role }) => config.trainable !== "batch-norm" || isOfNorm(role));
    this.#slots = trained.map((parameter) => {
      const zeros = tf.zerosLike(parameter.variable);
      const variable = tf.variable(zeros, false);
      zeros.dispose();
      return { parameter, variable };
    });
  }

  /** One step. Gradients are by parameter name. They are disposed. */
  update(all: ReadonlyMap<string, tf.Tensor>, learningRate: number): void {
    const { momentum, weightDecay, weightDecayOn, nesterov, gradientClipping } = this.#config;
    const gradients = this.#withoutFixed(all);
    const used = gradientClipping === undefined ? gradients : clipGradients(gradients, gradientClipping);
    for (const { parameter, variable: velocity } of this.#slots) {
      const { variable, role } = parameter;
      const gradient = used.get(parameter.name);
      if (!gradient) throw new Error(`Expected a gradient for ${parameter.name}.`);
      const decayed = weightDecayOn === "all" || role === "weights";
      const result = momentumUpdate(
        { weights: variable, velocity, gradient },
        // Nesterov's momentum reads the velocity again.
        { learningRate, momentum, weightDecay: decayed ? weightDecay : 0, areReplaced: !nesterov },
      );
      if (nesterov) {
        const further = lookAhead(result, velocity, momentum);
        variable.assign(further);
        further.dispose();
      } else {
        variable.assign(result.weights);
      }
      velocity.assign(result.velocity);
      tf.dispose([result.weights, result.velocity, gradient]);
    }
  }

  /** The gradients of the parameters that are trained. It disposes the others. */
  #withoutFixed(gradients: ReadonlyMap<string, tf.Tensor>): ReadonlyMap<string, tf.Tensor> {
    if (this.#config.trainable !== "batch-norm") return gradients;
    const trained = new Set(this.#slots.map(({ parameter }) => parameter.name));
    for (const [name, gradient] of gradients) if (!trained.has(name)) gradient.dispose();
    return new Map([...gradients].filter(([name]) => trained.has(name)));
  }

  /** Copies the velocities off the engine. */
  read(): Promise<NamedTensor[]> {
    return readSlots(prefix, this.#slots);
  }

  /** Sets the velocities from a checkpoint's tensors. */
  write(tensors: readonly NamedTensor[]): void {
    writeSlots(prefix, this.#slots, tensors);
  }

  dispose(): void {
    for (const { variable } of this.#slots) variable.dispose();
  }
}

function isOfNorm(role: Parameter["role"]): boolean {
  return role === "gamma" || role === "beta";
}

/**
 * The weights by Nesterov's momentum (Sutskever et al. 2013), from those by the usual one: with w' = w − v', they are
 * w − (m·v' + lr·g) = w' − m·(v' − v).
 */
function lookAhead(
  { weights, velocity }: { readonly weights: tf.Tensor; readonly velocity: tf.Tensor },
  before: tf.Tensor,
  momentum: number,
): tf.Tensor {
  return tf.tidy(() => tf.sub(weights, tf.mul(tf.sub(velocity, before), momentum)));
}
