// The findings and events of an engine's checks, and the limits that errors must stay within. Loads no engine.
import type { Engine } from "../engines/engine.ts";

/** The largest relative error that passes: well above the rounding of float32, and well below that of TF32 or float16. */
export const errorLimit = 1e-4;

/** The check of all operations in bf16-mixed precision, for engines that have it. */
export const mixedCheck = "all in bf16-mixed";

/**
 * The limits in bf16-mixed precision: for the mean of a tensor's errors, and for a single number, which may be off by
 * one rounding.
 */
export const mixedLimit = { mean: errorLimit, single: 2 ** -7 };

/** The result of one check. */
export interface Finding {
  /** An operation, or a net. */
  readonly check: string;
  readonly part: "forward" | "gradient" | "steps";
  /** The number of computed cases: shapes or steps. */
  readonly cases: number;
  /** The largest relative error; null if a number is not finite or the engine threw an error. */
  readonly error: number | null;
  readonly held: boolean;
  /** The case with the largest error, and the engine's message if it threw one. */
  readonly worst: string;
}

export type CheckEvent =
  | { readonly kind: "unavailable"; readonly reason: string }
  | { readonly kind: "opened"; readonly engine: Engine }
  /** The next check, so that a crash can name the check that crashed. */
  | { readonly kind: "checking"; readonly check: string }
  | { readonly kind: "finding"; readonly finding: Finding }
  | { readonly kind: "speed"; readonly imagesPerSecond: number; readonly peakMB: number };

/** The net and the batch whose training is timed. */
export const timedNet = { title: "ResNet-8 of width 8", depth: 8, width: 8, batch: 64 } as const;
