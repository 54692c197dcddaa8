// Calls of the current engine's kernels by name, fused or stock, outside any gradient tape.
import * as tf from "@tensorflow/tfjs-core";
import { mixedName, type Precision } from "./precision.ts";

/** Called for each kernel that ran, with its name, its inputs' shapes, and its seconds if the engine computes at once. */
export type KernelObserver = (kernelName: string, shapes: readonly (readonly number[])[], seconds: number) => void;

let observer: KernelObserver | undefined;

/** Reports every kernel from now on, or none if undefined. For measurements: it slows each call a little. */
export function observeKernels(next: KernelObserver | undefined): void {
  observer = next;
}

let precision: Precision = "float32";

/** Runs all kernels that `compute` calls in that precision. `compute` must be synchronous. */
export function inPrecision<T>(next: Precision, compute: () => T): T {
  const before = precision;
  precision = next;
  try {
    return compute();
  } finally {
    precision = before;
  }
}

/** The same for a computation that pauses between operations. */
export function* turnsInPrecision<T>(next: Precision, turns: Generator<void, T>): Generator<void, T> {
  for (;;) {
    const turn = inPrecision(next, () => turns.next());
    if (turn.done) return turn.value;
    yield;
  }
}

/** All outputs of a kernel, which the caller owns. Undefined inputs are left out. */
export function runKernel(kernelName: string, inputs: object, attributes: object = {}): tf.Tensor[] {
  const given = Object.entries(inputs).filter((entry): entry is [string, tf.Tensor] => entry[1] !== undefined);
  const start = observer && performance.now();
  const name = precision === "bf16-mixed" ? mixedName(kernelName) : kernelName;
  const outputs: unknown = tf
    .engine()
    .runKernel(name, Object.fromEntries(given) as tf.NamedTensorMap, attributes as tf.NamedAttrMap);
  if (observer && start !== undefined) {
    const shapes = given.map(([, tensor]) => tensor.shape);
    observer(kernelName, shapes, (performance.now() - start) / 1000);
  }
  return (Array.isArray(outputs) ? outputs : [outputs]) as tf.Tensor[];
}
