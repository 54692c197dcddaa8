// Where each of several parallel runs computes: on its own GPU if there are several, and on its share of the cores.
import { readdirSync } from "node:fs";
import type { EngineOptions } from "../engines/engine.ts";
import { availableCores } from "../system/cores.ts";

/** What a run's process is given. */
export interface Placement {
  readonly engineOptions: EngineOptions & { readonly threads: number };
  /** Variables that its engine reads. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Machine {
  readonly cores: number;
  /** NVIDIA's GPUs by the names that CUDA_VISIBLE_DEVICES takes. */
  readonly gpus: readonly string[];
}

/** This machine, as far as its environment lets this process see it. */
export function thisMachine(): Machine {
  return { cores: availableCores(), gpus: visibleGpus() };
}

/**
 * The place of the run in a slot, 0 … jobs−1. `threads` is what the user wants for each run; without it the slots share
 * the cores. `adapter` may be several, "0,1", which take turns. Where there are more slots than GPUs, they share those.
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
