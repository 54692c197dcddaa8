// Convolution, its gradients, the product of matrices and max pooling as kernels of the backend "native". They compute
// shapes, take memory and call the addon. Stock kernels handle other layouts, dilation and unequal strides.
import { backend_util, type TensorInfo } from "@tensorflow/tfjs-core";
import * as ops from "../../ops/kernels.ts";
import { mixedName } from "../../ops/precision.ts";
import type { Shape } from "./addon.ts";
import { areFloats, defineOne, type Kernel } from "./kernel.ts";
import { inferenceNorm } from "./norm.ts";

type Shape4 = [number, number, number, number];

type ConvolutionAttributes = Readonly<{
  strides: number | [number, number];
  pad: "same" | "valid" | number | backend_util.ExplicitPadding;
  dataFormat?: "NHWC" | "NCHW";
  dilations?: number | [number, number];
  dimRoundingMode?: "floor" | "round" | "ceil";
}>;

/** [batch, height, width, in] by [height, width, in, out] to [batch, height, width, out]. */
export const convolution: Kernel<ConvolutionAttributes> = ({ x, filter }, attributes, backend, activations) => {
  const { shape, outShape } = convolutionShape(x!.shape, filter!.shape, attributes);
  if (!shape || !areFloats(x!, filter!)) return undefined;
  const y = activations.make(outShape);
  activations.kernels.convolution({
    shape,
    ...activations.source(x!),
    filter: backend.floats(filter!),
    packed: activations.packed?.(filter!, shape),
    y: y.values,
  });
  return y.info;
};

/** The same, then batch norm of the output by given statistics, the addition of the shortcut, and ReLU. In bfloat16 only. */
export const normalisedConvolution = defineOne<NormalisedConvolutionAttributes>(
  mixedName(ops.NormalisedConvolution),
  ({ x, filter, shortcut, ...statistics }, { relu, epsilon, ...attributes }, backend) => {
    const activations = backend.bfloat16;
    const { shape, outShape } = convolutionShape(x!.shape, filter!.shape, attributes);
    if (!shape) throw new Error(`Expected ${ops.NormalisedConvolution} to get a shape that it supports.`);
    const y = activations.make(outShape);
    backend.addon.mixed.normalisedConvolution({
      shape,
      relu,
      ...activations.source(x!),
      filter: backend.floats(filter!),
      packed: activations.packed?.(filter!, shape),
      outputNorm: inferenceNorm(statistics, epsilon, backend),
      shortcut: shortcut && activations.read(shortcut),
      y: y.values,
    });
    return y.info;
  },
);

type NormalisedConvolutionAttributes = ConvolutionAttributes & ops.BatchNormInferenceAttributes;

type InputGradientAttributes = ConvolutionAttributes & { inputShape: Shape4 };

/** The gradient by the input, of shape `inputShape`; in bfloat16 plus `other`, if that is given. */
export const convolutionInputGradient: Kernel<InputGradientAttributes> = (
  { dy, filter, other },
  attributes,
  backend,
  activations,
) => {
  const { shape } = convolutionShape(attributes.inputShape, filter!.shape, attributes);
  if (!shape || !areFloats(dy!, filter!)) return undefined;
  const dx = activations.make(attributes.inputShape);
  activations.kernels.convolutionInputGradient({
    shape,
    dy: activations.read(dy!),
    filter: backend.floats(filter!),
    other: other && activations.read(other),
    dx: dx.values,
  });
  return dx.info;
};

/** The same plus `other`, in any precision. */
export const convolutionInputGradientSum: Kernel<InputGradientAttributes> = (
  inputs,
  attributes,
  backend,
  activations,
) => {
  const gradient = convolutionInputGradient(inputs, attributes, backend, activations);
  if (!gradient || activations.kernels !== backend.float32.kernels) return gradient;
  const sum = activations.make(attributes.inputShape);
  const [a, b] = [activations.read(inputs.other!), activations.read(gradient as TensorInfo)];
  activations.kernels.add({ count: sum.values.length, a, b, sum: sum.values });
  backend.disposeData((gradient as TensorInfo).dataId);
  return sum.info;
};

/** The gradient by the filter, of shape `filterShape`. */
export const convolutionFilterGradient: Kernel<ConvolutionAttributes & { filterShape: Shape4 }> = (
  { x, dy },
  attributes,
  backend,
  activations,
) => {
  const { shape } = convolutionShape(x!.shape, attributes.filterShape, attributes);
  if (!shape || !areFloats(x!, dy!)) return undefined;
  const dfilter = backend.makeOutput32(attributes.filterShape);
  activations.kernels.convolutionFilterGradient({
    shape,
    ...activations.source(x!),
    dy: activations.read(dy!),
    dfilter: dfilter.values,
  });
  return dfilter.info;
};

/** [1, m, k] by [1, k, n]. One of them may be transposed, but not both. */
export const product: Kernel<{ transposeA: boolean; transposeB: boolean }> = (
  { a, b },
  attributes,
  backend,
  activations,
) => {
  const { transposeA, transposeB } = attributes;
  const [batchA, rowsA, columnsA] = a!.shape as [number, number, number];
  const [batchB, rowsB, columnsB] = b!.shape as [number, number, number];
  if (a!.shape.length !== 3 || b!.shape.length !== 3 || batchA !== 1 || batchB !== 1) return undefined;
  const [m, k] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
  const n = transposeB ? rowsB : columnsB;
  if ((transposeA && transposeB) || m * k * n === 0 || Math.max(m, k, n) > mostExtent || !areFloats(a!, b!))
    return undefined;
  const c = backend.makeOutput32([1, m, n]);
  const operands = { a: backend.floats(a!), b: backend.floats(b!), c: c.values };
  activations.kernels.product({ m, k, n, transposeA, transposeB, ...operands });
  return c.info;
};

type PoolAttributes = Readonly<{
  filterSize: number | [number, number];
  strides: number | [number, number];
  pad: "same" | "valid" | number | backend_util.ExplicitPadding;
  dimRoundingMode?: "floor" | "round" | "ceil";
}>;

/** The maximum of each window and channel. Padding never wins. */
export const maxPool: Kernel<PoolAttributes> = ({ x }, attributes, _backend, activations) => {
  const info = poolInfo(x!.shape, attributes);
  const shape = shapeOf(info);
  if (!shape || !areFloats(x!)) return undefined;
  const y = activations.make(info.outShape);
  activations.kernels.maxPool({ shape, ...activations.source(x!), y: y.values });
  return y.info;
};

/** The gradient of each window goes to its first maximum. */
export const maxPoolGradient: Kernel<PoolAttributes> = ({ dy, input, output }, attributes, _backend, activations) => {
  const shape = shapeOf(poolInfo(input!.shape, attributes));
  if (!shape || !areFloats(dy!, input!, output!)) return undefined;
  const dx = activations.make(input!.shape);
  activations.kernels.maxPoolGradient({
    shape,
    dy: activations.read(dy!),
    x: activations.read(input!),
    y: activations.read(output!),
    dx: dx.values,
  });
  activations.forget?.(input!);
  return dx.info;
};

interface ConvolutionShape {
  /** Undefined where the addon does not compute this convolution. */
  readonly shape: Shape | undefined;
  readonly outShape: readonly number[];
}

// A net asks for the same few shapes in every step, and working one out takes longer than finding it here.
const knownShapes = new Map<string, ConvolutionShape>();

function convolutionShape(
  input: readonly number[],
  filter: readonly number[],
  { strides, pad, dataFormat = "NHWC", dilations = 1, dimRoundingMode }: ConvolutionAttributes,
): ConvolutionShape {
  const key = JSON.stringify([input, filter, strides, pad, dataFormat, dilations, dimRoundingMode]);
  const known = knownShapes.get(key);
  if (known) return known;
  const info = backend_util.computeConv2DInfo(
    input as Shape4,
    filter as Shape4,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    false,
    backend_util.convertConv2DDataFormat(dataFormat),
  );
  const found = { shape: shapeOf(info), outShape: info.outShape };
  knownShapes.set(key, found);
  return found;
}

function poolInfo(input: readonly number[], attributes: PoolAttributes): backend_util.Conv2DInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attributes;
  return backend_util.computePool2DInfo(input as Shape4, filterSize, strides, 1, pad, dimRoundingMode);
}

// cpp/arguments.h has the same limits.
const mostExtent = 1 << 24;

function shapeOf(info: backend_util.Conv2DInfo): Shape | undefined {
  const { filterHeight, filterWidth, strideHeight: stride, padInfo } = info;
  const fits =
    info.dataFormat === "channelsLast" &&
    info.dilationHeight === 1 &&
    info.dilationWidth === 1 &&
    stride === info.strideWidth &&
    stride <= 4 &&
    Math.max(filterHeight, filterWidth) <= 15 &&
    padInfo.top < filterHeight &&
    padInfo.left < filterWidth &&
    (info.outHeight - 1) * stride - padInfo.top < info.inHeight &&
    (info.outWidth - 1) * stride - padInfo.left < info.inWidth;
  const dimensions = [
    ...[info.batchSize, info.inHeight, info.inWidth, info.inChannels],
    ...[info.outHeight, info.outWidth, info.outChannels, filterHeight, filterWidth, stride],
  ];
  return fits && dimensions.every((extent) => extent > 0 && extent <= mostExtent)
    ? Int32Array.from([...dimensions, padInfo.top, padInfo.left])
    : undefined;
}
