// One variable for each parameter of a net, such as its velocity or its average, in checkpoints and out of them.
import * as tf from "@tensorflow/tfjs-core";
import type { Parameter } from "../models/parameters.ts";
import type { NamedTensor } from "../types.ts";

/** A variable of the shape of a parameter. */
export interface ParameterVariable {
  readonly parameter: Parameter;
  readonly variable: tf.Variable;
}

/** Copies the variables off the engine. In a checkpoint, the name of each is `prefix` and the parameter's name. */
export async function readVariables(prefix: string, slots: readonly ParameterVariable[]): Promise<NamedTensor[]> {
  return Promise.all(
    slots.map(async ({ parameter, variable }) => ({
      name: prefix + parameter.name,
      shape: parameter.shape,
      data: (await variable.data()) as Float32Array,
    })),
  );
}

/** Sets the variables from the tensors of a checkpoint. */
export function writeVariables(
  prefix: string,
  slots: readonly ParameterVariable[],
  tensors: readonly NamedTensor[],
): void {
  const given = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  for (const { parameter, variable } of slots) {
    const tensor = given.get(prefix + parameter.name);
    if (!tensor) throw new Error(`Expected the checkpoint to have ${prefix}${parameter.name}.`);
    const value = tf.tensor(tensor.data, [...parameter.shape]);
    variable.assign(value);
    value.dispose();
  }
}
