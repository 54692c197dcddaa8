// The findings and events of an engine's checks, and the limits that errors must stay within. Loads no engine.
import type { Engine } from "../engines/engine.ts";

/** The largest relative error that passes: well above float32's rounding, well below what TF32 or float16 leave. */
export const errorLimit = 1e-4;

/** The check of all operations in bf16-mixed precision, of an engine that has it. */
export const mixedCheck = "all in bf16-mixed";

/** The same in bf16-mixed precision for the mean of a tensor's errors, and what a single number's may be: one rounding. */
export const mixedLimit = { mean: errorLimit, single: 2 ** -7 };

/** What one check found. */
export interface Finding {
  /** An operation, or a net. */
  readonly check: string;
  readonly part: "forward" | "gradient" | "steps";
  /** Cases that were computed: shapes, or steps. */
  readonly cases: number;
  /** The largest relative error; null where a number is not finite or the engine refused. */
  readonly error: number | null;
  readonly held: boolean;
  /** Where the error was largest, and what the engine said where it refused. */
  readonly worst: string;
}

export type CheckEvent =
  | { readonly kind: "unavailable"; readonly reason: string }
  | { readonly kind: "opened"; readonly engine: Engine }
  /** What comes next, so that a crash can be told what it was in. */
  | { readonly kind: "checking"; readonly check: string }
  | { readonly kind: "finding"; readonly finding: Finding }
  | { readonly kind: "speed"; readonly imagesPerSecond: number; readonly peakMB: number };

/** Net whose training is timed, and its batch. */
export const timedNet = { title: "ResNet-8 of width 8", depth: 8, width: 8, batch: 64 } as const;
