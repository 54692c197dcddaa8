// Grouped convolutions (Xie et al. 2017): each output channel reads the input channels of its own group only. Where the
// engine has no kernel for them, they run as one convolution whose filter is zero between the groups. That is more work,
// but the engine's fastest kernels do it. With one group it is the plain convolution.
import { concat, reshape, sum, type Tensor, tensor, tidy } from "@tensorflow/tfjs-core";
import { gated } from "./fused.ts";
import { hasKernel, runKernel } from "./kernel.ts";
import {
  GroupedConvolution,
  GroupedConvolutionFilterGrad,
  GroupedConvolutionInputGrad,
  type Shape4,
} from "./kernels.ts";
import * as stock from "./stock.ts";

/** [batch, height, width, in] by filter [k, k, in/groups, out]; group i of `out` reads group i of `in`. */
export function convolution(x: Tensor, filter: Tensor, stride: number, groups: number): Tensor {
  if (groups === 1) return stock.convolution(x, filter, stride);
  if (hasKernel(GroupedConvolution)) return runKernel(GroupedConvolution, { x, filter }, { stride, groups })[0]!;
  return tidy(() => stock.convolution(x, whole(filter, groups), stride));
}

/** The gradient of a convolution's input, of that shape, plus `other`, if that is given. */
export function convolutionInputGradient(
  dy: Tensor,
  filter: Tensor,
  stride: number,
  shape: Shape4,
  groups: number,
  other?: Tensor,
): Tensor {
  if (groups === 1) return stock.convolutionInputGradient(dy, filter, stride, shape, other);
  if (hasKernel(GroupedConvolutionInputGrad)) {
    const attributes = { stride, groups, inputShape: shape };
    const gradient = runKernel(GroupedConvolutionInputGrad, { dy, filter }, attributes)[0]!;
    if (!other) return gradient;
    const sum = stock.add(gradient, other);
    gradient.dispose();
    return sum;
  }
  return tidy(() => stock.convolutionInputGradient(dy, whole(filter, groups), stride, shape, other));
}

/** The gradient of a convolution's filter, of the filter's shape. */
export function convolutionFilterGradient(
  x: Tensor,
  dy: Tensor,
  filter: Tensor,
  stride: number,
  groups: number,
): Tensor {
  if (groups === 1) return stock.convolutionFilterGradient(x, dy, filter, stride);
  if (hasKernel(GroupedConvolutionFilterGrad)) {
    const attributes = { stride, groups, filterShape: filter.shape };
    return runKernel(GroupedConvolutionFilterGrad, { x, dy }, attributes)[0]!;
  }
  const [kernel, , inputs, outputs] = filter.shape as [number, number, number, number];
  return tidy(() => {
    const full = whole(filter, groups);
    const gradient = gated(
      { x: stock.convolutionFilterGradient(x, dy, full, stride), gate: within(full.shape as Shape4, groups) },
      { complement: false },
    );
    // At each place only one of the groups is not zero.
    return reshape(sum(reshape(gradient, [kernel * kernel, groups, inputs * outputs]), 1), filter.shape);
  });
}

/** The filter [k, k, in, out] that computes the same without groups. */
function whole(filter: Tensor, groups: number): Tensor {
  const [kernel, , inputs, outputs] = filter.shape as [number, number, number, number];
  const shape: Shape4 = [kernel, kernel, groups * inputs, outputs];
  const rows = reshape(filter, [kernel * kernel, inputs * outputs]);
  const copies = reshape(concat(new Array<Tensor>(groups).fill(rows), 1), [...shape]);
  return gated({ x: copies, gate: within(shape, groups) }, { complement: false });
}

/** 1 where input and output of a filter [k, k, in, out] are in the same group, else 0. */
function within([height, width, inputs, outputs]: Shape4, groups: number): Tensor {
  const groupOf = (channel: number, channels: number) => Math.floor((channel * groups) / channels);
  const size = inputs * outputs;
  const plane = Float32Array.from({ length: size }, (_, i) =>
    groupOf(Math.floor(i / outputs), inputs) === groupOf(i % outputs, outputs) ? 1 : 0,
  );
  const values = new Float32Array(height * width * size);
  for (let at = 0; at < values.length; at += size) values.set(plane, at);
  return tensor(values, [height, width, inputs, outputs]);
}
