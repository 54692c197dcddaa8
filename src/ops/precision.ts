// What networks compute in, and how kernels of bf16-mixed precision are named.

/**
 * What activations and their gradients are stored as between kernels: float32, or bfloat16 while weights, their gradients
 * and updates, statistics, pooled features and the head stay float32.
 */
export type Precision = "float32" | "bf16-mixed";

/** A kernel's name in bf16-mixed precision. TensorFlow.js takes its activations for float32 tensors too. */
export function mixedName(kernelName: string): string {
  return `${kernelName}/bf16-mixed`;
}

/** In bf16-mixed precision alone: images as the first kernel reads them. */
export const Store = "Store";
