import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { gpuMemoryMB } from "../../src/engines/gpu.ts";
import { temporaryDirectory } from "../helpers/program.ts";

/** Makes the program find this nvidia-smi only. */
function nvidiaSmi(script: string | undefined): void {
  const directory = temporaryDirectory();
  if (script !== undefined) {
    writeFileSync(join(directory, "nvidia-smi"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(directory, "nvidia-smi"), 0o755);
  }
  const path = process.env.PATH;
  process.env.PATH = directory;
  onTestFinished(() => {
    process.env.PATH = path;
  });
}

test("the memory of a GPU is what NVIDIA's tool says about the GPU with its name", () => {
  nvidiaSmi("echo '24564, NVIDIA GeForce RTX 4090'; echo '81559, NVIDIA H100 80GB HBM3'");
  expect(gpuMemoryMB("NVIDIA H100 80GB HBM3")).toBe(81559);
  expect(gpuMemoryMB("GeForce RTX 4090")).toBe(24564);
  expect(gpuMemoryMB("AMD Radeon")).toBeUndefined();
});

test("the memory of a GPU is unknown without that tool, or if it fails", () => {
  nvidiaSmi(undefined);
  expect(gpuMemoryMB("NVIDIA H100")).toBeUndefined();
  nvidiaSmi("echo No devices were found; exit 6");
  expect(gpuMemoryMB("NVIDIA H100")).toBeUndefined();
});
