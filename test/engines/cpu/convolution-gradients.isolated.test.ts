// The reference engine's own gradients of convolutions beside those of TensorFlow.js, which they replace.
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { openEngine } from "../../../src/engines/choice.ts";
import { randomStream } from "../../../src/random.ts";
import { hashValues } from "../../helpers/hash-values.ts";

const names = [tf.Conv2DBackpropFilter, tf.Conv2DBackpropInput] as const;
const stock = new Map<string, tf.KernelFunc>(names.map((name) => [name, tf.getKernel(name, "cpu").kernelFunc]));

beforeAll(async () => {
  await openEngine("cpu");
});

interface Shape {
  readonly x: [number, number, number, number];
  readonly filter: [number, number, number, number];
  readonly strides: number | [number, number];
  readonly pad: number | "same" | "valid";
}

const shapes: Shape[] = [
  { x: [2, 9, 7, 3], filter: [3, 3, 3, 8], strides: 1, pad: 1 },
  { x: [2, 8, 8, 6], filter: [3, 3, 6, 5], strides: 2, pad: 1 },
  { x: [1, 15, 14, 3], filter: [7, 7, 3, 4], strides: 2, pad: 3 },
  { x: [3, 5, 6, 4], filter: [1, 1, 4, 9], strides: 2, pad: 0 },
  { x: [2, 1, 1, 5], filter: [3, 3, 5, 2], strides: 1, pad: 1 },
  { x: [1, 7, 8, 2], filter: [4, 2, 2, 3], strides: [2, 3], pad: "same" },
];

function randomShape(index: number): Shape {
  const uniform = randomStream(11, "benchmark", index);
  const draw = (at: number, from: number, to: number) => from + Math.floor(uniform(at) * (to - from + 1));
  const [channels, kernel] = [draw(0, 1, 9), [draw(1, 1, 5), draw(2, 1, 5)] as const];
  return {
    x: [draw(3, 1, 3), draw(4, 5, 11), draw(5, 5, 11), channels],
    filter: [...kernel, channels, draw(6, 1, 9)],
    strides: draw(7, 1, 3),
    pad: ([0, "same", "valid", Math.min(...kernel) - 1] as const)[draw(8, 0, 3)]!,
  };
}

/** Both gradients by the kernels given, from numbers that the shape decides; `spoil` may put others among them. */
function gradients(
  { x, filter, strides, pad }: Shape,
  kernelOf: (name: string) => tf.KernelFunc,
  spoil: (values: Float32Array) => void = () => {},
): Float32Array[] {
  const tensorOf = (shape: readonly number[], key: number) => {
    const values = Float32Array.from(hashValues(key, tf.util.sizeFromShape([...shape])));
    spoil(values);
    return tf.tensor(values, [...shape]);
  };
  const { outShape } = tf.backend_util.computeConv2DInfo(x, filter, strides, 1, pad);
  const [images, weights, dy] = [tensorOf(x, 1), tensorOf(filter, 2), tensorOf(outShape, 3)];
  const attributes = { strides, pad, dataFormat: "NHWC", inputShape: x, filterShape: filter };
  return names.map((name) => {
    const inputs = name === tf.Conv2DBackpropFilter ? { x: images, dy } : { dy, filter: weights };
    const call = { inputs, backend: tf.backend(), attrs: attributes as unknown as tf.NamedAttrMap };
    const { dataId } = kernelOf(name)(call) as tf.TensorInfo;
    return tf.backend().readSync(dataId) as Float32Array;
  });
}

const own = (name: string) => tf.getKernel(name, "cpu").kernelFunc;
const stocks = (name: string) => stock.get(name)!;

describe("a convolution's gradients on the reference engine", () => {
  it("take the place of TensorFlow.js's", () => {
    for (const name of names) expect(own(name)).not.toBe(stocks(name));
  });

  it.each(shapes.map((shape) => [JSON.stringify(shape), shape] as const))(
    "have TensorFlow.js's bits: %s",
    (_, shape) => {
      expect(gradients(shape, own)).toEqual(gradients(shape, stocks));
    },
  );

  it("have TensorFlow.js's bits on 40 random shapes", () => {
    for (let index = 0; index < 40; index++) {
      const shape = randomShape(index);
      expect(gradients(shape, own), JSON.stringify(shape)).toEqual(gradients(shape, stocks));
    }
  });

  it("pass on what is not finite, as TensorFlow.js's do", () => {
    const spoil = (values: Float32Array) => {
      values[3] = Number.POSITIVE_INFINITY;
      values[5] = Number.NaN;
    };
    const expected = gradients(shapes[0]!, stocks, spoil);
    expect(expected.every((values) => values.some(Number.isNaN))).toBe(true);
    expect(gradients(shapes[0]!, own, spoil)).toEqual(expected);
  });

  it("leave images with their channels first to TensorFlow.js's", () => {
    const x = tf.tensor(Float32Array.from(hashValues(1, 2 * 3 * 6 * 5)), [2, 3, 6, 5]);
    const dy = tf.tensor(Float32Array.from(hashValues(3, 2 * 4 * 6 * 5)), [2, 4, 6, 5]);
    const attrs = { strides: 1, pad: 1, dataFormat: "NCHW", filterShape: [3, 3, 3, 4] } as unknown as tf.NamedAttrMap;
    const [actual, expected] = [own, stocks].map((kernelOf) => {
      const call = { inputs: { x, dy }, backend: tf.backend(), attrs };
      const { dataId } = kernelOf(tf.Conv2DBackpropFilter)(call) as tf.TensorInfo;
      return tf.backend().readSync(dataId);
    });
    expect(actual).toEqual(expected);
  });
});
