// What an adapter cannot do is an error where its result is read, never a wrong number.
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { openEngine } from "../../../src/engines/choice.ts";
import * as fused from "../../../src/ops/fused.ts";
import * as kernels from "../../../src/ops/kernels.ts";
import { hasAdapter } from "./adapter.ts";

describe.skipIf(!hasAdapter)("on WebGPU", () => {
  test("an adapter that is not there is answered with those that are", async () => {
    await expect(openEngine("webgpu", { adapter: "no such" })).rejects.toThrow(
      "Expected --adapter to be a part of a name or an index, got no such.",
    );
    await expect(openEngine("webgpu", { adapter: "99" })).rejects.toMatchObject({
      hints: expect.arrayContaining([expect.stringMatching(/^0: .+ \(\w+\)$/)]),
    });
  });

  test("every fused operation has a kernel", async () => {
    await openEngine("webgpu");
    const lacking = Object.values(kernels).filter((name) => !tf.getKernel(name, "webgpu"));
    expect(lacking).toEqual([]);
  });

  test("a tensor larger than the adapter takes is an error when it is read, once", async () => {
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
