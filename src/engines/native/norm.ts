// Batch norm as the kernels apply it: (x − mean)·scale + shift, with the mean, scale and shift of each channel, [3][channels].
import type { NativeBackend } from "./backend.ts";
import type { Inputs } from "./kernel.ts";

/** The mean, scale and shift of each channel, as the kernels compute them. */
export function normOf(
  { gamma, beta }: Readonly<Record<"gamma" | "beta", Float32Array>>,
  mean: Float32Array,
  inverseStd: Float32Array,
): Float32Array {
  const norm = new Float32Array(3 * mean.length);
  norm.set(mean);
  norm.set(
    gamma.map((value, i) => value * inverseStd[i]!),
    mean.length,
  );
  norm.set(beta, 2 * mean.length);
  return norm;
}

/** The same from the inputs of batch norm in evaluation. */
export function inferenceNorm(
  { gamma, beta, mean, variance }: Inputs,
  epsilon: number,
  backend: NativeBackend,
): Float32Array {
  const added = Math.fround(epsilon);
  const inverseStd = backend.floats(variance!).map((value) => 1 / Math.sqrt(value + added));
  const affine = { gamma: backend.floats(gamma!), beta: backend.floats(beta!) };
  return normOf(affine, backend.floats(mean!), inverseStd);
}
