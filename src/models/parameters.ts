// The parameters and running statistics of a net, on the engine.
import * as tf from "@tensorflow/tfjs-core";
import { normal, randomStream } from "../random.ts";
import type { NamedTensor } from "../types.ts";
import type { Initialiser, ParameterDescription } from "./describe.ts";

/** A variable with the name and shape under which files have its numbers. */
export interface NamedVariable {
  readonly name: string;
  readonly shape: readonly number[];
  readonly variable: tf.Variable;
}

/** A trainable parameter or a running statistic, with its variable. */
export interface Parameter extends ParameterDescription, NamedVariable {}

/**
 * Draws initial values from `seed`. Each parameter has its own stream of random numbers, so layers of the same shape differ.
 * Without a seed the values are zero.
 */
export function createParameters(
  descriptions: readonly ParameterDescription[],
  seed: number | undefined,
): readonly Parameter[] {
  return descriptions.map((description, index) => ({
    ...description,
    variable: createVariable(description, seed, index),
  }));
}

/** Copies variables off the engine. */
export function readVariables(variables: readonly NamedVariable[]): Promise<NamedTensor[]> {
  return Promise.all(
    variables.map(async ({ name, shape, variable }) => ({
      name,
      shape,
      data: (await variable.data()) as Float32Array,
    })),
  );
}

/**
 * Sets variables to the tensors of the same names.
 * @param source where the tensors are from, for the error if one is missing
 */
export function writeVariables(
  variables: readonly NamedVariable[],
  tensors: readonly NamedTensor[],
  source: "weights" | "the checkpoint",
): void {
  const given = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  for (const { name, shape, variable } of variables) {
    const tensor = given.get(name);
    if (!tensor) throw new Error(`Expected ${source} to have ${name}.`);
    if (tensor.shape.join() !== shape.join())
      throw new Error(`Expected ${name} to have shape [${shape}], got [${tensor.shape}].`);
    const value = tf.tensor(tensor.data, [...shape]);
    variable.assign(value);
    value.dispose();
  }
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
