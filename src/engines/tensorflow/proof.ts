// The process that tests an installation: it compares a convolution and its gradients with the sums that define them. It
// exits with 0 if they agree.
import * as tf from "@tensorflow/tfjs-core";
import { convolution, convolutionFilterGradient, convolutionInputGradient } from "../../ops/stock.ts";
import type { TensorflowFiles } from "./backend.ts";
import { registerTensorflow } from "./engine.ts";

const [size, channels, outputs, extent] = [5, 2, 3, 3] as const;
const x = numbers(size * size * channels, 7);
const filter = numbers(extent * extent * channels * outputs, 5);
const dy = numbers(size * size * outputs, 3);

/** Small integers, whose sums are exact in any order. */
function numbers(count: number, factor: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => ((index * factor) % 11) - 5);
}

/** Every product that a 3×3 convolution with padding 1 adds up, forward and in both gradients. */
function byDefinition(): Float32Array[] {
  const [y, dx, dfilter] = [dy, x, filter].map(({ length }) => new Float32Array(length)) as [
    ...[Float32Array, Float32Array, Float32Array],
  ];
  for (let out = 0; out < size * size * outputs; out++) {
    const [pixel, channel] = [Math.floor(out / outputs), out % outputs];
    for (let weight = channel; weight < filter.length; weight += outputs) {
      const [tap, from] = [Math.floor(weight / outputs / channels), Math.floor(weight / outputs) % channels];
      const row = Math.floor(pixel / size) + Math.floor(tap / extent) - 1;
      const column = (pixel % size) + (tap % extent) - 1;
      if (row < 0 || row >= size || column < 0 || column >= size) continue;
      const input = (row * size + column) * channels + from;
      y[out]! += x[input]! * filter[weight]!;
      dx[input]! += dy[out]! * filter[weight]!;
      dfilter[weight]! += dy[out]! * x[input]!;
    }
  }
  return [y, dx, dfilter];
}

registerTensorflow(JSON.parse(process.argv[2]!) as TensorflowFiles, 1);
await tf.setBackend("tensorflow");
const [image, weights, gradient] = [
  tf.tensor(x, [1, size, size, channels]),
  tf.tensor(filter, [extent, extent, channels, outputs]),
  tf.tensor(dy, [1, size, size, outputs]),
];
const computed = [
  convolution(image, weights, 1),
  convolutionInputGradient(gradient, weights, 1, [1, size, size, channels]),
  convolutionFilterGradient(image, gradient, weights, 1),
].map((tensor) => tensor.dataSync() as Float32Array);
byDefinition().forEach((expected, which) => {
  const error = Math.max(...expected.map((value, index) => Math.abs(value - computed[which]![index]!)));
  const name = ["the convolution", "its input's gradient", "its filter's gradient"][which];
  if (!(error <= 0.01)) throw new Error(`${name} is off by ${error}`);
});
