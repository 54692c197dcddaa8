// Predicts time, memory and disk of a whole run from a calibration: counts of steps, tests and checkpoints, times the
// measured cost of each. Pure.
import type { RunSections } from "../config/schema.ts";
import type { Calibration } from "./calibration.ts";

/** What a run will take, or has taken. */
export interface Cost {
  /** From its start to its end, tests and checkpoints included. */
  readonly seconds: number;
  readonly peakMemoryBytes: number;
  readonly diskBytes: number;
}

/** Checkpoints that a run directory keeps. */
const keptCheckpoints = 2;

/**
 * What is left of a run that has done `iteration` steps: its time; memory and disk are those of the whole run.
 * @param testImages of the whole data set, where the spec does not limit them
 */
export function predict(sections: RunSections, calibration: Calibration, testImages: number, iteration = 0): Cost {
  const { dataset, training, evaluation, record } = sections;
  const { iterations } = training;
  const tested = (dataset.testImages ?? testImages) + dataset.validationImages;
  const evaluations = eventsAfter(iteration, iterations, evaluation.every);
  const checkpoints = eventsAfter(iteration, iterations, record.checkpointEvery);
  return {
    seconds:
      calibration.setupSeconds +
      (iterations - iteration) * calibration.stepSeconds +
      evaluations * tested * calibration.evaluationSeconds +
      checkpoints * calibration.checkpointSeconds +
      calibration.finishSeconds,
    peakMemoryBytes: calibration.peakMemoryBytes,
    diskBytes:
      Math.min(keptCheckpoints, eventsAfter(0, iterations, record.checkpointEvery)) * calibration.checkpointBytes +
      calibration.weightsBytes +
      metricLines(iterations, record.trainEvery, evaluation.every) * calibration.metricBytes +
      calibration.otherBytes,
  };
}

/** How often something happens after a step, if it does each `every` steps and at the last one. */
function eventsAfter(iteration: number, iterations: number, every: number): number {
  const last = iterations % every === 0 ? 0 : 1;
  return Math.floor(iterations / every) - Math.floor(iteration / every) + (iteration < iterations ? last : 0);
}

/** Lines of metrics.jsonl: at the steps that record training, those that test, and the last. */
function metricLines(iterations: number, trainEvery: number, testEvery: number): number {
  const both = leastCommonMultiple(trainEvery, testEvery);
  const regular =
    Math.floor(iterations / trainEvery) + Math.floor(iterations / testEvery) - Math.floor(iterations / both);
  return regular + (iterations % trainEvery !== 0 && iterations % testEvery !== 0 ? 1 : 0);
}

function leastCommonMultiple(a: number, b: number): number {
  let [divisor, rest] = [a, b];
  while (rest > 0) [divisor, rest] = [rest, divisor % rest];
  return (a / divisor) * b;
}

/** Runs one after another: times and disk add up, memory is the most of any. */
export function total(costs: readonly Cost[]): Cost {
  return {
    seconds: sum(costs.map(({ seconds }) => seconds)),
    peakMemoryBytes: Math.max(0, ...costs.map(({ peakMemoryBytes }) => peakMemoryBytes)),
    diskBytes: sum(costs.map(({ diskBytes }) => diskBytes)),
  };
}

/** Which runs fit a time budget. A run that is too long is skipped, and the runs after it are still considered. */
export function fitBudget(seconds: readonly number[], budget: number): boolean[] {
  let left = budget;
  return seconds.map((each) => {
    const fits = each <= left;
    if (fits) left -= each;
    return fits;
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
