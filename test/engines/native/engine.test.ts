import { describe, expect, it } from "vitest";
import { measurePeak, nativeVariants, openNative } from "../../../src/engines/native/engine.ts";

describe("the native engine", () => {
  it("names its variant and threads", async () => {
    const titles = { avx512: "AVX-512", avx2: "AVX2", baseline: "x86-64 baseline", neon: "NEON" } as Record<
      string,
      string
    >;
    for (const variant of nativeVariants()) {
      const engine = await openNative({ variant, threads: 2 });
      expect(engine).toMatchObject({
        name: "native",
        description: `native (${titles[variant]}, 2 threads)`,
        variant,
        threads: 2,
        version: expect.stringMatching(/^[0-9a-f]{10}$/),
      });
    }
  });

  it("uses the machine's best variant and all its cores by default", async () => {
    expect(await openNative()).toMatchObject({ variant: nativeVariants()[0] });
    expect(await openNative({ threads: 1 })).toMatchObject({ description: expect.stringContaining(", 1 thread)") });
  });

  it("uses the variant that RESNET_EXP_NATIVE_VARIANT names", async () => {
    const worst = nativeVariants().at(-1)!;
    process.env.RESNET_EXP_NATIVE_VARIANT = worst;
    try {
      expect(await openNative()).toMatchObject({ variant: worst });
    } finally {
      delete process.env.RESNET_EXP_NATIVE_VARIANT;
    }
  });

  it("refuses a variant that it does not have, and an impossible number of threads", async () => {
    await expect(openNative({ variant: "mmx" })).rejects.toThrow(
      `Expected the native engine's variant to be ${nativeVariants().join(", ")}, got mmx.`,
    );
    await expect(openNative({ threads: 0 })).rejects.toThrow(
      "Expected threads to be a whole number from 1 to 1024, got 0.",
    );
    await expect(openNative({ threads: 1.5 })).rejects.toThrow(
      "Expected threads to be a whole number from 1 to 1024, got 1.5.",
    );
  });

  it("measures this machine's peak with each variant", async () => {
    for (const variant of nativeVariants()) {
      await openNative({ variant, threads: 1 });
      const peak = measurePeak();
      expect(Number.isFinite(peak) && peak > 0).toBe(true);
    }
  });
});
