import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { PowerMeter } from "../../src/system/power.ts";
import { temporaryDirectory } from "../records/sample-run.ts";

/** Counters as Linux shows them, and how to move one on. */
function counters(...microjoules: number[]) {
  const folder = temporaryDirectory();
  const set = (i: number, value: number) => writeFileSync(join(folder, `intel-rapl:${i}`, "energy_uj"), `${value}\n`);
  for (const [i, value] of microjoules.entries()) {
    for (const name of [`intel-rapl:${i}`, `intel-rapl:${i}:0`]) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, "max_energy_range_uj"), "1000000000\n");
      writeFileSync(join(folder, name, "energy_uj"), "5\n");
    }
    set(i, value);
  }
  return { folder, set };
}

describe("a power meter", () => {
  it("has the mean of all processors, over an overflow too, and counts no part twice", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
    try {
      const { folder, set } = counters(100e6, 999e6);
      const meter = new PowerMeter({ usesGpu: false, counters: folder });
      vi.advanceTimersByTime(5000);
      set(0, 200e6);
      set(1, 49e6);
      vi.advanceTimersByTime(5000);
      // 100 J and 50 J in 10 s.
      expect(meter.mean()).toEqual({ watts: expect.closeTo(15, 6), source: "RAPL" });
      meter.stop();
    } finally {
      vi.useRealTimers();
    }
  });

  it("adds the mean of a GPU's readings, and claims nothing of a GPU that it cannot read", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
    try {
      const readings = [300, Number.NaN, 400];
      const readGpu = async () => readings.shift() ?? Number.NaN;
      const meter = new PowerMeter({ usesGpu: true, counters: "/nowhere", readGpu });
      await vi.advanceTimersByTimeAsync(30_000);
      expect(meter.mean()).toEqual({ watts: 350, source: "nvidia-smi" });
      meter.stop();
      const { folder } = counters(0);
      const blind = new PowerMeter({
        usesGpu: true,
        counters: folder,
        readGpu: () => Promise.reject(new Error("none")),
      });
      await vi.advanceTimersByTimeAsync(10_000);
      expect(blind.mean()).toBeUndefined();
      blind.stop();
    } finally {
      vi.useRealTimers();
    }
  });

  it("knows nothing where there are no counters", () => {
    const meter = new PowerMeter({ usesGpu: false, counters: "/nowhere" });
    expect(meter.mean()).toBeUndefined();
    meter.stop();
  });
});
