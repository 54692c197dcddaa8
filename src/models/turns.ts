// A long computation cut where the event loop may turn: a generator that yields after each operation. On an engine that
// takes a second for one of them, signals are heard in between.
import * as tf from "@tensorflow/tfjs-core";

/** Does all of it without a pause. */
export function atOnce<T>(operations: Generator<void, T>): T {
  for (;;) {
    const next = operations.next();
    if (next.done) return next.value;
  }
}

/**
 * Asks `stopped` after each operation, and gives up where that says so. As in a tidy, tensors that were made on the way
 * are disposed but for the result; nothing else may make tensors meanwhile.
 * @returns undefined where it gave up
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
