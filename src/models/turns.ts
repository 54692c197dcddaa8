// A long computation that pauses between operations: a generator that yields after each one. An operation takes up to a
// second on a slow engine, and the process answers to signals in the pauses.
import * as tf from "@tensorflow/tfjs-core";

/** Runs it to its end without a pause. */
export function atOnce<T>(operations: Generator<void, T>): T {
  for (;;) {
    const next = operations.next();
    if (next.done) return next.value;
  }
}

/**
 * Calls `stopped` after each operation, and gives up when that returns true. All tensors that were made on the way are
 * disposed, as in tf.tidy, except the result. Nothing else may make tensors meanwhile.
 * @returns undefined if it gave up
 */
export async function inTurns<T extends tf.TensorContainer>(
  operations: Generator<void, T>,
  stopped: () => Promise<boolean>,
): Promise<T | undefined> {
  const engine = tf.engine();
  engine.startScope();
  let result: T | undefined;
  try {
    for (;;) {
      const next = operations.next();
      if (next.done) {
        result = next.value;
        return result;
      }
      if (await stopped()) return undefined;
    }
  } finally {
    engine.endScope(result);
  }
}
