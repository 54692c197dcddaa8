// Whether the machine may have a GPU, without asking a driver, and how much memory a GPU has by NVIDIA's tool.
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";

/** False only if there is certainly no GPU. Engines that need one are then not worth loading. */
export function mayHaveGpu(): boolean {
  if (process.platform !== "linux") return true;
  const nodes = (directory: string, pattern: RegExp) => {
    try {
      return readdirSync(directory).some((name) => pattern.test(name));
    } catch {
      return false;
    }
  };
  return nodes("/dev/dri", /^renderD/) || nodes("/dev", /^(nvidia\d|dxg$|kgsl)/);
}

/**
 * Memory in MB of the GPU with that name, or with a part of it. Undefined if NVIDIA's tool is missing or knows no such
 * GPU.
 */
export function gpuMemoryMB(name: string): number | undefined {
  let text: string;
  try {
    const query = ["--query-gpu=memory.total,name", "--format=csv,noheader,nounits"];
    text = execFileSync("nvidia-smi", query, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 10_000,
    });
  } catch {
    return undefined;
  }
  for (const line of text.split("\n")) {
    const [, memory, gpu] = /^(\d+), (.+)$/.exec(line.trim()) ?? [];
    if (gpu && (name.includes(gpu) || gpu.includes(name))) return Number(memory);
  }
  return undefined;
}
