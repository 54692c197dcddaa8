// The events of a run, which progress displays print, and the ways in which a run can end.
import type { Metric } from "../types.ts";

export type RunEvent =
  /** `iteration` is 0 for a new run, else that of the checkpoint from which the run resumes. */
  | { readonly kind: "start"; readonly id: string; readonly iteration: number; readonly iterations: number }
  | { readonly kind: "warning"; readonly id: string; readonly message: string }
  | {
      readonly kind: "step";
      readonly id: string;
      readonly iteration: number;
      readonly loss: number;
      readonly error: number;
      readonly learningRate: number;
      /** The time of this step. */
      readonly seconds: number;
    }
  | { readonly kind: "evaluating"; readonly id: string; readonly iteration: number }
  | { readonly kind: "metric"; readonly id: string; readonly metric: Metric }
  | { readonly kind: "checkpoint"; readonly id: string; readonly iteration: number }
  /** `id` is empty if the data could not be opened, because the data's digest is part of the id. */
  | { readonly kind: "end"; readonly id: string; readonly outcome: RunOutcome; readonly message?: string };

/**
 * How a run ended. "skipped": it was already done. "busy": another process is training it. "crashed": its process died or
 * ran out of memory. "damaged": its files are damaged and were left unchanged. "refused": the user has to correct
 * something first, in its data, its engine or its directory.
 */
export type RunOutcome = "done" | "failed" | "crashed" | "interrupted" | "damaged" | "skipped" | "busy" | "refused";
