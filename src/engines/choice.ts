// The door to the engines: chooses one, loads it lazily and makes it TensorFlow.js's backend.
import * as tf from "@tensorflow/tfjs-core";
import { errorMessage, UserError } from "../errors.ts";
import type { Engine, EngineOptions, Opened } from "./engine.ts";
import { mayHaveGpu } from "./gpu.ts";
import { type EngineName, preferences } from "./names.ts";

/** The engine that `auto` took, and why none before it. */
export interface Choice {
  readonly engine: Engine;
  /**
   * "native: it is not compiled…", in the order in which they were tried; empty where the engine was asked for.
   * Without any GPU, engines that are wanted for one are not tried.
   */
  readonly passedOver: readonly { readonly name: EngineName; readonly reason: string }[];
}

/**
 * Loads an engine and makes it the backend of all tensors to come. `auto` takes the first of its preferences that is
 * available.
 * @throws UserError if the engine asked for is not available, with what to do about it.
 */
export async function openEngine(choice: EngineName | "auto", options: EngineOptions = {}): Promise<Choice> {
  // Keeps TensorFlow.js from recommending another package on standard error.
  tf.enableProdMode();
  const passedOver: { name: EngineName; reason: string }[] = [];
  for (const { name, gpuOnly } of choice === "auto" ? preferences : [{ name: choice, gpuOnly: undefined }]) {
    // Where there is none, that is no news.
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
    const { openCpu } = await import("./cpu.ts");
    return openCpu();
  },
} satisfies Record<EngineName, (options: EngineOptions) => Promise<Opened>>;

/** The machine's fused multiply-add rate with the native engine's threads in force, in GFLOP/s; undefined on others. */
export async function measurePeak(engine: Engine): Promise<number | undefined> {
  if (engine.name !== "native") return undefined;
  return (await import("./native/engine.ts")).measurePeak();
}

/** An engine without making it the backend, or why it cannot be used here. */
export async function probeEngine(name: EngineName, options: EngineOptions = {}): Promise<Opened> {
  try {
    return await engines[name](options);
  } catch (error) {
    const hints = error instanceof UserError ? error.hints : [];
    return { unavailable: [errorMessage(error), ...hints].join("\n  ") };
  }
}
