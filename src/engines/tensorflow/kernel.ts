// The base of this engine's kernels: a TensorFlow.js kernel that runs TensorFlow's operations, and the attributes that they
// take.
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Attribute, TensorflowBackend } from "./backend.ts";

type Inputs = Readonly<Record<string, Tensor | undefined>>;

/** Computes outputs from inputs and attributes. The caller owns the outputs. */
export type Kernel<Attributes> = (inputs: Inputs, attributes: Attributes, operations: Operations) => Tensor | Tensor[];

/** A kernel of the backend "tensorflow" that frees all tensors that it made, except its outputs. */
export function define<Attributes>(kernelName: string, kernel: Kernel<Attributes>): tf.KernelConfig {
  return {
    kernelName,
    backendName: "tensorflow",
    kernelFunc: ({ inputs, attrs, backend }) =>
      tf.tidy(() => kernel(inputs as Inputs, attrs as Attributes, new Operations(backend as TensorflowBackend))),
  };
}

/** Runs TensorFlow's operations by name, and makes their attributes. */
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

  /** An operation with this number of outputs. */
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

  /** Sets the type attribute with that name to float32. */
  float32(name: string): Attribute {
    return { name, type: this.#backend.binding.TF_ATTR_TYPE, value: this.#backend.binding.TF_FLOAT };
  }
}
