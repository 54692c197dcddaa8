// What was predicted of finished runs beside what they took, from the calibrations that the cache holds.

import { datasetShape } from "../datasets/dataset.ts";
import type { RunRecord } from "../records/record.ts";
import { runBytes } from "../records/run-size.ts";
import { cacheDirectory } from "../system/cache.ts";
import { bytes, duration, signedPercent } from "../text/quantities.ts";
import { textTable } from "../text/text-table.ts";
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
  const predicted = predict(sections, calibration, datasetShape(sections.dataset).testImages);
  const { totalSeconds: seconds, peakMemoryBytes } = done;
  return { predicted, actual: { seconds, peakMemoryBytes, diskBytes: runBytes(path) } };
}

/** A line a run that was calibrated, of what was predicted and what it took; "" where none was. */
export function outcomeTable(records: readonly RunRecord[], columns: number): string {
  const outcomes = records.flatMap((record) => {
    const outcome = outcomeOf(record);
    return outcome ? [{ spec: record.run.spec, ...outcome }] : [];
  });
  if (outcomes.length === 0) return "";
  const right = (title: string, importance: number) => ({ title, align: "right", importance }) as const;
  return textTable(
    [
      { title: "predicted, then actual", align: "left", importance: Number.POSITIVE_INFINITY },
      right("time", Number.POSITIVE_INFINITY),
      right("off", 3),
      right("memory", 2),
      right("disk", 1),
    ],
    outcomes.map(({ spec, predicted, actual }) => [
      `${spec.label} seed ${spec.seed}`,
      `${duration(predicted.seconds)}, ${duration(actual.seconds)}`,
      signedPercent(predicted.seconds / actual.seconds - 1),
      `${bytes(predicted.peakMemoryBytes)}, ${bytes(actual.peakMemoryBytes)}`,
      `${bytes(predicted.diskBytes)}, ${bytes(actual.diskBytes)}`,
    ]),
    columns,
  );
}
