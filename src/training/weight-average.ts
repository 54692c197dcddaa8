// The exponential moving average of a net's weights over the iterations (Polyak and Juditsky 1992), running statistics
// included. The net is tested and stored with the average, and trained without it.
import * as tf from "@tensorflow/tfjs-core";
import type { Model } from "../models/model.ts";
import type { NamedTensor } from "../types.ts";
import { type ParameterVariable, readSlots, writeSlots } from "./parameter-variables.ts";

/** In a checkpoint, the name of a parameter's average is this prefix and the parameter's name. */
const prefix = "average/";

/** The averages of all parameters and statistics of a net, which start at their values now. */
export class WeightAverage {
  readonly #slots: readonly ParameterVariable[];
  readonly #decay: number;

  /** @param decay share of the old average in the new one */
  constructor(model: Model, decay: number) {
    this.#decay = decay;
    this.#slots = model.parameters.map((parameter) => ({
      parameter,
      variable: tf.variable(parameter.variable, false),
    }));
  }

  /** After a step: average ← decay·average + (1 − decay)·weights. */
  update(): void {
    for (const { parameter, variable: average } of this.#slots) {
      const next = tf.tidy(() => tf.add(tf.mul(average, this.#decay), tf.mul(parameter.variable, 1 - this.#decay)));
      average.assign(next);
      next.dispose();
    }
  }

  /** Exchanges the net's weights and the averages. */
  swap(): void {
    for (const { parameter, variable: average } of this.#slots) {
      const weights = parameter.variable.clone();
      parameter.variable.assign(average);
      average.assign(weights);
      weights.dispose();
    }
  }

  /** Copies the averages off the engine. */
  read(): Promise<NamedTensor[]> {
    return readSlots(prefix, this.#slots);
  }

  /** Takes the averages from the tensors of a checkpoint. */
  write(tensors: readonly NamedTensor[]): void {
    writeSlots(prefix, this.#slots, tensors);
  }

  dispose(): void {
    for (const { variable } of this.#slots) variable.dispose();
  }
}
