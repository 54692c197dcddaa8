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

/** Whether the current engine has a kernel in the precision in force. */
export function hasKernel(kernelName: string): boolean {
  return tf.getKernel(nameInPrecision(kernelName), tf.engine().backendName) !== undefined;
}

function nameInPrecision(kernelName: string): string {
  return precision === "bf16-mixed" ? mixedName(kernelName) : kernelName;
}

/** All outputs of a kernel, which the caller owns. */
export function runKernel(kernelName: string, inputs: object, attributes: object = {}): tf.Tensor[] {
  const given = withoutUndefined(inputs);
  const start = observer && performance.now();
  const outputs = call(nameInPrecision(kernelName), given, attributes as tf.NamedAttrMap);
  if (observer && start !== undefined) {
    const shapes = Object.values(given).map(({ shape }) => shape);
    observer(kernelName, shapes, (performance.now() - start) / 1000);
  }
  return outputs;
}

// Calls the engine's kernel directly, except on a gradient tape, which TensorFlow.js's own call records. That call takes
// longer than some kernels do.
function call(name: string, inputs: tf.NamedTensorMap, attributes: tf.NamedAttrMap): tf.Tensor[] {
  const engine = tf.engine();
  const { backend, backendName, state } = engine;
  const kernel = tf.getKernel(name, backendName);
  if (!kernel) throw new Error(`Expected the ${backendName} engine to have the kernel ${name}.`);
  const made =
    state.gradientDepth > 0
      ? (engine.runKernel(name, inputs, attributes) as tf.Tensor | tf.Tensor[])
      : kernel.kernelFunc({ inputs, attrs: attributes, backend });
  // A composed kernel returns tensors, the others only what a tensor is made of.
  return (Array.isArray(made) ? made : [made]).map((output) =>
    output instanceof tf.Tensor ? output : engine.makeTensorFromTensorInfo(output),
  );
}

function withoutUndefined(inputs: object): tf.NamedTensorMap {
  const given: tf.NamedTensorMap = {};
  for (const [name, tensor] of Object.entries(inputs) as [string, tf.Tensor | undefined][]) {
    if (tensor) given[name] = tensor;
  }
  return given;
}
