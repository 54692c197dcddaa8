// The stock kernels of TensorFlow.js that nets use, forward and gradient, with symmetric padding by (k−1)/2.
import {
  Add,
  BatchMatMul,
  Conv2D,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  MaxPool,
  MaxPoolGrad,
  Relu,
  reshape,
  type Tensor,
} from "@tensorflow/tfjs-core";
import { runKernel } from "./kernel.ts";
import { ConvolutionInputGradientSum, type Shape4 } from "./kernels.ts";

/** [batch, height, width, in] by filter [k, k, in, out] to [batch, ⌈height/stride⌉, ⌈width/stride⌉, out]. */
export function convolution(x: Tensor, filter: Tensor, stride: number): Tensor {
  return runKernel(Conv2D, { x, filter }, convolutionAttributes(filter, stride))[0]!;
}

/** The gradient of a convolution's input, of that shape, plus `other`, if that is given. */
export function convolutionInputGradient(
  dy: Tensor,
  filter: Tensor,
  stride: number,
  inputShape: Shape4,
  other?: Tensor,
): Tensor {
  const attributes = { ...convolutionAttributes(filter, stride), inputShape };
  const kernel = other ? ConvolutionInputGradientSum : Conv2DBackpropInput;
  return runKernel(kernel, { dy, filter, other }, attributes)[0]!;
}

/** The gradient of a convolution's filter, of the filter's shape. */
export function convolutionFilterGradient(x: Tensor, dy: Tensor, filter: Tensor, stride: number): Tensor {
  const attributes = { ...convolutionAttributes(filter, stride), filterShape: filter.shape };
  return runKernel(Conv2DBackpropFilter, { x, dy }, attributes)[0]!;
}

/** What a kernel wants to know of a convolution by filter [k, k, in, out]. */
export function convolutionAttributes(filter: Tensor, stride: number) {
  const pad = (filter.shape[0]! - 1) / 2;
  return { strides: stride, pad, dataFormat: "NHWC", dilations: 1 };
}

/** k×k maximum over a map that is padded with values that never win. */
export function maxPool(x: Tensor, kernel: number, stride: number): Tensor {
  return runKernel(MaxPool, { x }, poolAttributes(kernel, stride))[0]!;
}

/** The gradient of the maximum's input. Of equal values, the first one gets it. */
export function maxPoolGradient(dy: Tensor, input: Tensor, output: Tensor, kernel: number, stride: number): Tensor {
  return runKernel(MaxPoolGrad, { dy, input, output }, poolAttributes(kernel, stride))[0]!;
}

function poolAttributes(kernel: number, stride: number) {
  return { filterSize: kernel, strides: stride, pad: (kernel - 1) / 2 };
}

/** a · b of two matrices, one of them transposed if asked. */
export function product(a: Tensor, b: Tensor, transpose: { a?: boolean; b?: boolean } = {}): Tensor {
  const [first, second] = [reshape(a, [1, ...a.shape]), reshape(b, [1, ...b.shape])];
  const attributes = { transposeA: transpose.a ?? false, transposeB: transpose.b ?? false };
  const batched = runKernel(BatchMatMul, { a: first, b: second }, attributes)[0]!;
  const result = reshape(batched, batched.shape.slice(1));
  for (const tensor of [first, second, batched]) tensor.dispose();
  return result;
}

/** a + b, of equal shapes or with one broadcast to the other. */
export function add(a: Tensor, b: Tensor): Tensor {
  return runKernel(Add, { a, b })[0]!;
}

export function relu(x: Tensor): Tensor {
  return runKernel(Relu, { x })[0]!;
}
