// The common form of native kernels, and the fallback to the stock CPU kernel of the same name.
import { type Attribute, getKernel, type KernelConfig, type TensorInfo } from "@tensorflow/tfjs-core";
import { mixedName } from "../../ops/precision.ts";
import type { Numbers } from "./addon.ts";
import type { Activations, NativeBackend } from "./backend.ts";

export type Inputs = Readonly<Record<string, TensorInfo>>;
/** Undefined if the addon cannot do it. Then the stock kernel does it, in float32. */
export type Kernel<Attributes> = <A extends Numbers>(
  inputs: Inputs,
  attributes: Attributes,
  backend: NativeBackend,
  activations: Activations<A>,
) => TensorInfo | TensorInfo[] | undefined;

/** The TensorFlow.js kernels of the backend "native", one for each precision. */
export function define<Attributes>(kernelName: string, kernel: Kernel<Attributes>): KernelConfig[] {
  return [
    {
      kernelName,
      backendName: "native",
      kernelFunc({ inputs, backend: given, attrs }) {
        const backend = given as NativeBackend;
        const done = kernel(inputs as Inputs, attrs as Attributes, backend, backend.float32);
        if (done) return done;
        const stock = getKernel(kernelName, "cpu");
        if (!stock) throw new Error(`Expected ${kernelName} to get inputs that it supports.`);
        return stock.kernelFunc({ inputs, backend, attrs: attrs as Record<string, Attribute> });
      },
    },
    {
      kernelName: mixedName(kernelName),
      backendName: "native",
      kernelFunc({ inputs, backend: given, attrs }) {
        const backend = given as NativeBackend;
        const done = kernel(inputs as Inputs, attrs as Attributes, backend, backend.bfloat16);
        if (!done) throw new Error(`Expected ${mixedName(kernelName)} to get inputs that it supports.`);
        return done;
      },
    },
  ];
}

/** A TensorFlow.js kernel of the backend "native" that exists in one precision, which its name says. */
export function defineOne<Attributes>(
  kernelName: string,
  kernel: (inputs: Inputs, attributes: Attributes, backend: NativeBackend) => TensorInfo,
): KernelConfig {
  return {
    kernelName,
    backendName: "native",
    kernelFunc: ({ inputs, attrs, backend }) => kernel(inputs as Inputs, attrs as Attributes, backend as NativeBackend),
  };
}

/** Whether all of the tensors are float32. */
export function areFloats(...tensors: readonly TensorInfo[]): boolean {
  return tensors.every((tensor) => tensor.dtype === "float32");
}

/** The number of elements of a tensor with that shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** A shape as rows of channels. Channels are the last axis. */
export function rowsOf(shape: readonly number[]): { rows: number; channels: number } {
  return { rows: sizeOf(shape.slice(0, -1)), channels: shape[shape.length - 1]! };
}
