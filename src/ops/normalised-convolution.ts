// A convolution and the normalisation of its output in evaluation. Where the engine has no kernel for both, it runs two.
import type { Tensor } from "@tensorflow/tfjs-core";
import { batchNormInference } from "./fused.ts";
import { hasKernel, runKernel } from "./kernel.ts";
import {
  type BatchNormInferenceAttributes,
  NormalisedConvolution,
  type NormalisedConvolutionInputs,
} from "./kernels.ts";
import { convolution, convolutionAttributes } from "./stock.ts";

/** As `batchNormInference` of `convolution`, with the same numbers. */
export function normalisedConvolution(
  { filter, ...inputs }: NormalisedConvolutionInputs,
  stride: number,
  attributes: BatchNormInferenceAttributes,
): Tensor {
  if (hasKernel(NormalisedConvolution)) {
    const all = { ...convolutionAttributes(filter, stride), ...attributes };
    return runKernel(NormalisedConvolution, { filter, ...inputs }, all)[0]!;
  }
  const x = convolution(inputs.x, filter, stride);
  const y = batchNormInference({ ...inputs, x }, attributes);
  x.dispose();
  return y;
}
