// Distributes parallel runs over the machine: each gets its own GPU if there are several, and a share of the cores.
import { readdirSync } from "node:fs";
import type { EngineOptions } from "../engines/engine.ts";
import { availableCores } from "../system/cores.ts";

/** What a run's process gets. */
export interface Placement {
  readonly engineOptions: EngineOptions & { readonly threads: number };
  /** Environment variables for its engine. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Machine {
  readonly cores: number;
  /** NVIDIA GPUs, by their names in CUDA_VISIBLE_DEVICES. */
  readonly gpus: readonly string[];
}

/** This machine, as far as this process may use it. */
export function thisMachine(): Machine {
  return { cores: availableCores(), gpus: visibleGpus() };
}

/**
 * The placement of the run in a slot, 0 … jobs−1. `threads` is the number for each run; without it the slots share the
 * cores. `adapter` may list several, "0,1", which are used in turn. If there are more slots than GPUs, slots share a GPU.
 */
export function placementOf(slot: number, jobs: number, options: EngineOptions, machine: Machine): Placement {
  const adapters = options.adapter?.split(",") ?? [];
  const adapter = adapters[slot % adapters.length];
  const threads = options.threads ?? Math.max(1, Math.floor(machine.cores / jobs));
  const gpu = machine.gpus[slot % machine.gpus.length];
  return {
    engineOptions: { ...options, adapter, threads },
    env: gpu === undefined ? {} : { CUDA_VISIBLE_DEVICES: gpu },
  };
}

function visibleGpus(): string[] {
  const chosen = process.env.CUDA_VISIBLE_DEVICES;
  if (chosen !== undefined) return chosen.split(",").filter((name) => name !== "");
  try {
    return readdirSync("/proc/driver/nvidia/gpus").map((_, index) => String(index));
  } catch {
    return [];
  }
}
