// The gradients of a convolution for the backend "webgpu". In the stock kernel for the filter's gradient one invocation per
// weight adds up all pixels of the batch, which leaves most of a GPU idle. Here it is a product of matrices in tiles,
// pixels × weights by pixels × channels. Segments of pixels are summed in parallel, then the segments are summed.
import {
  Add,
  backend_util,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  getKernel,
  type KernelConfig,
  type NamedAttrMap,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { ConvolutionInputGradientSum } from "../../ops/kernels.ts";
import { define, type Inputs, type Kernel, sizeOf } from "./kernel.ts";
import { elementwise, elementwiseGroups, type Program } from "./program.ts";

/** For `registerKernel`. */
export function convolutionKernels(): KernelConfig[] {
  return [define(Conv2DBackpropFilter, filterGradient), define(ConvolutionInputGradientSum, inputGradientSum)];
}

/** The stock kernels for the gradient of the input and for the sum, one after the other. */
const inputGradientSum: Kernel<NamedAttrMap> = ({ dy, filter, other }, attributes, backend) => {
  const call = (name: string, inputs: Inputs, attrs: NamedAttrMap = {}) =>
    getKernel(name, "webgpu").kernelFunc({ inputs, attrs, backend }) as TensorInfo;
  const gradient = call(Conv2DBackpropInput, { dy: dy!, filter: filter! }, attributes);
  const sum = call(Add, { a: gradient, b: other! });
  backend.disposeData(gradient.dataId);
  return sum;
};

interface Attributes {
  readonly strides: number | [number, number];
  readonly pad: "same" | "valid" | number | backend_util.ExplicitPadding;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
  readonly filterShape: [number, number, number, number];
}

/** The pixels that a tile loads at a time, and the least number of pixels in a segment that is worth a workgroup. */
const depth = 16;
const fewestPixels = 256;
/** The number of workgroups that keeps a large GPU busy. */
const wantedGroups = 512;
/** The number of invocations in a workgroup. Each one has 4 × 4 sums. */
const invocations = 64;

const filterGradient: Kernel<Attributes> = ({ x, dy }, { strides, pad, dimRoundingMode, filterShape }, backend) => {
  const shape = x!.shape as [number, number, number, number];
  const info = backend_util.computeConv2DInfo(shape, filterShape, strides, 1, pad, dimRoundingMode);
  const weights = info.filterHeight * info.filterWidth * info.inChannels;
  const pixels = info.batchSize * info.outHeight * info.outWidth;
  const tileColumns = info.outChannels <= 16 ? 16 : 32;
  const tiles = [
    Math.ceil(weights / ((invocations * 16) / tileColumns)),
    Math.ceil(info.outChannels / tileColumns),
  ] as const;
  const wanted = Math.min(Math.ceil(wantedGroups / (tiles[0] * tiles[1])), Math.ceil(pixels / fewestPixels));
  const pixelsPerSegment = Math.ceil(pixels / wanted);
  const segments = Math.ceil(pixels / pixelsPerSegment);
  const [partial] = backend.run(tileProgram(tileColumns), {
    inputs: [x!, dy!],
    outputs: [segments === 1 ? filterShape : [segments, ...filterShape]],
    parameters: {
      weights,
      pixels,
      pixelsPerSegment,
      height: info.inHeight,
      width: info.inWidth,
      channels: info.inChannels,
      rows: info.outHeight,
      columns: info.outWidth,
      outputs: info.outChannels,
      filterWidth: info.filterWidth,
      strideY: info.strideHeight,
      strideX: info.strideWidth,
      top: info.padInfo.top,
      left: info.padInfo.left,
    },
    groups: [...tiles, segments],
  });
  if (segments === 1) return partial!;
  const count = sizeOf(filterShape);
  const [sum] = backend.run(segmentSum, {
    inputs: [partial!],
    outputs: [filterShape],
    parameters: { count, segments },
    groups: elementwiseGroups(count),
  });
  backend.disposeData(partial!.dataId);
  return sum!;
};

const segmentSum = elementwise({
  name: "filter gradient total",
  inputs: { partial: "f32" },
  outputs: { sum: "f32" },
  parameters: { segments: "u32" },
  body: `
  var total = 0.0;
  for (var segment = 0u; segment < parameters.segments; segment++) {
    total += partial[segment * parameters.count + i];
  }
  sum[i] = total;`,
});

/**
 * A tile of weights × output channels, summed over one segment of pixels. Each round loads `depth` pixels into the
 * workgroup's memory: their positions, then the input under each weight of the tile and the gradient of each channel.
 */
function tileProgram(tileColumns: number): Program {
  const tileRows = (invocations * 16) / tileColumns;
  const across = tileColumns / 4;
  return {
    name: `filter gradient ${tileColumns}`,
    inputs: { x: "f32", dy: "f32" },
    outputs: { partial: "f32" },
    parameters: {
      weights: "u32",
      pixels: "u32",
      pixelsPerSegment: "u32",
      height: "u32",
      width: "u32",
      channels: "u32",
      rows: "u32",
      columns: "u32",
      outputs: "u32",
      filterWidth: "u32",
      strideY: "u32",
      strideX: "u32",
      top: "u32",
      left: "u32",
    },
    code: `
// For each pixel of the round: its image, and the input's row and column under the filter's first weight.
var<workgroup> places: array<vec3i, ${depth}>;
var<workgroup> inputs: array<f32, ${depth * tileRows}>;
var<workgroup> gradients: array<f32, ${depth * tileColumns}>;

@compute @workgroup_size(${invocations})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let firstWeight = group.x * ${tileRows}u;
  let firstOutput = group.y * ${tileColumns}u;
  let firstPixel = group.z * parameters.pixelsPerSegment;
  let endPixel = min(firstPixel + parameters.pixelsPerSegment, parameters.pixels);
  // The weight for which this invocation loads inputs.
  let weight = firstWeight + local % ${tileRows}u;
  let channel = weight % parameters.channels;
  let across = i32(weight / parameters.channels % parameters.filterWidth);
  let down = i32(weight / parameters.channels / parameters.filterWidth);
  let myRow = local / ${across}u * 4u;
  let myColumn = local % ${across}u * 4u;
  var sums: array<vec4f, 4>;
  for (var pixel = firstPixel; pixel < endPixel; pixel += ${depth}u) {
    if (local < ${depth}u) {
      let at = pixel + local;
      let row = i32(at / parameters.columns % parameters.rows * parameters.strideY) - i32(parameters.top);
      let column = i32(at % parameters.columns * parameters.strideX) - i32(parameters.left);
      let image = select(-1, i32(at / parameters.columns / parameters.rows), at < endPixel);
      places[local] = vec3i(image, row, column);
    }
    workgroupBarrier();
    for (var k = local / ${tileRows}u; k < ${depth}u; k += ${invocations / tileRows}u) {
      let place = places[k];
      let row = place.y + down;
      let column = place.z + across;
      var value = 0.0;
      if (place.x >= 0 && weight < parameters.weights && row >= 0 && row < i32(parameters.height)
        && column >= 0 && column < i32(parameters.width)) {
        let under = (u32(place.x) * parameters.height + u32(row)) * parameters.width + u32(column);
        value = x[under * parameters.channels + channel];
      }
      inputs[k * ${tileRows}u + local % ${tileRows}u] = value;
    }
    for (var k = local / ${tileColumns}u; k < ${depth}u; k += ${invocations / tileColumns}u) {
      let output = firstOutput + local % ${tileColumns}u;
      var value = 0.0;
      if (pixel + k < endPixel && output < parameters.outputs) {
        value = dy[(pixel + k) * parameters.outputs + output];
      }
      gradients[k * ${tileColumns}u + local % ${tileColumns}u] = value;
    }
    workgroupBarrier();
    for (var k = 0u; k < ${depth}u; k++) {
      let at = k * ${tileColumns}u + myColumn;
      let gradient = vec4f(gradients[at], gradients[at + 1u], gradients[at + 2u], gradients[at + 3u]);
      for (var r = 0u; r < 4u; r++) {
        sums[r] += inputs[k * ${tileRows}u + myRow + r] * gradient;
      }
    }
  }
  for (var r = 0u; r < 4u; r++) {
    for (var c = 0u; c < 4u; c++) {
      let weight = firstWeight + myRow + r;
      let output = firstOutput + myColumn + c;
      if (weight < parameters.weights && output < parameters.outputs) {
        partial[(group.z * parameters.weights + weight) * parameters.outputs + output] = sums[r][c];
      }
    }
  }
}`,
  };
}
