// Memory for tensors, reused by exact size: a training step asks for the same sizes again and again, and fresh pages
// cost more than some kernels. Arrays start on a cache line. What is taken is not cleared.
import type { Addon } from "./addon.ts";

/** All counts are of now, but `allocations`, which only grows. */
export interface MemoryStatistics {
  /** How often memory was asked of the system. */
  readonly allocations: number;
  readonly bytesInUse: number;
  readonly bytesIdle: number;
}

// Between two steps all that a step needs lies idle. Where much more does and a size is asked for that is not there, the
// shapes have changed for good or for long (another model, evaluation with larger batches): the idle memory goes back to
// the system.
const idleLimit = { bytes: 1 << 30, peaks: 1.5 };

/** The arrays behind the native backend's tensors. */
export class TensorMemory {
  readonly #addon: Pick<Addon, "allocate" | "release">;
  readonly #idle = new Map<number, Float32Array[]>();
  readonly #buffers = new WeakSet<ArrayBufferLike>();
  #allocations = 0;
  #bytesInUse = 0;
  #bytesIdle = 0;
  /** The most that was in use since idle memory was last released. */
  #peak = 0;
  /** The system had no more, and nothing was asked of it since. */
  #exhausted = false;

  constructor(addon: Pick<Addon, "allocate" | "release">) {
    this.#addon = addon;
  }

  /** An array of `length` floats with undefined contents, to be given back. */
  take(length: number): Float32Array {
    const idle = this.#idle.get(length)?.pop();
    if (idle) this.#bytesIdle -= idle.byteLength;
    const array = idle ?? this.#allocate(length);
    this.#bytesInUse += array.byteLength;
    this.#peak = Math.max(this.#peak, this.#bytesInUse);
    return array;
  }

  /** Takes back an array that take() gave. */
  giveBack(array: Float32Array): void {
    this.#bytesInUse -= array.byteLength;
    // What wanted too much ends now; whatever comes next wants other sizes.
    if (this.#exhausted) {
      this.#addon.release(array.buffer as ArrayBuffer);
      return;
    }
    const idle = this.#idle.get(array.length);
    if (idle) idle.push(array);
    else this.#idle.set(array.length, [array]);
    this.#bytesIdle += array.byteLength;
  }

  /** Whether an array, or a view of part of one, is of this memory. */
  owns(values: unknown): values is Float32Array {
    return ArrayBuffer.isView(values) && this.#buffers.has(values.buffer);
  }

  statistics(): MemoryStatistics {
    return { allocations: this.#allocations, bytesInUse: this.#bytesInUse, bytesIdle: this.#bytesIdle };
  }

  #allocate(length: number): Float32Array {
    if (this.#bytesIdle > Math.max(idleLimit.bytes, idleLimit.peaks * this.#peak)) this.#releaseIdle();
    const buffer = this.#request(Math.max(1, length) * 4);
    this.#buffers.add(buffer);
    this.#allocations++;
    return new Float32Array(buffer, 0, length);
  }

  #request(bytes: number): ArrayBuffer {
    try {
      const buffer = this.#addon.allocate(bytes);
      this.#exhausted = false;
      return buffer;
    } catch (error) {
      // It is the system's again when the event loop turns: too late to try once more here, in time for what comes next.
      this.#exhausted = true;
      this.#releaseIdle();
      throw error;
    }
  }

  #releaseIdle(): void {
    for (const arrays of this.#idle.values()) {
      for (const array of arrays) this.#addon.release(array.buffer as ArrayBuffer);
    }
    this.#idle.clear();
    this.#bytesIdle = 0;
    this.#peak = this.#bytesInUse;
  }
}
