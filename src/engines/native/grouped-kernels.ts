// Grouped convolution and its gradients as kernels of the backend "native", in float32. In bf16-mixed precision it has none:
// there a convolution without groups runs, whose filter is zero between them.
import type { KernelConfig } from "@tensorflow/tfjs-core";
import * as ops from "../../ops/kernels.ts";
import type { Shape } from "./addon.ts";
import { defineOne } from "./kernel.ts";

/** For `registerKernel`. */
export function groupedKernels(): KernelConfig[] {
  return [
    defineOne<ops.GroupedConvolutionAttributes>(ops.GroupedConvolution, ({ x, filter }, attributes, backend) => {
      const { shape, outputShape } = groupedShape(x!.shape, filter!.shape, attributes.stride);
      const y = backend.makeOutput32(outputShape);
      const inputs = { x: backend.floats(x!), filter: backend.floats(filter!) };
      backend.addon.groupedConvolution({ shape, groups: attributes.groups, ...inputs, y: y.values });
      return y.info;
    }),
    defineOne<ops.GroupedConvolutionInputGradAttributes>(
      ops.GroupedConvolutionInputGrad,
      ({ dy, filter }, { stride, groups, inputShape }, backend) => {
        const { shape } = groupedShape(inputShape, filter!.shape, stride);
        const dx = backend.makeOutput32(inputShape);
        const inputs = { dy: backend.floats(dy!), filter: backend.floats(filter!) };
        backend.addon.groupedConvolutionInputGradient({ shape, groups, ...inputs, dx: dx.values });
        return dx.info;
      },
    ),
    defineOne<ops.GroupedConvolutionFilterGradAttributes>(
      ops.GroupedConvolutionFilterGrad,
      ({ x, dy }, { stride, groups, filterShape }, backend) => {
        const { shape } = groupedShape(x!.shape, filterShape, stride);
        const dfilter = backend.makeOutput32(filterShape);
        const inputs = { x: backend.floats(x!), dy: backend.floats(dy!) };
        backend.addon.groupedConvolutionFilterGradient({ shape, groups, ...inputs, dfilter: dfilter.values });
        return dfilter.info;
      },
    ),
  ];
}

/** Padded by (k−1)/2 on each side. */
function groupedShape(input: readonly number[], filter: readonly number[], stride: number) {
  const [batch, height, width, inputs] = input as [number, number, number, number];
  const [kernel, , , outputs] = filter as [number, number, number, number];
  const outputShape = [batch, Math.ceil(height / stride), Math.ceil(width / stride), outputs];
  const padding = (kernel - 1) / 2;
  const shape: Shape = Int32Array.from([
    ...[batch, height, width, inputs],
    ...outputShape.slice(1),
    ...[kernel, kernel, stride, padding, padding],
  ]);
  return { shape, outputShape };
}
