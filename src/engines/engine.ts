// What an engine is once it is open, and which two of them compute alike.
import type { Precision } from "../ops/precision.ts";
import { type EngineName, exactEngines } from "./names.ts";

/** An engine that is loaded and in force. */
export interface Engine {
  readonly name: EngineName;
  /** For people: "native (AVX-512, 2 threads)". */
  readonly description: string;
  /** What it was compiled for or runs on, where it comes in several that round differently: "avx512". */
  readonly variant?: string;
  readonly version: string;
  readonly threads: number;
  /** What computes, by the name its driver or the operating system gives it. */
  readonly device: Device;
  /** Training steps that may be begun before it is done with an earlier one; absent if it computes at once. */
  readonly stepsAhead?: number;
  /** Whether a step may take so long that signals have to be heard within it. */
  readonly slow?: boolean;
  /** Present where it computes in bf16-mixed precision on vectors, for want of tiles: with the same numbers, but slowly. */
  readonly mixedOnVectors?: true;
  /** The most that one tensor may hold, where the device has such a limit. */
  readonly maximumTensorBytes?: number;
}

export interface Device {
  readonly kind: "cpu" | "gpu";
  readonly name: string;
}

export interface EngineOptions {
  /** Worker threads; all cores of the process without it. */
  readonly threads?: number | undefined;
  /** Which graphics adapter, by part of its name or its index; engines without a choice of them ignore it. */
  readonly adapter?: string | undefined;
  /** Open on a GPU or not at all; an engine answers this as cheaply as it can. */
  readonly gpuOnly?: boolean | undefined;
}

/** What tells engines apart in a run's record. */
export type EngineIdentity = Pick<Engine, "variant" | "version" | "device"> & { readonly name: string };

/**
 * Whether two engines are the same code for the same instruction set or GPU. The number of threads decides nothing, and in
 * bf16-mixed precision the instruction set does not either.
 */
export function sameCode(a: EngineIdentity, b: EngineIdentity, precision: Precision): boolean {
  const code = ({ name, version, variant = "", device }: EngineIdentity) =>
    [
      ...[name, version, precision === "float32" ? variant : ""],
      ...[device.kind, device.kind === "gpu" ? device.name : ""],
    ].join();
  return code(a) === code(b);
}

/** Whether two engines give the same bits: the same code, of an engine that promises the order of its sums. */
export function sameArithmetic(a: EngineIdentity, b: EngineIdentity, precision: Precision): boolean {
  return sameCode(a, b, precision) && exactEngines.includes(a.name);
}

/** An engine, or why there is none and how to get it. */
export type Opened = Engine | { readonly unavailable: string };
