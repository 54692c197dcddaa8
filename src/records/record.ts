// Reads what runs have left under results/, finished or not, without locks and without changing anything.
// A directory that is no whole run is left out and named with the reason; nothing on the disk makes this throw.
import { basename, join } from "node:path";
import { errorMessage, inOneLine } from "../errors.ts";
import type { Metric, RunStatus } from "../types.ts";
import { checkpointIteration } from "./checkpoint.ts";
import { directoriesIn, mayBeThere } from "./directories.ts";
import { type EvaluationRecord, readEvaluations } from "./evaluations.ts";
import { readMetricsFile } from "./metrics.ts";
import { runStatus } from "./run-directory.ts";
import {
  type DoneFile,
  type FailedFile,
  type RunFile,
  readDoneFile,
  readFailedFile,
  readRunFile,
} from "./run-files.ts";
import { readUnreadableImages, type UnreadableImage } from "./unreadable-images.ts";

/** One run as its files tell it. */
export interface RunRecord {
  readonly run: RunFile;
  readonly status: RunStatus;
  readonly metrics: readonly Metric[];
  readonly done?: DoneFile;
  readonly failed?: FailedFile;
  /** Tests by other protocols, oldest first. */
  readonly evaluations: readonly EvaluationRecord[];
  /** Images for which others stood in; absent where there are none. */
  readonly unreadableImages?: readonly UnreadableImage[];
  /** The run's directory. */
  readonly path: string;
}

/** A directory that holds no readable run, or a file of evaluations that holds lines that are none. */
export interface SkippedDirectory {
  readonly path: string;
  /** A sentence without its subject: "run.json is missing". */
  readonly reason: string;
}

/**
 * Names of the experiments that have a runs directory under `results`, sorted; none where it does not exist. Those that
 * cannot be looked into are among them: `readRuns` says why.
 */
export function listExperiments(results: string): string[] {
  const { names, unreadable } = directoriesIn(results);
  const below = unreadable.filter(({ path }) => path !== results).map(({ path }) => basename(path));
  return [...names.filter((name) => mayBeThere(join(results, name, "runs"))), ...below].sort();
}

/**
 * The runs under `results`, of all experiments or of those named, by experiment and id.
 * What cannot be read is in `skipped`; damaged evaluations and lists of images are too, while their run is read.
 */
export function readRuns(
  results: string,
  experiments: readonly string[] = listExperiments(results),
): { runs: RunRecord[]; skipped: SkippedDirectory[] } {
  const runs: RunRecord[] = [];
  const skipped: SkippedDirectory[] = directoriesIn(results).unreadable.filter(
    ({ path }) => path === results || experiments.includes(basename(path)),
  );
  for (const experiment of experiments) {
    const folder = join(results, experiment, "runs");
    const { names, unreadable } = directoriesIn(folder);
    skipped.push(...unreadable);
    for (const id of names) {
      const path = join(folder, id);
      try {
        const record = readRecord(path, experiment, id);
        if (typeof record === "string") skipped.push({ path, reason: record });
        else {
          const { evaluations, damage } = readEvaluations(path);
          const { images, damage: listDamage } = tryUnreadableImages(path);
          runs.push({ ...record, evaluations, ...(images.length > 0 && { unreadableImages: images }) });
          for (const each of [damage, listDamage]) if (each) skipped.push(each);
        }
      } catch (error) {
        skipped.push({ path, reason: errorMessage(error) });
      }
    }
  }
  return { runs, skipped };
}

function tryUnreadableImages(path: string): { images: UnreadableImage[]; damage?: SkippedDirectory } {
  try {
    return { images: readUnreadableImages(path) };
  } catch (error) {
    return { images: [], damage: { path, reason: errorMessage(error) } };
  }
}

/** The iteration a run has come to: of its failure, of its last line of metrics, or of a later checkpoint. */
export function reachedIteration({ metrics, status, failed, path }: RunRecord): number {
  const measured = metrics.at(-1)?.iteration ?? 0;
  const goesOn = status === "interrupted" || status === "running";
  return failed?.iteration ?? Math.max(measured, goesOn ? checkpointIteration(join(path, "checkpoints")) : 0);
}

/** What makes the directory of a run unreadable, and the way out; undefined where nothing does. */
export function recordDamage(path: string, experiment: string, id: string): string | undefined {
  try {
    const record = readRecord(path, experiment, id);
    return typeof record === "string" ? withWayOut(record, path) : undefined;
  } catch (error) {
    return withWayOut(errorMessage(error), path);
  }
}

function withWayOut(reason: string, path: string): string {
  return inOneLine({
    message: reason,
    hints: [`Put the files back as they were, or delete ${path} to train it anew.`],
  });
}

function readRecord(path: string, experiment: string, id: string): Omit<RunRecord, "evaluations"> | string {
  // Before the files: a run that ends meanwhile is then shown as it was, never as done without a result.
  const status = runStatus(path);
  const run = readRunFile(join(path, "run.json"));
  if (!run) return "run.json is missing";
  if (run.id !== id || run.spec.experiment !== experiment) {
    return `run.json belongs to run ${run.id} of ${run.spec.experiment}`;
  }
  const done = status === "done" ? readDoneFile(join(path, "done.json")) : undefined;
  const failed = status === "failed" ? readFailedFile(join(path, "failed.json")) : undefined;
  const metrics = readMetricsFile(join(path, "metrics.jsonl"));
  if (done && metrics.at(-1)?.iteration !== done.finalMetric.iteration) {
    return "metrics.jsonl ends before the run did";
  }
  return { run, status, metrics, ...(done && { done }), ...(failed && { failed }), path };
}
