// The predicted cost of each run of a plan, the actual cost of finished runs, the total that is left, and which runs fit a
// budget.

import { reachedIteration } from "../records/record.ts";
import { type CalibrateOptions, type CalibrationListener, calibrate } from "./calibrate.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import type { PlannedRun } from "./plan-states.ts";
import { type Cost, fitBudget, predict } from "./predict.ts";

/** One run's figures, measured on this machine and engine. */
export interface Estimate {
  /** Of the run as a whole. */
  readonly predicted: Cost;
  /** Of what is left of it: 0 where it is done, failed, or being trained by another process. */
  readonly secondsLeft: number;
  /** Where it is done and was calibrated on the machine that began it. */
  readonly outcome: Outcome | undefined;
  /** Whether it fits the budget after those before it; undefined without a budget and where nothing is left. */
  readonly fits: boolean | undefined;
}

/** The estimate of each run in its place; undefined for one that is refused, cannot be measured, or whose data is not on this machine. */
export async function estimateRuns(
  runs: readonly PlannedRun[],
  budget: number | undefined,
  options: CalibrateOptions,
  listener: CalibrationListener,
): Promise<(Estimate | undefined)[]> {
  const measurable = runs.filter(({ id, state }) => id !== undefined && state !== "refused");
  const specs = measurable.map(({ spec }) => spec);
  const calibrations = await calibrate(specs, options, listener);
  const costs = measurable.map(({ spec, state, record, testImages = 0 }, i) => {
    const { sections } = spec;
    const calibration = calibrations[i];
    if (!calibration) return undefined;
    const predicted = predict(sections, calibration, testImages);
    const open = state === "planned" || state === "interrupted";
    const reached = record && state === "interrupted" ? reachedIteration(record) : 0;
    const secondsLeft = open ? predict(sections, calibration, testImages, reached).seconds : 0;
    return { predicted, secondsLeft, outcome: record && outcomeOf(record) };
  });
  const fits = fitBudget(
    costs.map((cost) => cost?.secondsLeft ?? 0),
    budget ?? 0,
  );
  return runs.map((run) => {
    const i = measurable.indexOf(run);
    const cost = costs[i];
    return cost && { ...cost, fits: budget === undefined || cost.secondsLeft === 0 ? undefined : fits[i] };
  });
}
