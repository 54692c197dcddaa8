// Helpers of the native engine's tests: seeded tensors, and a computation that runs on the reference and on native.
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import "../../helpers/tape-gradients.ts";
import { openNative } from "../../../src/engines/native/engine.ts";
import { registerComposedKernels } from "../../../src/ops/composed.ts";
import { normal, randomStream } from "../../../src/random.ts";

registerComposedKernels("cpu");

/** By seed, the most numbers drawn so far: the same inputs go through every variant. */
const drawn = new Map<number, Float32Array>();

/** Standard normal numbers from a seed; fewer are the first of more. */
export function numbers(count: number, seed: number): Float32Array {
  let known = drawn.get(seed);
  if (!known || known.length < count) {
    const stream = randomStream(seed, "benchmark", 0);
    known = Float32Array.from({ length: count }, (_, index) => normal(stream, index));
    drawn.set(seed, known);
  }
  return known.slice(0, count);
}

export function tensor(shape: number[], seed: number): tf.Tensor {
  return tf.tensor(numbers(tf.util.sizeFromShape(shape), seed), shape);
}

/** Opens native and makes it the backend. Fails if it is not compiled. */
export async function useNative(options: { variant?: string; threads?: number } = {}): Promise<void> {
  const opened = await openNative(options);
  if ("unavailable" in opened) throw new Error(`The native engine is needed here, but ${opened.unavailable}`);
  await tf.setBackend("native");
}

/** The values of the tensors that `compute` makes, on the reference engine. */
export async function onReference(compute: () => tf.Tensor[]): Promise<Float32Array[]> {
  await tf.setBackend("cpu");
  return valuesOf(compute);
}

/** The same on the native engine. */
export async function onNative(
  compute: () => tf.Tensor[],
  options: { variant?: string; threads?: number } = {},
): Promise<Float32Array[]> {
  await useNative(options);
  return valuesOf(compute);
}

function valuesOf(compute: () => tf.Tensor[]): Float32Array[] {
  const tensors = tf.tidy(() => compute());
  const values = tensors.map((tensor) => Float32Array.from(tensor.dataSync()));
  tf.dispose(tensors);
  return values;
}

/** Whether both hold the same numbers bit for bit. `toEqual` takes a second for a million of them. */
export function sameBits(actual: readonly Float32Array[], expected: readonly Float32Array[]): boolean {
  const bytes = (values: Float32Array) => Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return actual.length === expected.length && actual.every((values, i) => bytes(values).equals(bytes(expected[i]!)));
}

/** The largest difference of two numbers, as a fraction of the largest expected number. */
export function difference(actual: readonly Float32Array[], expected: readonly Float32Array[]): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  return Math.max(
    ...expected.map((wanted, index) => {
      const got = actual[index]!;
      if (got.length !== wanted.length) return Number.POSITIVE_INFINITY;
      let scale = 1e-3;
      let worst = 0;
      for (let i = 0; i < wanted.length; i++) {
        scale = Math.max(scale, Math.abs(wanted[i]!));
        const error = Math.abs(got[i]! - wanted[i]!);
        worst = Math.max(worst, error); // a NaN sticks
      }
      return worst / scale;
    }),
  );
}
