// The gradients of a convolution on the reference engine. Each number is summed in float64 over the same terms in the same
// order as by TensorFlow.js's own kernels, and so has their bits. Only the loops are nested differently: the innermost one
// goes through neighbouring numbers, or keeps its sums in registers.
import type { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import {
  backend_util,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  getKernel,
  type KernelConfig,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
} from "@tensorflow/tfjs-core";
import { inputGradient } from "./input-gradient.ts";

type Shape4 = [number, number, number, number];
type Info = backend_util.Conv2DInfo;
type Inputs = Readonly<Record<"x" | "dy" | "filter", TensorInfo>>;

interface Attributes {
  readonly strides: number | [number, number];
  readonly pad: "same" | "valid" | number | backend_util.ExplicitPadding;
  readonly dataFormat?: "NHWC" | "NCHW";
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
  readonly filterShape: Shape4;
  readonly inputShape: Shape4;
}

/** Puts these gradients in the place of the stock backend's, which still does channels first. */
export function registerConvolutionGradients(): void {
  replace(Conv2DBackpropFilter, ({ x, dy }, attributes, backend) => {
    const info = infoOf(x.shape, attributes.filterShape, attributes);
    const values = filterGradient(info, floats(backend, x), floats(backend, dy));
    return backend.makeTensorInfo([...attributes.filterShape], "float32", values);
  });
  replace(Conv2DBackpropInput, ({ dy, filter }, attributes, backend) => {
    const info = infoOf(attributes.inputShape, filter.shape, attributes);
    const values = inputGradient(info, floats(backend, dy), floats(backend, filter));
    return backend.makeTensorInfo([...attributes.inputShape], "float32", values);
  });
}

/** Σ x·dy over images, rows and columns, [height, width, in, out]. */
function filterGradient(info: Info, x: Float32Array, dy: Float32Array): Float32Array {
  const { batchSize, inChannels, outChannels } = info;
  const sums = new Float64Array(info.filterHeight * info.filterWidth * inChannels * outChannels);
  for (let image = 0; image < batchSize; image++) {
    eachTap(info, image, (input, output, tap) => {
      for (let channel = 0; channel < inChannels; channel++)
        addProducts(sums, (tap * inChannels + channel) * outChannels, x[input + channel]!, dy, output, outChannels);
    });
  }
  return Float32Array.from(sums);
}

/** sums[to…] += factor · values[from…], so many of them. */
function addProducts(
  sums: Float64Array,
  to: number,
  factor: number,
  values: Float32Array,
  from: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) sums[to + i]! += factor * values[from + i]!;
}

/**
 * For each output pixel of an image, by rows, each tap of the filter that reads a pixel of the input: where that pixel's
 * channels begin, where the output pixel's do, and which tap it is.
 */
function eachTap(info: Info, image: number, visit: (input: number, output: number, tap: number) => void): void {
  const { inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, padInfo } = info;
  for (let row = 0; row < outHeight; row++) {
    const top = row * info.strideHeight - padInfo.top;
    for (let y = Math.max(0, -top); y < Math.min(filterHeight, inHeight - top); y++) {
      for (let column = 0; column < outWidth; column++) {
        const left = column * info.strideWidth - padInfo.left;
        const output = ((image * outHeight + row) * outWidth + column) * info.outChannels;
        for (let x = Math.max(0, -left); x < Math.min(filterWidth, inWidth - left); x++) {
          const input = ((image * inHeight + top + y) * inWidth + left + x) * info.inChannels;
          visit(input, output, y * filterWidth + x);
        }
      }
    }
  }
}

function infoOf(input: readonly number[], filter: readonly number[], attributes: Attributes): Info {
  const { strides, pad, dimRoundingMode } = attributes;
  return backend_util.computeConv2DInfo(input as Shape4, filter as Shape4, strides, 1, pad, dimRoundingMode);
}

function floats(backend: MathBackendCPU, { dataId }: TensorInfo): Float32Array {
  return backend.data.get(dataId).values as Float32Array;
}

type Gradient = (inputs: Inputs, attributes: Attributes, backend: MathBackendCPU) => TensorInfo;

/** Has `gradient` run instead of the stock kernel wherever channels come last. */
function replace(kernelName: string, gradient: Gradient): void {
  const stock = getKernel(kernelName, "cpu");
  const kernelFunc: KernelConfig["kernelFunc"] = (call) => {
    const attributes = call.attrs as unknown as Attributes;
    if (attributes.dataFormat === "NCHW") return stock.kernelFunc(call);
    return gradient(call.inputs as Inputs, attributes, call.backend as MathBackendCPU);
  };
  unregisterKernel(kernelName, "cpu");
  registerKernel({ kernelName, backendName: "cpu", kernelFunc });
}
