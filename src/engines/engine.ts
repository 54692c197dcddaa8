// The door to the engines: chooses one, loads it lazily and makes it TensorFlow.js's backend.
import * as tf from "@tensorflow/tfjs-core";
import { errorMessage, UserError } from "../errors.ts";

/** Engines by name, in the order in which `auto` tries them. */
export const engineNames = ["native", "cpu"] as const;
export type EngineName = (typeof engineNames)[number];

/** An engine that is loaded and in force. */
export interface Engine {
  readonly name: EngineName;
  /** For people: "native (AVX-512, 2 threads)". */
  readonly description: string;
  readonly version: string;
  readonly threads: number;
}

export interface EngineOptions {
  /** Worker threads; all cores of the process without it. */
  readonly threads?: number | undefined;
}

/**
 * Loads an engine and makes it the backend of all tensors to come. `auto` takes the first that is available.
 * @throws UserError where the engine asked for is not available, with what to do about it.
 */
export async function openEngine(choice: EngineName | "auto", options: EngineOptions = {}): Promise<Engine> {
  // Keeps TensorFlow.js from recommending another package on standard error.
  tf.enableProdMode();
  for (const name of choice === "auto" ? engineNames : [choice]) {
    const opened = await engines[name](options);
    if (!("unavailable" in opened)) {
      await tf.setBackend(name);
      await tf.ready();
      return opened;
    }
    if (choice !== "auto") {
      throw new UserError(`Expected the ${name} engine to be available: ${opened.unavailable}`, [
        "Or choose another: --engine auto.",
      ]);
    }
  }
  throw new Error("The cpu engine is always available.");
}

/** An engine, or why there is none and how to get it. */
export type Opened = Engine | { readonly unavailable: string };

const engines = {
  async native(options) {
    const { openNative } = await import("./native/engine.ts");
    return openNative(options);
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

/** Why each engine can or cannot be used here, for `doctor`. */
export async function probeEngines(options: EngineOptions = {}): Promise<Record<EngineName, Opened>> {
  const probe = async (name: EngineName): Promise<Opened> => {
    try {
      return await engines[name](options);
    } catch (error) {
      return { unavailable: errorMessage(error) };
    }
  };
  return { native: await probe("native"), cpu: await probe("cpu") };
}
