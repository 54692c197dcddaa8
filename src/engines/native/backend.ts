// The stock CPU backend with memory of its own for what native kernels write. Stock kernels work on it unchanged, on the
// same arrays; but no array of that memory may outlive its tensor, so whatever a caller could keep is a copy.

import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import type { backend_util, DataType, TensorInfo } from "@tensorflow/tfjs-core";
import type { Addon } from "./addon.ts";
import { type MemoryStatistics, TensorMemory } from "./memory.ts";

/** The backend "native". */
export class NativeBackend extends MathBackendCPU {
  readonly addon: Addon;
  readonly #memory: TensorMemory;

  constructor(addon: Addon) {
    super();
    this.addon = addon;
    this.#memory = new TensorMemory(addon);
  }

  /** A float32 tensor for a kernel to fill; what it holds before is undefined. */
  makeOutput32(shape: readonly number[]): { info: TensorInfo; values: Float32Array } {
    const values = this.#memory.take(shape.reduce((size, extent) => size * extent, 1));
    const dataId = {};
    this.data.set(dataId, { values, dtype: "float32", refCount: 1 });
    return { info: { dataId, shape: [...shape], dtype: "float32" }, values };
  }

  /** The numbers of a float32 tensor, to read only while the tensor lives. */
  floats(tensor: TensorInfo): Float32Array {
    const { values } = this.data.get(tensor.dataId);
    return values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>);
  }

  /** The numbers of an int32 tensor, to read only while the tensor lives. */
  integers(tensor: TensorInfo): Int32Array {
    const { values } = this.data.get(tensor.dataId);
    return values instanceof Int32Array ? values : Int32Array.from(values as ArrayLike<number>);
  }

  memoryStatistics(): MemoryStatistics {
    return this.#memory.statistics();
  }

  // Stock kernels hand in arrays they made, or views of an input's array (Slice): the latter are copied.
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
    const values = this.data.has(dataId) ? this.data.get(dataId).values : undefined;
    const disposed = super.disposeData(dataId, force);
    if (disposed && this.#memory.owns(values)) this.#memory.giveBack(values);
    return disposed;
  }
}
