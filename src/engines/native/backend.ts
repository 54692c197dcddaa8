// The stock CPU backend, with its own memory for the outputs of native kernels. Stock kernels work on the same arrays. No
// array of this memory may outlive its tensor, so a caller that could keep an array gets a copy.

import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import { type backend_util, type DataType, engine, type TensorInfo } from "@tensorflow/tfjs-core";
import type { Addon, Halves, Kernels, Numbers, Shape } from "./addon.ts";
import { type MemoryStatistics, TensorMemory } from "./memory.ts";
import { PackedFilters } from "./packed-filters.ts";
import { Normalised, type Source, StoredHalves } from "./stored-halves.ts";

/** How kernels of one precision read and make activations. */
export interface Activations<A extends Numbers> {
  readonly kernels: Kernels<A>;
  /** A tensor's numbers. They may be read only while the tensor lives. */
  read(tensor: TensorInfo): A;
  /** A tensor for a kernel to fill. Its initial content is undefined. */
  make(shape: readonly number[]): { info: TensorInfo; values: A };
  /** What a kernel reads that can normalise while it reads: a tensor's numbers, or what they are to be made from. */
  source(tensor: TensorInfo): Source<A>;
  /**
   * The output of batch norm with ReLU, without its numbers: the kernels that ask for its source compute them while they
   * read, and for others they are stored at the first reading. It has the memory of x as long as it lives. Undefined where
   * kernels cannot do that.
   * @param norm the mean, scale and shift of each channel
   */
  normalised?(x: TensorInfo, norm: Float32Array): TensorInfo;
  /**
   * A convolution's filter, packed for its kernel, if it was read before and has not changed since. Undefined where kernels
   * take no packed filters.
   */
  packed?(filter: TensorInfo, shape: Shape): Halves | undefined;
  /** Gives back the memory of numbers that can be made again. For a kernel that is probably the last to read them. */
  forget?(tensor: TensorInfo): void;
}

/** The backend "native". */
export class NativeBackend extends MathBackendCPU {
  readonly addon: Addon;
  readonly float32: Activations<Float32Array>;
  readonly bfloat16: Activations<Halves>;
  readonly #memory: TensorMemory;
  readonly #packedFilters: PackedFilters;

  constructor(addon: Addon) {
    super();
    this.addon = addon;
    this.#memory = new TensorMemory(addon);
    this.#packedFilters = new PackedFilters(addon, this.#memory);
    this.float32 = {
      kernels: addon,
      read: (tensor) => this.floats(tensor),
      make: (shape) => this.makeOutput32(shape),
      source: (tensor) => ({ x: this.floats(tensor) }),
    };
    this.bfloat16 = {
      kernels: addon.mixed,
      read: (tensor) => this.#halves(tensor),
      make: (shape) => this.#makeOutput16(shape),
      source: (tensor) => this.#source(tensor),
      normalised: (x, norm) => this.#normalised(x, norm),
      packed: (filter, shape) => this.#packedFilters.read(filter.dataId, this.floats(filter), shape),
      forget: (tensor) => this.#forget(tensor),
    };
  }

  /** A float32 tensor for a kernel to fill. Its initial content is undefined. */
  makeOutput32(shape: readonly number[]): { info: TensorInfo; values: Float32Array } {
    const values = this.#memory.take(shape.reduce((size, extent) => size * extent, 1));
    const dataId = {};
    this.data.set(dataId, { values, dtype: "float32", refCount: 1 });
    return { info: { dataId, shape: [...shape], dtype: "float32" }, values };
  }

  /**
   * A float32 tensor for a kernel to change, which starts with another tensor's numbers. If that one is replaced by it, and no
   * third one has its memory, it takes the memory. Else it is a copy.
   */
  makeUpdated32(tensor: TensorInfo, isReplaced: boolean): { info: TensorInfo; values: Float32Array } {
    const { dataId, shape, dtype } = tensor;
    const values = this.floats(tensor);
    if (isReplaced && this.refCount(dataId) === 1 && this.#memory.owns(values)) {
      this.#packedFilters.drop(dataId);
      this.incRef(dataId);
      return { info: { dataId, shape: [...shape], dtype }, values };
    }
    const copy = this.makeOutput32(shape);
    copy.values.set(values);
    return copy;
  }

  // TensorFlow.js sees a float32 tensor. Its numbers are converted to float32 when anything except our kernels reads them.
  #makeOutput16(shape: readonly number[]): { info: TensorInfo; values: Halves } {
    const stored = StoredHalves.take(
      this.#memory,
      shape.reduce((size, extent) => size * extent, 1),
    );
    const dataId = {};
    this.data.set(dataId, stored);
    return { info: { dataId, shape: [...shape], dtype: "float32" }, values: stored.halves };
  }

  #normalised(x: TensorInfo, norm: Float32Array): TensorInfo {
    const source = this.#halves(x);
    const channels = norm.length / 3;
    const store = () => {
      const stored = StoredHalves.take(this.#memory, source.length);
      this.addon.mixed.normalise({ rows: source.length / channels, channels, x: source, norm, y: stored.halves });
      return stored;
    };
    this.incRef(x.dataId);
    const dataId = {};
    this.data.set(dataId, new Normalised(x.dataId, { x: source, norm }, store));
    return { dataId, shape: [...x.shape], dtype: "float32" };
  }

  #forget(tensor: TensorInfo): void {
    const data: unknown = this.data.get(tensor.dataId);
    const memory = data instanceof Normalised ? data.forget() : undefined;
    if (memory) this.#memory.giveBack(memory);
  }

  #source(tensor: TensorInfo): Source<Halves> {
    const data: unknown = this.data.get(tensor.dataId);
    const asMade = data instanceof Normalised && tensor.shape[tensor.shape.length - 1]! * 3 === data.source.norm.length;
    return asMade ? data.source : { x: this.#halves(tensor) };
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
    const data: unknown = this.data.has(dataId) ? this.data.get(dataId) : undefined;
    const disposed = super.disposeData(dataId, force);
    if (!disposed) return false;
    this.#packedFilters.drop(dataId);
    const isOurs = data instanceof StoredHalves || data instanceof Normalised;
    const memory = isOurs ? data.memory : (data as { values?: unknown } | undefined)?.values;
    if (this.#memory.owns(memory)) this.#memory.giveBack(memory);
    if (data instanceof Normalised && this.disposeData(data.dataId)) engine().removeDataId(data.dataId, this);
    return true;
  }
}
