// Random shapes and numbers for checks. Equal seeds give equal checks.
import type { Shape4 } from "../ops/kernels.ts";
import { normal, randomStream } from "../random.ts";

/** A tensor before it is on an engine. */
export interface InputValues {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

/** A source of draws. No two draws share a random number. */
export class Draw {
  readonly #seed: number;
  #drawn = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** A whole number from `least` to `most`. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.#stream()(0) * (most - least + 1));
  }

  /** Small batch, height, width and channels, which are seldom multiples of a kernel's block sizes. */
  shape(channels = this.whole(1, 24)): Shape4 {
    return [this.whole(2, 5), this.whole(4, 14), this.whole(4, 14), channels];
  }

  /** Standard normal numbers. */
  normal(shape: readonly number[]): InputValues {
    const stream = this.#stream();
    return { shape, values: Float32Array.from({ length: sizeOf(shape) }, (_, i) => normal(stream, i)) };
  }

  /** Uniform numbers between 0.1 and 1, for variances and gates. */
  positive(shape: readonly number[]): InputValues {
    const stream = this.#stream();
    return { shape, values: Float32Array.from({ length: sizeOf(shape) }, (_, i) => 0.1 + 0.9 * stream(i)) };
  }

  labels(count: number, classes: number): InputValues {
    const stream = this.#stream();
    return { shape: [count], values: Int32Array.from({ length: count }, (_, i) => stream(i) * classes) };
  }

  #stream(): (index: number) => number {
    return randomStream(this.#seed, "conformance", this.#drawn++);
  }
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, extent) => size * extent, 1);
}
