// Memory for tensors, reused by exact size. Each training step needs the same sizes, and fresh pages cost more time than
// some kernels. Arrays start on a cache line. They are not cleared.
import type { Addon } from "./addon.ts";

/** Current counts, except `allocations`, which only grows. */
export interface MemoryStatistics {
  /** How often it asked the system for memory. */
  readonly allocations: number;
  readonly bytesInUse: number;
  readonly bytesIdle: number;
}

// Between two steps, the memory of a step is idle. If much more is idle and a new size is needed, the shapes have changed
// for a long time (another net, or a test with larger batches). Then the idle memory goes back to the system.
const idleLimit = { bytes: 1 << 30, peaks: 1.5 };

/** The arrays of the native backend's tensors. */
export class TensorMemory {
  readonly #addon: Pick<Addon, "allocate" | "release">;
  readonly #idle = new Map<number, Float32Array[]>();
  readonly #buffers = new WeakSet<ArrayBufferLike>();
  #allocations = 0;
  #bytesInUse = 0;
  #bytesIdle = 0;
  /** The peak of memory in use since idle memory was last released. */
  #peak = 0;
  /** Whether the system had no more memory at the last request. */
  #exhausted = false;

  constructor(addon: Pick<Addon, "allocate" | "release">) {
    this.#addon = addon;
  }

  /** An array of `length` floats with undefined content, which the caller must return. */
  take(length: number): Float32Array {
    const idle = this.#idle.get(length)?.pop();
    if (idle) this.#bytesIdle -= idle.byteLength;
    const array = idle ?? this.#allocate(length);
    this.#bytesInUse += array.byteLength;
    this.#peak = Math.max(this.#peak, this.#bytesInUse);
    return array;
  }

  /** Takes back an array from take(). */
  giveBack(array: Float32Array): void {
    this.#bytesInUse -= array.byteLength;
    // The run that needed too much ends now, and the next run needs other sizes.
    if (this.#exhausted) {
      this.#addon.release(array.buffer as ArrayBuffer);
      return;
    }
    const idle = this.#idle.get(array.length);
    if (idle) idle.push(array);
    else this.#idle.set(array.length, [array]);
    this.#bytesIdle += array.byteLength;
  }

  /** Whether an array, or the array of a view, belongs to this memory. */
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
      // The system has it again when the event loop turns: too late to try again here, but in time for the next run.
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
