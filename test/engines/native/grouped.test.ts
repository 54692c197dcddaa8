// Grouped convolution and its gradients, beside PyTorch's on odd shapes (fixture: test/fixtures/pytorch_grouped.py).
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { hashValues } from "../../../src/conformance/hash-values.ts";
import { nativeVariants } from "../../../src/engines/native/engine.ts";
import * as grouped from "../../../src/ops/grouped.ts";
import { inPrecision, observeKernels } from "../../../src/ops/kernel.ts";
import { onNative, onReference, sameBits, useNative } from "./compare.ts";

interface Sampled {
  shape: number[];
  norm: number;
  every: number;
  values: number[];
}

type Sizes = Record<"batch" | "height" | "width" | "inputs" | "outputs" | "groups" | "kernel" | "stride", number>;
type Case = Sizes & { y: Sampled; dx: Sampled; dfilter: Sampled };

const path = new URL("../../fixtures/pytorch-grouped.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(path, "utf8")) as { cases: Case[] };

const title = ({ batch, height, width, inputs, outputs, groups, kernel, stride }: Sizes) =>
  `${batch}×${height}×${width}×${inputs}, ${kernel}×${kernel} filters to ${outputs} channels in ${groups} groups, stride ${stride}`;

const tensor = (shape: number[], key: number) =>
  tf.tensor(Float32Array.from(hashValues(key, tf.util.sizeFromShape(shape))), shape);

/** y, and the gradients by x and by the filter. */
function convolve({ batch, height, width, inputs, outputs, groups, kernel, stride }: Sizes): tf.Tensor[] {
  const shape = [batch, height, width, inputs] as const;
  const x = tensor([...shape], 1);
  const filter = tensor([kernel, kernel, inputs / groups, outputs], 2);
  const y = grouped.convolution(x, filter, stride, groups);
  const dy = tensor(y.shape, 3);
  return [
    y,
    grouped.convolutionInputGradient(dy, filter, stride, shape, groups),
    grouped.convolutionFilterGradient(x, dy, filter, stride, groups),
  ];
}

/** The largest difference from PyTorch's numbers, as a fraction of the largest of them. */
function distance(values: Float32Array, { norm, every, values: expected }: Sampled): number {
  const largest = Math.max(...expected.map(Math.abs));
  const ours = Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));
  const differences = expected.map((value, index) => Math.abs(values[index * every]! - value));
  return Math.max(Math.abs(ours - norm) / norm, Math.max(...differences) / largest);
}

describe("grouped convolution", () => {
  it.each(cases.map((one) => [title(one), one] as const))(
    "in every variant gives PyTorch's numbers for %s",
    async (_, one) => {
      for (const variant of nativeVariants()) {
        const results = await onNative(() => convolve(one), { variant });
        for (const [index, name] of (["y", "dx", "dfilter"] as const).entries()) {
          expect(results[index]).toHaveLength(tf.util.sizeFromShape(one[name].shape));
          expect(distance(results[index]!, one[name]), `${variant}, ${name}`).toBeLessThan(2e-6);
        }
      }
    },
  );

  it("on an engine without a kernel for it gives PyTorch's numbers too", async () => {
    for (const one of cases.filter(({ height }) => height < 10)) {
      const results = await onReference(() => convolve(one));
      for (const [index, name] of (["y", "dx", "dfilter"] as const).entries())
        expect(distance(results[index]!, one[name]), `${title(one)}, ${name}`).toBeLessThan(2e-6);
    }
  });

  it.each(nativeVariants())("gives the same numbers bit for bit for 1, 2 and 3 threads (%s)", async (variant) => {
    const sizes = { batch: 19, height: 13, width: 11, inputs: 24, outputs: 36, groups: 6, kernel: 3, stride: 1 };
    const one = await onNative(() => convolve(sizes), { variant, threads: 1 });
    for (const threads of [2, 3]) {
      const more = await onNative(() => convolve(sizes), { variant, threads });
      expect(sameBits(more, one), `${threads} threads`).toBe(true);
    }
  });

  it("adds another gradient of its input", async () => {
    const shape = [2, 5, 6, 8] as const;
    const compute = () => {
      const [dy, filter, other] = [tensor([2, 3, 3, 12], 3), tensor([3, 3, 2, 12], 2), tensor([...shape], 4)];
      const gradient = grouped.convolutionInputGradient(dy, filter, 2, shape, 4);
      return [grouped.convolutionInputGradient(dy, filter, 2, shape, 4, other), tf.add(gradient, other)];
    };
    const [sum, expected] = await onNative(compute);
    expect(sameBits([sum!], [expected!])).toBe(true);
  });

  it("has its own kernels in float32, and runs as one convolution in bf16-mixed precision", async () => {
    await useNative();
    const called = (precision: "float32" | "bf16-mixed") => {
      const names = new Set<string>();
      observeKernels((name) => names.add(name));
      tf.tidy(() => inPrecision(precision, () => convolve(cases[0]!)));
      observeKernels(undefined);
      return [...names];
    };
    expect(called("float32")).toEqual([
      "GroupedConvolution",
      "GroupedConvolutionInputGrad",
      "GroupedConvolutionFilterGrad",
    ]);
    expect(called("bf16-mixed")).toContain("Conv2DBackpropFilter");
    expect(called("bf16-mixed").filter((name) => name.startsWith("Grouped"))).toEqual([]);
  });
});
