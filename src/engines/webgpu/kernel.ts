// The common form of the kernels of the backend "webgpu", and a few shapes.
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import type { WebgpuBackend } from "./backend.ts";
import { elementwiseGroups, type Program } from "./program.ts";

export type Inputs = Readonly<Record<string, TensorInfo>>;
export type Kernel<Attributes> = (
  inputs: Inputs,
  attributes: Attributes,
  backend: WebgpuBackend,
) => TensorInfo | TensorInfo[];

/** The TensorFlow.js kernel of the backend "webgpu". */
export function define<Attributes>(kernelName: string, kernel: Kernel<Attributes>): KernelConfig {
  return {
    kernelName,
    backendName: "webgpu",
    kernelFunc: ({ inputs, backend, attrs }) => kernel(inputs as Inputs, attrs as Attributes, backend as WebgpuBackend),
  };
}

/** A kernel whose outputs all have the shape of its first input. Its program has one invocation per element. */
export function defineElementwise<Attributes extends object>(
  kernelName: string,
  programOf: (attributes: Attributes) => Program,
): KernelConfig {
  return define<Attributes>(kernelName, (inputs, attributes, backend) => {
    const program = programOf(attributes);
    const tensors = Object.keys(program.inputs).map((name) => inputs[name]!);
    const { shape } = tensors[0]!;
    const count = sizeOf(shape);
    return backend.run(program, {
      inputs: tensors,
      outputs: Object.keys(program.outputs).map(() => shape),
      parameters: { ...attributes, count } as Record<string, number>,
      groups: elementwiseGroups(count),
    });
  });
}

/** The number of elements of a tensor with that shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** A shape as rows of channels. Channels are the last axis. */
export function rowsOf(shape: readonly number[]): { rows: number; channels: number } {
  return { rows: sizeOf(shape.slice(0, -1)), channels: shape[shape.length - 1]! };
}
