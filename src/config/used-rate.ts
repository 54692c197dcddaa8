// What a run's learning rate has a use for.
import type { RunSections } from "./schema.ts";

/**
 * The sections without a warm-up that the net is too shallow for, and without drops where the schedule has none. So a file
 * whose rate drops can be tried with another schedule, and equal training is one run.
 */
export function withUsedRate(sections: RunSections): RunSections {
  const { training, model } = sections;
  const { warmUp, ...rate } = training.learningRate;
  const learningRate = {
    ...rate,
    dropAt: rate.schedule === "step" ? rate.dropAt : [],
    ...(warmUp && model.depth >= warmUp.fromDepth && { warmUp }),
  };
  return { ...sections, training: { ...training, learningRate } };
}
