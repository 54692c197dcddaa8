// One variable for each parameter of a net, such as its velocity or its average, in checkpoints and out of them.
import type * as tf from "@tensorflow/tfjs-core";
import { type NamedVariable, type Parameter, readVariables, writeVariables } from "../models/parameters.ts";
import type { NamedTensor } from "../types.ts";

/** A variable of the shape of a parameter. */
export interface ParameterVariable {
  readonly parameter: Parameter;
  readonly variable: tf.Variable;
}

/** Copies the variables off the engine. In a checkpoint, the name of each is `prefix` and the parameter's name. */
export function readSlots(prefix: string, slots: readonly ParameterVariable[]): Promise<NamedTensor[]> {
  return readVariables(named(prefix, slots));
}

/** Sets the variables from the tensors of a checkpoint. */
export function writeSlots(prefix: string, slots: readonly ParameterVariable[], tensors: readonly NamedTensor[]): void {
  writeVariables(named(prefix, slots), tensors, "the checkpoint");
}

function named(prefix: string, slots: readonly ParameterVariable[]): NamedVariable[] {
  return slots.map(({ parameter: { name, shape }, variable }) => ({ name: prefix + name, shape, variable }));
}
