// An open engine, and whether two engines give the same numbers.
import type { Precision } from "../ops/precision.ts";
import { type EngineName, exactEngines } from "./names.ts";

/** An engine that is loaded. */
export interface Engine {
  readonly name: EngineName;
  /** For people: "native (AVX-512, 2 threads)". */
  readonly description: string;
  /** The instruction set or adapter, if the engine rounds differently on different ones: "avx512". */
  readonly variant?: string;
  readonly version: string;
  readonly threads: number;
  /** The processor or GPU, by the name that its driver or the operating system gives. */
  readonly device: Device;
  /** The number of training steps that may begin before an earlier step is finished; absent if it computes at once. */
  readonly stepsAhead?: number;
  /** Whether a step may take so long that the program must react to signals within it. */
  readonly slow?: boolean;
  /**
   * Present if it computes bf16-mixed precision on vectors, because the machine has no tiles: the same numbers, but
   * slowly.
   */
  readonly mixedOnVectors?: true;
  /** The largest size of a tensor in bytes, if the device has a limit. */
  readonly maximumTensorBytes?: number;
}

export interface Device {
  readonly kind: "cpu" | "gpu";
  readonly name: string;
}

export interface EngineOptions {
  /** Worker threads. Default: all cores of the process. */
  readonly threads?: number | undefined;
  /** The graphics adapter, by part of its name or by its index. Only webgpu reads it. */
  readonly adapter?: string | undefined;
  /** Whether to open it on a GPU or not at all. An engine answers this as fast as it can. */
  readonly gpuOnly?: boolean | undefined;
}

/** The facts that identify an engine in a run's record. */
export type EngineIdentity = Pick<Engine, "variant" | "version" | "device"> & { readonly name: string };

/**
 * Whether two engines are the same code for the same instruction set or GPU. The number of threads does not matter. In
 * bf16-mixed precision, the instruction set does not matter either.
 */
export function sameCode(a: EngineIdentity, b: EngineIdentity, precision: Precision): boolean {
  const code = ({ name, version, variant = "", device }: EngineIdentity) =>
    [
      ...[name, version, precision === "float32" ? variant : ""],
      ...[device.kind, device.kind === "gpu" ? device.name : ""],
    ].join();
  return code(a) === code(b);
}

/** Whether two engines give the same bits: the same code, of an engine that guarantees the order of its sums. */
export function sameArithmetic(a: EngineIdentity, b: EngineIdentity, precision: Precision): boolean {
  return sameCode(a, b, precision) && exactEngines.includes(a.name);
}

/** An engine, or why it is not available and how to get it. */
export type Opened = Engine | { readonly unavailable: string };
