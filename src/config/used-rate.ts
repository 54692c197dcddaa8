// Leaves out the settings of the learning rate that a run does not use.
import type { RunSections } from "./schema.ts";

/**
 * Drops the warm-up if the net is too shallow for it, and the drops if the schedule has none. So runs that train alike are
 * one run, and a file with drops can be tried with another schedule.
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
