// Batches of made-up images for tests of training.
import type { Batch } from "../../src/types.ts";
import { hashValues } from "../helpers/hash-values.ts";

/** `count` images of 8×8×3 and labels of 10 classes; other ones for each key. */
export function hashBatch(key: number, count: number): Batch {
  return {
    images: Float32Array.from(hashValues(key, count * 8 * 8 * 3)),
    shape: [count, 8, 8, 3],
    labels: Int32Array.from({ length: count }, (_, i) => (i * 7 + key) % 10),
  };
}
