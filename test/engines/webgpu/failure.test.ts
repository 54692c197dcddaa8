// Operations that an adapter cannot do. They are errors when the result is read, never wrong numbers.
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { openEngine } from "../../../src/engines/choice.ts";
import * as fused from "../../../src/ops/fused.ts";
import * as kernels from "../../../src/ops/kernels.ts";
import { hasAdapter } from "./adapter.ts";

describe.skipIf(!hasAdapter)("on WebGPU", () => {
  test("a missing adapter is an error with a list of the adapters", async () => {
    await expect(openEngine("webgpu", { adapter: "no such" })).rejects.toThrow(
      "Expected --adapter to be part of a name or an index, got no such.",
    );
    await expect(openEngine("webgpu", { adapter: "99" })).rejects.toMatchObject({
      hints: expect.arrayContaining([expect.stringMatching(/^0: .+ \(\w+\)$/)]),
    });
  });

  test("every fused operation has a kernel, but the normalised convolution, which runs as two, and the grouped, which runs dense", async () => {
    await openEngine("webgpu");
    const lacking = Object.values(kernels).filter((name) => !tf.getKernel(name, "webgpu"));
    expect(lacking).toEqual([
      kernels.NormalisedConvolution,
      kernels.GroupedConvolution,
      kernels.GroupedConvolutionInputGrad,
      kernels.GroupedConvolutionFilterGrad,
    ]);
  });

  test("a tensor that is too large for the adapter is an error when it is read, once", async () => {
    const { engine } = await openEngine("webgpu");
    const tooMany = engine.maximumTensorBytes! / 4 + 1;
    const small = tf.tidy(() => {
      const huge = tf.fill([tooMany], 1);
      return fused.scale(tf.slice(huge, 0, 1), 2);
    });
    await expect(small.data()).rejects.toThrow();
    expect([...(await tf.scalar(3).data())]).toEqual([3]);
  });
});
