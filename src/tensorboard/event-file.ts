// Writes a run's metrics as a TensorBoard event file in the run's directory. The file repeats metrics.jsonl, so it can be
// deleted and made again. Only the times of its lines are then lost.
import { closeSync, openSync, readFileSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "../errors.ts";
import { readMetricsFile } from "../records/metrics.ts";
import type { RunRecord } from "../records/record.ts";
import { writeAll, writeError, writeFileAtomically } from "../system/atomic-file.ts";
import type { Metric } from "../types.ts";
import { type Scalar, scalarEvent, stepOf, versionEvent } from "./event.ts";
import { frameRecord, readRecords } from "./tfrecord.ts";

/** An event file that grows with a run. */
export class EventFile {
  readonly #path: string;
  readonly #file: number;

  private constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, "a");
  }

  /**
   * Opens the file of a run that resumes from `iteration`. Drops later steps, as the run drops its metrics after the
   * checkpoint. If earlier steps are missing, makes the file again from metrics.jsonl.
   * @param createdAt when the run began, in seconds since 1970
   * @param now the current time, for lines whose own time is unknown
   */
  static open(runDirectory: string, iteration: number, createdAt: number, now: number): EventFile {
    const metrics = readMetricsFile(join(runDirectory, "metrics.jsonl")).filter(
      (metric) => metric.iteration <= iteration,
    );
    const path = eventPath(runDirectory, createdAt);
    try {
      if (!dropAfter(path, iteration, metrics)) writeFileAtomically(path, encode(metrics, createdAt, now));
      return new EventFile(path);
    } catch (error) {
      throw writeError(path, error);
    }
  }

  /** Adds a line of metrics. @param now seconds since 1970 */
  append(metric: Metric, now: number): void {
    try {
      writeAll(this.#file, frameRecord(scalarEvent(now, metric.iteration, scalarsOf(metric))));
    } catch (error) {
      throw writeError(this.#path, error);
    }
  }

  close(): void {
    closeSync(this.#file);
  }
}

/**
 * Writes the event file of a run that is not being trained, unless it has a whole one. metrics.jsonl has no times, so the
 * times of the lines are spread evenly over the run.
 * @returns the file's path
 */
export function writeEventFile({ path: directory, run, metrics, done }: RunRecord): string {
  const createdAt = secondsOf(run.provenance.createdAt);
  const path = eventPath(directory, createdAt);
  if (dropAfter(path, Number.POSITIVE_INFINITY, metrics)) return path;
  const changed = statSync(join(directory, "metrics.jsonl"), { throwIfNoEntry: false })?.mtimeMs;
  const endedAt = done?.totalSeconds === undefined ? (changed ?? 0) / 1000 : createdAt + done.totalSeconds;
  writeFileAtomically(path, encode(metrics, createdAt, Math.max(createdAt, endedAt)));
  return path;
}

/** A time of run.json in seconds since 1970. */
export function secondsOf(createdAt: string): number {
  return Date.parse(createdAt) / 1000;
}

function eventPath(runDirectory: string, createdAt: number): string {
  return join(runDirectory, `events.out.tfevents.${Math.floor(createdAt)}.resnet-exp`);
}

/** Cuts off the steps after an iteration. Returns false if the steps before are not exactly those of `metrics`. */
function dropAfter(path: string, iteration: number, metrics: readonly Metric[]): boolean {
  let file: Uint8Array;
  try {
    file = readFileSync(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
  let end = 0;
  const steps: number[] = [];
  for (const { record, end: next } of readRecords(file)) {
    const step = stepOf(record);
    if (step !== undefined && step > iteration) break;
    if (step !== undefined) steps.push(step);
    end = next;
  }
  if (steps.length !== metrics.length || metrics.some((metric, i) => metric.iteration !== steps[i])) return false;
  if (end === 0) return false;
  if (end < file.length) truncateSync(path, end);
  return true;
}

/** A whole file. The last line has the time `endedAt`; the times before are proportional to their iterations. */
function encode(metrics: readonly Metric[], createdAt: number, endedAt: number): Uint8Array {
  const last = metrics.at(-1)?.iteration ?? 1;
  const events = metrics.map((metric) =>
    scalarEvent(createdAt + (endedAt - createdAt) * (metric.iteration / last), metric.iteration, scalarsOf(metric)),
  );
  return Buffer.concat([versionEvent(createdAt), ...events].map(frameRecord));
}

function scalarsOf(metric: Metric): Scalar[] {
  return tags.flatMap(([tag, key]) => {
    const value = metric[key];
    return value === undefined ? [] : [{ tag, value }];
  });
}

/** TensorBoard's charts, by group, for the values of a line of metrics. */
const tags = [
  ["error/train", "trainError"],
  ["error/test", "testError"],
  ["error/validation", "validationError"],
  ["loss/train", "trainLoss"],
  ["loss/test", "testLoss"],
  ["loss/validation", "validationLoss"],
  ["training/learning rate", "learningRate"],
] as const satisfies readonly (readonly [string, keyof Metric])[];
