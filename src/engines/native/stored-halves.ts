// What the backend stores of bfloat16 tensors: the usual fields of TensorFlow.js, and its own.
import type { Halves, Numbers } from "./addon.ts";
import type { TensorMemory } from "./memory.ts";

/** Numbers, or those from which batch norm and ReLU make them: `norm` is the mean, scale and shift of each channel. */
export interface Source<A extends Numbers> {
  readonly x: A;
  readonly norm?: Float32Array;
}

/** A tensor with its numbers. */
export class StoredHalves {
  readonly dtype = "float32";
  refCount = 1;
  readonly halves: Halves;
  /** The memory that holds the halves. */
  readonly memory: Float32Array;

  private constructor(halves: Halves, memory: Float32Array) {
    this.halves = halves;
    this.memory = memory;
  }

  /** `length` numbers with undefined content. The caller gives `memory` back. */
  static take(from: TensorMemory, length: number): StoredHalves {
    const memory = from.take((length + 1) >> 1);
    return new StoredHalves(new Uint16Array(memory.buffer, 0, length), memory);
  }

  /** A copy in float32. */
  get values(): Float32Array {
    return wide(this.halves);
  }
}

/** The output of batch norm with ReLU, whose numbers are stored only if something reads them. */
export class Normalised {
  readonly dtype = "float32";
  refCount = 1;
  /** The input, which lives as long as this. */
  readonly dataId: object;
  readonly source: Source<Halves> & { readonly norm: Float32Array };
  readonly #store: () => StoredHalves;
  #stored: StoredHalves | undefined;

  constructor(dataId: object, source: Normalised["source"], store: () => StoredHalves) {
    this.dataId = dataId;
    this.source = source;
    this.#store = store;
  }

  get halves(): Halves {
    this.#stored ??= this.#store();
    return this.#stored.halves;
  }

  /** The memory that holds the halves, if they are stored. */
  get memory(): Float32Array | undefined {
    return this.#stored?.memory;
  }

  /** Forgets the numbers until something reads them again. Returns their memory. */
  forget(): Float32Array | undefined {
    const { memory } = this;
    this.#stored = undefined;
    return memory;
  }

  /** A copy in float32. */
  get values(): Float32Array {
    return wide(this.halves);
  }
}

function wide(halves: Halves): Float32Array {
  const values = new Float32Array(halves.length);
  const bits = new Uint32Array(values.buffer);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  return values;
}
