import { expect, test } from "vitest";
import { sameArithmetic } from "../../src/engines/engine.ts";

const cpu = { kind: "cpu", name: "AMD EPYC" } as const;
const native = { name: "native", version: "1", variant: "avx2", device: cpu };

test("two engines give the same bits if they are the same code for the same instruction set and guarantee their sums", () => {
  expect(sameArithmetic(native, { ...native, device: { ...cpu, name: "Intel Xeon" } }, "float32")).toBe(true);
  expect(sameArithmetic(native, { ...native, variant: "avx512" }, "float32")).toBe(false);
  expect(sameArithmetic(native, { ...native, version: "2" }, "float32")).toBe(false);
  // In bf16-mixed precision all instruction sets give the same bits.
  expect(sameArithmetic(native, { ...native, variant: "avx512" }, "bf16-mixed")).toBe(true);
  expect(sameArithmetic(native, { ...native, version: "2" }, "bf16-mixed")).toBe(false);
  const tensorflow = { name: "tensorflow", version: "2.21", device: cpu };
  expect(sameArithmetic(tensorflow, tensorflow, "float32")).toBe(false);
  const webgpu = { name: "webgpu", version: "1", device: { kind: "gpu", name: "H100" } } as const;
  expect(sameArithmetic(webgpu, webgpu, "float32")).toBe(false);
});
