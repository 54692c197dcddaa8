// The gradient of max pooling for the backend "webgpu". The first of equal values gets it, as on every other engine. The
// stock kernel gives it to the last one, and after a ReLU many values are equal.
import { backend_util, type KernelConfig, MaxPoolGrad } from "@tensorflow/tfjs-core";
import { define, type Kernel, sizeOf } from "./kernel.ts";
import { elementwise, elementwiseGroups } from "./program.ts";

interface Attributes {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: "same" | "valid" | number | backend_util.ExplicitPadding;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** For `registerKernel`. */
export function maxPoolKernel(): KernelConfig {
  return define(MaxPoolGrad, maxPoolGradient);
}

const maxPoolGradient: Kernel<Attributes> = ({ dy, input, output }, attributes, backend) => {
  const { filterSize, strides, pad, dimRoundingMode } = attributes;
  const shape = input!.shape as [number, number, number, number];
  const info = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  const count = sizeOf(shape);
  return backend.run(program, {
    inputs: [dy!, input!, output!],
    outputs: [shape],
    parameters: {
      count,
      channels: info.inChannels,
      height: info.inHeight,
      width: info.inWidth,
      rows: info.outHeight,
      columns: info.outWidth,
      kernelHeight: info.filterHeight,
      kernelWidth: info.filterWidth,
      strideY: info.strideHeight,
      strideX: info.strideWidth,
      top: info.padInfo.top,
      left: info.padInfo.left,
    },
    groups: elementwiseGroups(count),
  });
};

/**
 * One invocation per pixel of the input. It adds up the gradients of the windows in which its pixel is the first
 * maximum.
 */
const program = elementwise({
  name: "max pool gradient",
  inputs: { dy: "f32", x: "f32", y: "f32" },
  outputs: { dx: "f32" },
  parameters: {
    channels: "u32",
    height: "u32",
    width: "u32",
    rows: "u32",
    columns: "u32",
    kernelHeight: "u32",
    kernelWidth: "u32",
    strideY: "u32",
    strideX: "u32",
    top: "u32",
    left: "u32",
  },
  body: `
  let channel = i % parameters.channels;
  let column = i / parameters.channels % parameters.width;
  let row = i / parameters.channels / parameters.width % parameters.height;
  let image = i / parameters.channels / parameters.width / parameters.height;
  var sum = 0.0;
  for (var down = 0u; down < parameters.kernelHeight; down++) {
    for (var across = 0u; across < parameters.kernelWidth; across++) {
      // The window that has this pixel at (down, across), in padded coordinates.
      if (row + parameters.top < down || column + parameters.left < across) {
        continue;
      }
      let first = vec2u(row + parameters.top - down, column + parameters.left - across);
      if (first.x % parameters.strideY != 0u || first.y % parameters.strideX != 0u) {
        continue;
      }
      let window = vec2u(first.x / parameters.strideY, first.y / parameters.strideX);
      if (window.x >= parameters.rows || window.y >= parameters.columns) {
        continue;
      }
      let output = ((image * parameters.rows + window.x) * parameters.columns + window.y) * parameters.channels + channel;
      var chosen = x[i] == y[output];
      for (var before = 0u; chosen && before < down * parameters.kernelWidth + across; before++) {
        let at = first + vec2u(before / parameters.kernelWidth, before % parameters.kernelWidth);
        if (at.x < parameters.top || at.y < parameters.left || at.y - parameters.left >= parameters.width) {
          continue;
        }
        let pixel = (image * parameters.height + at.x - parameters.top) * parameters.width + at.y - parameters.left;
        chosen = x[pixel * parameters.channels + channel] != y[output];
      }
      sum += select(0.0, dy[output], chosen);
    }
  }
  dx[i] = sum;`,
});
