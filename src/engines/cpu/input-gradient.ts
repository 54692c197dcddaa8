// The gradient of a convolution's input on the reference engine. For each pixel of the input it goes through the pixels of
// the output that read it, so that the sums of several channels stay in registers.
import type { backend_util } from "@tensorflow/tfjs-core";

type Info = backend_util.Conv2DInfo;

/** Channels of the input that are summed together. */
const block = 8;

/** Σ dy·filter over rows, columns and output channels, [batch, height, width, in]. */
export function inputGradient(info: Info, dy: Float32Array, filter: Float32Array): Float32Array {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info;
  const taps = info.filterHeight * info.filterWidth;
  const blocks = Math.ceil(inChannels / block);
  const packed = packFilter(filter, taps, inChannels, outChannels);
  const rows = readers(inHeight, outHeight, info.filterHeight, info.strideHeight, info.padInfo.top);
  const columns = readers(inWidth, outWidth, info.filterWidth, info.strideWidth, info.padInfo.left);
  const dx = new Float32Array(batchSize * inHeight * inWidth * inChannels);
  const sums = new Float64Array(block);
  const [outputs, filters] = [new Int32Array(taps), new Int32Array(taps)];
  for (let pixel = 0; pixel < batchSize * inHeight * inWidth; pixel++) {
    const image = Math.floor(pixel / (inHeight * inWidth));
    let count = 0;
    for (const [row, y] of rows[Math.floor(pixel / inWidth) % inHeight]!) {
      for (const [column, x] of columns[pixel % inWidth]!) {
        outputs[count] = ((image * outHeight + row) * outWidth + column) * outChannels;
        filters[count] = (y * info.filterWidth + x) * outChannels * block;
        count++;
      }
    }
    for (let part = 0; part < blocks; part++) {
      sumProducts(sums, dy, outputs, count, outChannels, packed, filters, part * taps * outChannels * block);
      const first = part * block;
      const channels = Math.min(block, inChannels - first);
      for (let i = 0; i < channels; i++) dx[pixel * inChannels + first + i] = sums[i]!;
    }
  }
  return dx;
}

/** The sums of a block of channels at one pixel, over the taps and their output channels in order. */
function sumProducts(
  sums: Float64Array,
  dy: Float32Array,
  outputs: Int32Array,
  count: number,
  outChannels: number,
  packed: Float64Array,
  filters: Int32Array,
  start: number,
): void {
  let [a, b, c, d, e, f, g, h] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let tap = 0; tap < count; tap++) {
    const output = outputs[tap]!;
    let at = start + filters[tap]!;
    for (let channel = 0; channel < outChannels; channel++) {
      const value = dy[output + channel]!;
      a += value * packed[at]!;
      b += value * packed[at + 1]!;
      c += value * packed[at + 2]!;
      d += value * packed[at + 3]!;
      e += value * packed[at + 4]!;
      f += value * packed[at + 5]!;
      g += value * packed[at + 6]!;
      h += value * packed[at + 7]!;
      at += block;
    }
  }
  sums[0] = a;
  sums[1] = b;
  sums[2] = c;
  sums[3] = d;
  sums[4] = e;
  sums[5] = f;
  sums[6] = g;
  sums[7] = h;
}

/** For each pixel of an axis of the input, the output pixels that read it, in order, each with the tap that does. */
function readers(inputs: number, outputs: number, taps: number, stride: number, pad: number): [number, number][][] {
  const found: [number, number][][] = Array.from({ length: inputs }, () => []);
  for (let output = 0; output < outputs; output++)
    for (let tap = 0; tap < taps; tap++) found[output * stride - pad + tap]?.push([output, tap]);
  return found;
}

/** A filter [taps, in, out] as [in / block, taps, out, block]. The channels that the last block lacks are zero. */
function packFilter(filter: Float32Array, taps: number, inChannels: number, outChannels: number): Float64Array {
  const packed = new Float64Array(Math.ceil(inChannels / block) * taps * outChannels * block);
  for (let tap = 0; tap < taps; tap++) {
    for (let input = 0; input < inChannels; input++) {
      const to = (Math.floor(input / block) * taps + tap) * outChannels * block + (input % block);
      const from = (tap * inChannels + input) * outChannels;
      for (let output = 0; output < outChannels; output++) packed[to + output * block] = filter[from + output]!;
    }
  }
  return packed;
}
