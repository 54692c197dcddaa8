// The stock CPU backend, with its own memory for the outputs of native kernels. Stock kernels work on the same arrays. No
// array of this memory may outlive its tensor, so a caller that could keep an array gets a copy.

import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import type { backend_util, DataType, TensorInfo } from "@tensorflow/tfjs-core";
import type { Addon, Halves, Kernels, Numbers } from "./addon.ts";
import { type MemoryStatistics, TensorMemory } from "./memory.ts";

/** How kernels of one precision read and make activations. */
export interface Activations<A extends Numbers> {
  readonly kernels: Kernels<A>;
  /** A tensor's numbers. They may be read only while the tensor lives. */
  read(tensor: TensorInfo): A;
  /** A tensor for a kernel to fill. Its initial content is undefined. */
  make(shape: readonly number[]): { info: TensorInfo; values: A };
}

/** What the backend stores of a bfloat16 tensor: the usual fields of TensorFlow.js, and its own. */
class StoredHalves {
  readonly dtype = "float32";
  refCount = 1;
  readonly halves: Halves;
  /** The memory that holds the halves. */
  readonly memory: Float32Array;

  constructor(halves: Halves, memory: Float32Array) {
    this.halves = halves;
    this.memory = memory;
  }

  /** A copy in float32. */
  get values(): Float32Array {
    return wide(this.halves);
  }
}

/** The backend "native". */
export class NativeBackend extends MathBackendCPU {
  readonly addon: Addon;
  readonly float32: Activations<Float32Array>;
  readonly bfloat16: Activations<Halves>;
  readonly #memory: TensorMemory;

  constructor(addon: Addon) {
    super();
    this.addon = addon;
    this.#memory = new TensorMemory(addon);
    this.float32 = {
      kernels: addon,
      read: (tensor) => this.floats(tensor),
      make: (shape) => this.makeOutput32(shape),
    };
    this.bfloat16 = {
      kernels: addon.mixed,
      read: (tensor) => this.#halves(tensor),
      make: (shape) => this.#makeOutput16(shape),
    };
  }

  /** A float32 tensor for a kernel to fill. Its initial content is undefined. */
  makeOutput32(shape: readonly number[]): { info: TensorInfo; values: Float32Array } {
    const values = this.#memory.take(shape.reduce((size, extent) => size * extent, 1));
    const dataId = {};
    this.data.set(dataId, { values, dtype: "float32", refCount: 1 });
    return { info: { dataId, shape: [...shape], dtype: "float32" }, values };
  }

  // TensorFlow.js sees a float32 tensor. Its numbers are converted to float32 when anything except our kernels reads them.
  #makeOutput16(shape: readonly number[]): { info: TensorInfo; values: Halves } {
    const length = shape.reduce((size, extent) => size * extent, 1);
    const memory = this.#memory.take((length + 1) >> 1);
    const halves = new Uint16Array(memory.buffer, 0, length);
    const dataId = {};
    this.data.set(dataId, new StoredHalves(halves, memory));
    return { info: { dataId, shape: [...shape], dtype: "float32" }, values: halves };
  }

  /** A tensor's numbers as bfloat16: the stored numbers, or a rounded copy. */
  #halves(tensor: TensorInfo): Halves {
    const { halves } = this.data.get(tensor.dataId) as { halves?: Halves };
    if (halves) return halves;
    const x = this.floats(tensor);
    const y = new Uint16Array(x.length);
    this.addon.mixed.narrow({ count: x.length, x, y });
    return y;
  }

  /** The numbers of a float32 tensor. They may be read only while the tensor lives. */
  floats(tensor: TensorInfo): Float32Array {
    const { values } = this.data.get(tensor.dataId);
    return values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>);
  }

  /** The numbers of an int32 tensor. They may be read only while the tensor lives. */
  integers(tensor: TensorInfo): Int32Array {
    const { values } = this.data.get(tensor.dataId);
    return values instanceof Int32Array ? values : Int32Array.from(values as ArrayLike<number>);
  }

  memoryStatistics(): MemoryStatistics {
    return this.#memory.statistics();
  }

  // Stock kernels pass arrays that they made, or views of an input's array (Slice). Views are copied.
  // The stock method would also print advice to install another engine.
  override write(values: backend_util.BackendValues, _shape: number[], dtype: DataType): object {
    const dataId = {};
    this.data.set(dataId, { values: this.#memory.owns(values) ? values.slice() : values, dtype, refCount: 1 });
    return dataId;
  }

  override move(
    dataId: object,
    values: backend_util.BackendValues,
    _shape: number[],
    dtype: DataType,
    refCount: number,
  ): void {
    this.data.set(dataId, { values: this.#memory.owns(values) ? values.slice() : values, dtype, refCount });
  }

  override readSync(dataId: object): backend_util.BackendValues {
    const values = super.readSync(dataId);
    return this.#memory.owns(values) ? values.slice() : values;
  }

  override disposeData(dataId: object, force = false): boolean {
    const data = this.data.has(dataId) ? (this.data.get(dataId) as Partial<StoredHalves>) : {};
    const memory: unknown = data.memory ?? data.values;
    const disposed = super.disposeData(dataId, force);
    if (disposed && this.#memory.owns(memory)) this.#memory.giveBack(memory);
    return disposed;
  }
}

function wide(halves: Halves): Float32Array {
  const values = new Float32Array(halves.length);
  const bits = new Uint32Array(values.buffer);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  return values;
}
