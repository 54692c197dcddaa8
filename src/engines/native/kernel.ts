// What native kernels have in common: their form, and the way back to the stock CPU kernel of the same name.
import { type Attribute, getKernel, type KernelConfig, type TensorInfo } from "@tensorflow/tfjs-core";
import type { NativeBackend } from "./backend.ts";

export type Inputs = Readonly<Record<string, TensorInfo>>;
/** Undefined where the addon does not do what is asked: then the stock kernel does. */
export type Kernel<Attributes> = (
  inputs: Inputs,
  attributes: Attributes,
  backend: NativeBackend,
) => TensorInfo | TensorInfo[] | undefined;

/** The TensorFlow.js kernel of the backend "native". */
export function define<Attributes>(kernelName: string, kernel: Kernel<Attributes>): KernelConfig {
  return {
    kernelName,
    backendName: "native",
    kernelFunc({ inputs, backend, attrs }) {
      const done = kernel(inputs as Inputs, attrs as Attributes, backend as NativeBackend);
      if (done) return done;
      const stock = getKernel(kernelName, "cpu");
      if (!stock) throw new Error(`Expected ${kernelName} to get what it can do.`);
      return stock.kernelFunc({ inputs, backend, attrs: attrs as Record<string, Attribute> });
    },
  };
}

/** Whether all of the tensors are float32. */
export function areFloats(...tensors: readonly TensorInfo[]): boolean {
  return tensors.every((tensor) => tensor.dtype === "float32");
}

/** How many numbers a tensor of that shape holds. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** A shape as rows of channels, the last axis. */
export function rowsOf(shape: readonly number[]): { rows: number; channels: number } {
  return { rows: sizeOf(shape.slice(0, -1)), channels: shape[shape.length - 1]! };
}
