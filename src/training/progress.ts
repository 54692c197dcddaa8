// The sums of training since the last line of metrics. Checkpoints store them as plain numbers, exact in JSON.
import type { TrainingConfig } from "../config/schema.ts";
import { advanceWarmUp, initialWarmUp, type WarmUpState } from "./schedule.ts";

/** Sums since the last line of metrics, and the state of the warm-up. */
export interface Progress {
  readonly lossSum: number;
  readonly errorSum: number;
  readonly steps: number;
  readonly warmUp: WarmUpState;
  /** The learning rate of the iteration's step, if a signal came during the iteration's test. */
  readonly testDue?: number | undefined;
}

export const startProgress: Progress = { lossSum: 0, errorSum: 0, steps: 0, warmUp: initialWarmUp };

/** The progress after one more step. Its iteration is 1-based. */
export function addStep(
  { lossSum, errorSum, steps, warmUp }: Progress,
  { learningRate }: TrainingConfig,
  { iteration, loss, error }: { readonly iteration: number; readonly loss: number; readonly error: number },
): Progress {
  return {
    lossSum: lossSum + loss,
    errorSum: errorSum + error,
    steps: steps + 1,
    warmUp: advanceWarmUp(learningRate, warmUp, iteration - 1, error),
  };
}

export function formatProgress({ lossSum, errorSum, steps, warmUp, testDue }: Progress): Record<string, number> {
  const { runningError, endedAt } = warmUp;
  return {
    ...{ lossSum, errorSum, steps, runningError },
    ...(endedAt !== undefined && { warmUpEndedAt: endedAt }),
    ...(testDue !== undefined && { testDue }),
  };
}

export function parseProgress(values: Readonly<Record<string, number>>): Progress {
  const { lossSum = 0, errorSum = 0, steps = 0, runningError = 1, warmUpEndedAt, testDue } = values;
  return { lossSum, errorSum, steps, warmUp: { runningError, endedAt: warmUpEndedAt }, testDue };
}
