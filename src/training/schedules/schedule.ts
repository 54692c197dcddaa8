// The type of a learning-rate schedule.
import type { LearningRateConfig } from "../../config/schema.ts";

/** The learning rate of a 0-based iteration out of `iterations`. */
export type Schedule = (config: LearningRateConfig, iteration: number, iterations: number) => number;
