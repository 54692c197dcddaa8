// The predicted and the actual cost of a finished run, from the calibrations in the cache.
import { datasetShape } from "../datasets/dataset.ts";
import type { RunRecord } from "../records/record.ts";
import { runBytes } from "../records/run-size.ts";
import { cacheDirectory } from "../system/cache.ts";
import { calibrationKey } from "./calibration.ts";
import { readCalibration } from "./calibration-cache.ts";
import { type Cost, predict } from "./predict.ts";

/** A finished run's cost, and what its calibration says that it costs on the machine and engine that began it. */
export interface Outcome {
  readonly predicted: Cost;
  readonly actual: Cost;
}

/** Undefined where the run is not done, was finished before times were kept, or was never calibrated. */
export function outcomeOf({ run, done, path }: RunRecord): Outcome | undefined {
  if (done?.totalSeconds === undefined || done.peakMemoryBytes === undefined) return undefined;
  const { sections } = run.spec;
  const key = calibrationKey(sections, run.provenance, run.trainerVersion);
  const calibration = readCalibration(cacheDirectory(), key);
  if (!calibration) return undefined;
  const predicted = predict(sections, calibration, run.testImages ?? datasetShape(sections.dataset).testImages ?? 0);
  const { totalSeconds: seconds, peakMemoryBytes } = done;
  return { predicted, actual: { seconds, peakMemoryBytes, diskBytes: runBytes(path) } };
}
