// The learning rate of each iteration: by the experiment's schedule, after the warm-up of the 110-layer net (section 4.2)
// if the experiment asks for it.
import type { LearningRateConfig, ScheduleName, TrainingConfig } from "../config/schema.ts";
import { cosine } from "./schedules/cosine.ts";
import type { Schedule } from "./schedules/schedule.ts";
import { step } from "./schedules/step.ts";

/** Every schedule of the vocabulary. */
const schedules = {
  step,
  cosine,
} satisfies Record<ScheduleName, Schedule>;

/** The state of the warm-up between steps: plain numbers, so that a checkpoint can store it. */
export interface WarmUpState {
  /** The running training error: an exponential average that starts at 1. */
  readonly runningError: number;
  /** The first iteration at the full rate; undefined while the warm-up lasts. */
  readonly endedAt: number | undefined;
}

export const initialWarmUp: WarmUpState = { runningError: 1, endedAt: undefined };

// The average covers about 50 steps, or 6,400 images at the paper's batch size. It is steady enough that one lucky batch
// does not end the warm-up, and fast enough for the 400 iterations that the paper reports.
const forgetting = 0.02;

/** The learning rate of a 0-based iteration: the schedule's, after a rise if there is one, or the warm-up's while it lasts. */
export function learningRateAt(
  { learningRate, iterations }: Pick<TrainingConfig, "learningRate" | "iterations">,
  iteration: number,
  warmUp: WarmUpState,
): number {
  if (learningRate.warmUp && warmUp.endedAt === undefined) return learningRate.warmUp.learningRate;
  const { linearWarmUp = 1 } = learningRate;
  return (
    schedules[learningRate.schedule](learningRate, iteration, iterations) * Math.min(1, (iteration + 1) / linearWarmUp)
  );
}

/**
 * The warm-up's state after a 0-based iteration with that training error (a fraction). Once ended, it does not begin
 * again.
 */
export function advanceWarmUp(
  config: LearningRateConfig,
  state: WarmUpState,
  iteration: number,
  trainError: number,
): WarmUpState {
  if (!config.warmUp || state.endedAt !== undefined) return state;
  const runningError = state.runningError + forgetting * (trainError - state.runningError);
  return { runningError, endedAt: runningError < config.warmUp.untilTrainError ? iteration + 1 : undefined };
}
