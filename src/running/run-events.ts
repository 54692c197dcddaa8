// The events of a run, which displays print, and the ways in which a run can end.
import type { Metric } from "../types.ts";

export type RunEvent =
  /** `iteration` is 0 for a new run, else that of the checkpoint it goes on from. */
  | { readonly kind: "start"; readonly id: string; readonly iteration: number; readonly iterations: number }
  | { readonly kind: "warning"; readonly id: string; readonly message: string }
  | {
      readonly kind: "step";
      readonly id: string;
      readonly iteration: number;
      readonly loss: number;
      readonly error: number;
      readonly learningRate: number;
      /** Of this step. */
      readonly seconds: number;
    }
  | { readonly kind: "evaluating"; readonly id: string; readonly iteration: number }
  | { readonly kind: "metric"; readonly id: string; readonly metric: Metric }
  | { readonly kind: "checkpoint"; readonly id: string; readonly iteration: number }
  /** `id` is empty where the data could not be opened, as its digest is part of the id. */
  | { readonly kind: "end"; readonly id: string; readonly outcome: RunOutcome; readonly message?: string };

/**
 * "skipped" had been finished before; "busy" is being trained by another process; "crashed" is one whose own process
 * ended before it did, or that ran out of memory; "damaged" is one whose files are not as they were written, and are left alone;
 * "refused" is one that the user has to mend something for: its data, its engine or its directory.
 */
export type RunOutcome = "done" | "failed" | "crashed" | "interrupted" | "damaged" | "skipped" | "busy" | "refused";
