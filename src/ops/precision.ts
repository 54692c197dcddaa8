// The precisions that nets compute in, and the names of the kernels of bf16-mixed precision.

/**
 * The type in which activations and their gradients are stored between kernels. In bf16-mixed they are bfloat16, while
 * weights, their gradients and updates, statistics, pooled features and the head stay float32.
 */
export type Precision = "float32" | "bf16-mixed";

/** A kernel's name in bf16-mixed precision. TensorFlow.js sees its activations as float32 tensors. */
export function mixedName(kernelName: string): string {
  return `${kernelName}/bf16-mixed`;
}

/** Images as the first kernel reads them. Exists in bf16-mixed precision only. */
export const Store = "Store";
