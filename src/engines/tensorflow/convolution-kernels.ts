// Convolution, its gradients and max pooling on TensorFlow's operations. The package's own kernels know the paddings "same"
// and "valid" only. Nets here pad by a number on each side.
import * as tf from "@tensorflow/tfjs-core";
import type { Kernel, Operations } from "./kernel.ts";

type Shape4 = [number, number, number, number];

type ConvolutionAttributes = Readonly<{
  strides: number | [number, number];
  pad: "same" | "valid" | number | tf.backend_util.ExplicitPadding;
  dataFormat?: "NHWC" | "NCHW";
  dilations?: number | [number, number];
  dimRoundingMode?: "floor" | "round" | "ceil";
}>;

/** [batch, height, width, in] by [height, width, in, out] to [batch, height, width, out]. */
export const convolution: Kernel<ConvolutionAttributes> = ({ x, filter }, attributes, operations) => {
  const info = convolutionInfo(x!.shape, filter!.shape, attributes);
  return operations.run("Conv2D", [x!, filter!], operationAttributes(info, operations));
};

/** The gradient by the input, of shape `inputShape`. */
export const convolutionInputGradient: Kernel<ConvolutionAttributes & { inputShape: Shape4 }> = (
  { dy, filter },
  attributes,
  operations,
) => {
  const info = convolutionInfo(attributes.inputShape, filter!.shape, attributes);
  const shape = tf.tensor1d(attributes.inputShape, "int32");
  return operations.run("Conv2DBackpropInput", [shape, filter!, dy!], operationAttributes(info, operations));
};

/** The gradient by the filter, of shape `filterShape`. */
export const convolutionFilterGradient: Kernel<ConvolutionAttributes & { filterShape: Shape4 }> = (
  { x, dy },
  attributes,
  operations,
) => {
  const info = convolutionInfo(x!.shape, attributes.filterShape, attributes);
  const shape = tf.tensor1d(attributes.filterShape, "int32");
  return operations.run("Conv2DBackpropFilter", [x!, shape, dy!], operationAttributes(info, operations));
};

function convolutionInfo(
  input: readonly number[],
  filter: readonly number[],
  { strides, pad, dataFormat = "NHWC", dilations = 1, dimRoundingMode }: ConvolutionAttributes,
): tf.backend_util.Conv2DInfo {
  const format = tf.backend_util.convertConv2DDataFormat(dataFormat);
  return tf.backend_util.computeConv2DInfo(
    input as Shape4,
    filter as Shape4,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    false,
    format,
  );
}

function operationAttributes(info: tf.backend_util.Conv2DInfo, operations: Operations) {
  const { strideHeight, strideWidth, dilationHeight, dilationWidth, padInfo } = info;
  const { top, bottom, left, right } = padInfo;
  const padding = paddingOf(info);
  const explicit =
    padding === "EXPLICIT" ? [operations.integers("explicit_paddings", [0, 0, top, bottom, left, right, 0, 0])] : [];
  return [
    operations.float32("T"),
    operations.integers("strides", [1, strideHeight, strideWidth, 1]),
    operations.integers("dilations", [1, dilationHeight, dilationWidth, 1]),
    operations.string("data_format", "NHWC"),
    operations.string("padding", padding),
    ...explicit,
  ];
}

/** TensorFlow's word for a padding. It avoids "EXPLICIT" where it can, whose gradients take three times as long. */
function paddingOf(info: tf.backend_util.Conv2DInfo): "VALID" | "SAME" | "EXPLICIT" {
  const { inHeight, inWidth, outHeight, outWidth, strideHeight, strideWidth, padInfo } = info;
  const { top, bottom, left, right } = padInfo;
  if (top + bottom + left + right === 0) return "VALID";
  const isSame = (size: number, outputs: number, stride: number, extent: number, before: number, after: number) => {
    const total = Math.max(0, (outputs - 1) * stride + extent - size);
    return outputs === Math.ceil(size / stride) && before === Math.floor(total / 2) && after === Math.ceil(total / 2);
  };
  return isSame(inHeight, outHeight, strideHeight, info.effectiveFilterHeight, top, bottom) &&
    isSame(inWidth, outWidth, strideWidth, info.effectiveFilterWidth, left, right)
    ? "SAME"
    : "EXPLICIT";
}

type PoolAttributes = Readonly<{
  filterSize: number | [number, number];
  strides: number | [number, number];
  pad: "same" | "valid" | number | tf.backend_util.ExplicitPadding;
  dimRoundingMode?: "floor" | "round" | "ceil";
}>;

/** The maximum of each window and channel. Padding never wins. */
export const maxPool: Kernel<PoolAttributes> = ({ x }, attributes, operations) => {
  const info = poolInfo(x!.shape, attributes);
  return operations.run("MaxPool", [x!], poolOperationAttributes(info, operations));
};

/** The gradient of each window goes to its first maximum. */
export const maxPoolGradient: Kernel<PoolAttributes> = ({ dy, input, output }, attributes, operations) => {
  const info = poolInfo(input!.shape, attributes);
  return operations.run("MaxPoolGrad", [input!, output!, dy!], poolOperationAttributes(info, operations));
};

function poolInfo(input: readonly number[], attributes: PoolAttributes): tf.backend_util.Conv2DInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attributes;
  return tf.backend_util.computePool2DInfo(input as Shape4, filterSize, strides, 1, pad, dimRoundingMode);
}

function poolOperationAttributes(info: tf.backend_util.Conv2DInfo, operations: Operations) {
  const { filterHeight, filterWidth } = info;
  const common = operationAttributes(info, operations).filter(({ name }) => name !== "dilations");
  return [...common, operations.integers("ksize", [1, filterHeight, filterWidth, 1])];
}
