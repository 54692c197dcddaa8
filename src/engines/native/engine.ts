// The native engine: kernels in C++ on all cores, as TensorFlow.js's backend "native". The first opening registers the
// backend. Opening it again may change variant and threads.
// Only one JavaScript thread may use it: the addon's state belongs to the process.
import {
  copyRegisteredKernels,
  getKernel,
  registerBackend,
  registerKernel,
  unregisterKernel,
} from "@tensorflow/tfjs-core";
import { UserError } from "../../errors.ts";
import { availableCores } from "../../system/cores.ts";
import { processorName } from "../processor.ts";
import { type Addon, addonVersion, loadAddon } from "./addon.ts";
import { NativeBackend } from "./backend.ts";
import { nativeKernels } from "./kernels.ts";

/** The native engine, opened. */
export interface NativeEngine {
  readonly name: "native";
  /** For people: "native (AVX-512, 2 threads)". */
  readonly description: string;
  /** The instruction set the kernels were compiled for: "avx512", "avx2" or "baseline", on arm64 "neon". */
  readonly variant: string;
  /** Hash of sources, flags and compiler. */
  readonly version: string;
  readonly threads: number;
  readonly device: { readonly kind: "cpu"; readonly name: string };
  /** Present if bf16-mixed precision runs on vectors, because the machine has no AMX tiles. */
  readonly mixedOnVectors?: true;
}

export interface NativeOptions {
  /** Threads that run kernels. Default: all cores. The numbers do not depend on it. */
  readonly threads?: number | undefined;
  /** Whether to use no AMX tiles, which changes no number. Default: whether RESNET_EXP_NATIVE_TILES is "no". */
  readonly vectorsOnly?: boolean | undefined;
  /** Instruction set. Default: RESNET_EXP_NATIVE_VARIANT, or else the best that this machine has. */
  readonly variant?: string | undefined;
}

let registered = false;

/**
 * Opens the native engine. The caller then makes "native" TensorFlow.js's backend.
 * @throws UserError if the machine cannot run the given threads or variant
 */
export async function openNative(
  options: NativeOptions = {},
): Promise<NativeEngine | { readonly unavailable: string }> {
  const addon = loadAddon();
  if ("unavailable" in addon) return addon;
  const threads = options.threads ?? availableCores();
  if (!Number.isInteger(threads) || threads < 1 || threads > 1024) {
    throw new UserError(`Expected threads to be a whole number from 1 to 1024, got ${threads}.`);
  }
  const variants = addon.variants();
  const variant = options.variant ?? process.env.RESNET_EXP_NATIVE_VARIANT ?? variants[0]!;
  if (!variants.includes(variant)) {
    throw new UserError(`Expected the native engine's variant to be ${variants.join(", ")}, got ${variant}.`, [
      "RESNET_EXP_NATIVE_VARIANT chooses it. Without it, the engine uses the best one.",
    ]);
  }
  const vectorsOnly = options.vectorsOnly ?? process.env.RESNET_EXP_NATIVE_TILES === "no";
  const title = addon.open(variant, threads, vectorsOnly);
  if (!registered) register(addon);
  registered = true;
  const description = `native (${title}, ${threads} ${threads === 1 ? "thread" : "threads"})`;
  const device = { kind: "cpu", name: processorName() } as const;
  const mixed = addon.tiles() === "vectors" && ({ mixedOnVectors: true } as const);
  return { name: "native", description, variant, version: addonVersion(), threads, device, ...mixed };
}

/** The variants that this machine can run, best first. None if the engine is not compiled. */
export function nativeVariants(): string[] {
  const addon = loadAddon();
  return "unavailable" in addon ? [] : addon.variants();
}

/**
 * This machine's rate of fused multiply-adds on registers, in GFLOP/s, with the current variant and threads. No kernel can be
 * faster. Takes a quarter of a second.
 */
export function measurePeak(): number {
  const addon = loadAddon();
  if ("unavailable" in addon) throw new UserError(`Expected the native engine to be open, but ${addon.unavailable}`);
  return addon.peak();
}

function register(addon: Addon): void {
  registerBackend("native", () => new NativeBackend(addon));
  copyRegisteredKernels("cpu", "native");
  for (const kernel of nativeKernels()) {
    if (getKernel(kernel.kernelName, "native")) unregisterKernel(kernel.kernelName, "native");
    registerKernel(kernel);
  }
}
