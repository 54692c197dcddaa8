// The choice of an engine. It loads the engine when it is needed and makes it TensorFlow.js's backend.
import * as tf from "@tensorflow/tfjs-core";
import { errorMessage, UserError } from "../errors.ts";
import type { Engine, EngineOptions, Opened } from "./engine.ts";
import { mayHaveGpu } from "./gpu.ts";
import { type EngineName, preferences } from "./names.ts";

/** The chosen engine, and why `auto` passed over the engines before it. */
export interface Choice {
  readonly engine: Engine;
  /**
   * "native: it is not compiled…", in the order in which they were tried. Empty if the engine was named.
   * Without a GPU, engines that are only wanted for a GPU are not tried.
   */
  readonly passedOver: readonly { readonly name: EngineName; readonly reason: string }[];
}

/**
 * Loads an engine and makes it the backend of all tensors from now on. `auto` takes the first available engine of its
 * preferences.
 * @throws UserError if the named engine is not available, with what to do about it
 */
export async function openEngine(choice: EngineName | "auto", options: EngineOptions = {}): Promise<Choice> {
  // Stops TensorFlow.js from recommending another package on standard error.
  tf.enableProdMode();
  const passedOver: { name: EngineName; reason: string }[] = [];
  for (const { name, gpuOnly } of choice === "auto" ? preferences : [{ name: choice, gpuOnly: undefined }]) {
    // On a machine without a GPU this needs no explanation.
    if (gpuOnly && !mayHaveGpu()) continue;
    const opened: Opened = await engines[name]({ gpuOnly, ...options });
    if (!("unavailable" in opened)) {
      await tf.setBackend(name);
      await tf.ready();
      return { engine: opened, passedOver };
    }
    if (choice !== "auto") {
      throw new UserError(`Expected the ${name} engine to be available: ${opened.unavailable}`, [
        "Or choose another: --engine auto.",
      ]);
    }
    passedOver.push({ name, reason: opened.unavailable });
  }
  throw new Error("The cpu engine is always available.");
}

const engines = {
  async native(options) {
    const { openNative } = await import("./native/engine.ts");
    return openNative(options);
  },
  async tensorflow(options) {
    const { openTensorflow } = await import("./tensorflow/engine.ts");
    return openTensorflow(options);
  },
  async webgpu(options) {
    const { openWebgpu } = await import("./webgpu/engine.ts");
    return openWebgpu(options);
  },
  async cpu() {
    const { openCpu } = await import("./cpu/engine.ts");
    return openCpu();
  },
} satisfies Record<EngineName, (options: EngineOptions) => Promise<Opened>>;

/**
 * The machine's rate of fused multiply-adds with the native engine's current threads, in GFLOP/s; undefined on other
 * engines.
 */
export async function measurePeak(engine: Engine): Promise<number | undefined> {
  if (engine.name !== "native") return undefined;
  return (await import("./native/engine.ts")).measurePeak();
}

/** Loads an engine, without making it the backend, or says why it cannot be used here. */
export async function probeEngine(name: EngineName, options: EngineOptions = {}): Promise<Opened> {
  try {
    return await engines[name](options);
  } catch (error) {
    const hints = error instanceof UserError ? error.hints : [];
    return { unavailable: [errorMessage(error), ...hints].join("\n  ") };
  }
}
