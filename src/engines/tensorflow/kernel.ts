// What the kernels of this engine share: a TensorFlow.js kernel that runs operations of TensorFlow's own, and the
// attributes that those take.
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Attribute, TensorflowBackend } from "./backend.ts";

type Inputs = Readonly<Record<string, Tensor | undefined>>;

/** Inputs and attributes to outputs, all of which the caller owns. */
export type Kernel<Attributes> = (inputs: Inputs, attributes: Attributes, operations: Operations) => Tensor | Tensor[];

/** A kernel of the backend "tensorflow" that frees all it made but what it returns. */
export function define<Attributes>(kernelName: string, kernel: Kernel<Attributes>): tf.KernelConfig {
  return {
    kernelName,
    backendName: "tensorflow",
    kernelFunc: ({ inputs, attrs, backend }) =>
      tf.tidy(() => kernel(inputs as Inputs, attrs as Attributes, new Operations(backend as TensorflowBackend))),
  };
}

/** Runs TensorFlow's operations by name, and spells their attributes. */
export class Operations {
  readonly #backend: TensorflowBackend;

  constructor(backend: TensorflowBackend) {
    this.#backend = backend;
  }

  get onGpu(): boolean {
    return this.#backend.isUsingGpuDevice;
  }

  /** An operation with one output. */
  run(name: string, inputs: readonly Tensor[], attributes: readonly Attribute[]): Tensor {
    return this.#backend.executeSingleOutput(name, attributes, inputs);
  }

  /** An operation with so many outputs. */
  runAll(name: string, inputs: readonly Tensor[], attributes: readonly Attribute[], outputs: number): Tensor[] {
    return this.#backend.executeMultipleOutputs(name, attributes, inputs, outputs);
  }

  string(name: string, value: string): Attribute {
    return { name, type: this.#backend.binding.TF_ATTR_STRING, value };
  }

  integers(name: string, value: readonly number[]): Attribute {
    return { name, type: this.#backend.binding.TF_ATTR_INT, value };
  }

  float(name: string, value: number): Attribute {
    return { name, type: this.#backend.binding.TF_ATTR_FLOAT, value };
  }

  boolean(name: string, value: boolean): Attribute {
    return { name, type: this.#backend.binding.TF_ATTR_BOOL, value };
  }

  /** That the type of that name is float32. */
  float32(name: string): Attribute {
    return { name, type: this.#backend.binding.TF_ATTR_TYPE, value: this.#backend.binding.TF_FLOAT };
  }
}
