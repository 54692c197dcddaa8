// A run's metrics as an event file of TensorBoard, in the run's directory. It repeats metrics.jsonl, so it can be deleted
// and made again; only the times at which the lines were written are lost.
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
   * Opens the file of a run that goes on from `iteration`: what it holds of later steps is dropped, as metrics past the
   * checkpoint are; where it does not hold all earlier ones it is made again from metrics.jsonl.
   * @param createdAt when the run was begun, in seconds since 1970
   * @param now the same for the times of lines whose own is not known
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
 * Writes the event file of a run that is at rest, unless it has a whole one. The times of its lines are spread evenly over
 * those of the run, as metrics.jsonl holds none.
 * @returns its path
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

/** Cuts off what a file holds past an iteration. False where it does not begin with these metrics, all of them. */
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

/** A whole file; the last line is of `endedAt`, those before it of times in proportion to their iterations. */
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

/** Charts of TensorBoard by group, for what a line of metrics holds. */
const tags = [
  ["error/train", "trainError"],
  ["error/test", "testError"],
  ["error/validation", "validationError"],
  ["loss/train", "trainLoss"],
  ["loss/test", "testLoss"],
  ["loss/validation", "validationLoss"],
  ["training/learning rate", "learningRate"],
] as const satisfies readonly (readonly [string, keyof Metric])[];
