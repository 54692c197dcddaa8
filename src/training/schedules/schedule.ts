// What a schedule of the learning rate is. Type only.
import type { LearningRateConfig } from "../../config/schema.ts";

/** The learning rate of a 0-based iteration, of `iterations` in all. */
export type Schedule = (config: LearningRateConfig, iteration: number, iterations: number) => number;
