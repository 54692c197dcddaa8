// Reads the records of runs under results/, finished or not. Takes no locks and changes nothing. A directory that is not a
// whole run is skipped, with the reason. Only results that are a file are refused, as they would read as no runs.
import { statSync } from "node:fs";
import { basename, join } from "node:path";
import { errorMessage, inOneLine, UserError } from "../errors.ts";
import type { Metric, RunStatus } from "../types.ts";
import { type AnalysisRecord, readAnalyses } from "./analyses.ts";
import { checkpointIteration } from "./checkpoint.ts";
import { directoriesIn, mayBeThere } from "./directories.ts";
import { type EvaluationRecord, readEvaluations } from "./evaluations.ts";
import { readMetricsFile } from "./metrics.ts";
import { runPath, runStatus } from "./run-directory.ts";
import {
  type DoneFile,
  type FailedFile,
  type RunFile,
  readDoneFile,
  readFailedFile,
  readRunFile,
} from "./run-files.ts";
import { readUnreadableImages, type UnreadableImage } from "./unreadable-images.ts";

/** One run, as its files describe it. */
export interface RunRecord {
  readonly run: RunFile;
  readonly status: RunStatus;
  readonly metrics: readonly Metric[];
  readonly done?: DoneFile;
  readonly failed?: FailedFile;
  /** Tests by other protocols, oldest first. */
  readonly evaluations: readonly EvaluationRecord[];
  /** Sorted by name; absent where there are none. */
  readonly analyses?: readonly AnalysisRecord[];
  /** Images that could not be decoded and were replaced by others; absent where there are none. */
  readonly unreadableImages?: readonly UnreadableImage[];
  /** The run's directory. */
  readonly path: string;
}

/** A run without what came after its training. */
export type BareRecord = Omit<RunRecord, "evaluations" | "analyses" | "unreadableImages">;

/** A directory without a readable run, or a file with damaged lines. */
export interface SkippedDirectory {
  readonly path: string;
  /** A sentence without its subject: "run.json is missing". */
  readonly reason: string;
}

/**
 * Sorted names of the experiments that have a runs directory under `results`; none where `results` does not exist.
 * Directories that cannot be read are included: `readRuns` says why they cannot be read.
 */
export function listExperiments(results: string): string[] {
  requireDirectory(results);
  const { names, unreadable } = directoriesIn(results);
  const below = unreadable.filter(({ path }) => path !== results).map(({ path }) => basename(path));
  return [...names.filter((name) => mayBeThere(join(results, name, "runs"))), ...below].sort();
}

/**
 * The runs under `results`, of all experiments or of those named, sorted by experiment and id.
 * What cannot be read is in `skipped`. If only evaluations, analyses or the list of images are damaged, the run is in `runs` too.
 */
export function readRuns(
  results: string,
  experiments: readonly string[] = listExperiments(results),
): { runs: RunRecord[]; skipped: SkippedDirectory[] } {
  requireDirectory(results);
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
          const { analyses, damaged } = readAnalyses(path);
          skipped.push(...damaged);
          runs.push({
            ...record,
            evaluations,
            ...(analyses.length > 0 && { analyses }),
            ...(images.length > 0 && { unreadableImages: images }),
          });
          for (const each of [damage, listDamage]) if (each) skipped.push(each);
        }
      } catch (error) {
        skipped.push({ path, reason: errorMessage(error) });
      }
    }
  }
  return { runs, skipped };
}

/** @throws UserError if `results` is a file: it would read as no runs */
function requireDirectory(results: string): void {
  const found = statSync(results, { throwIfNoEntry: false });
  if (found === undefined || found.isDirectory()) return;
  throw new UserError(`Expected ${results} to be a directory of results, got a file.`, [
    "Name the directory with --results DIR.",
  ]);
}

function tryUnreadableImages(path: string): { images: UnreadableImage[]; damage?: SkippedDirectory } {
  try {
    return { images: readUnreadableImages(path) };
  } catch (error) {
    return { images: [], damage: { path, reason: errorMessage(error) } };
  }
}

/** The iteration that a run has reached: of its failure, its last line of metrics, or a later checkpoint. */
export function reachedIteration({ metrics, status, failed, path }: RunRecord): number {
  const measured = metrics.at(-1)?.iteration ?? 0;
  const hasMoreToDo = status === "interrupted" || status === "running";
  return failed?.iteration ?? Math.max(measured, hasMoreToDo ? checkpointIteration(join(path, "checkpoints")) : 0);
}

/** A run under `results` without its evaluations and analyses; undefined where it cannot be read. */
export function readRun(results: string, experiment: string, id: string): BareRecord | undefined {
  try {
    const record = readRecord(runPath(results, experiment, id), experiment, id);
    return typeof record === "string" ? undefined : record;
  } catch {
    return undefined;
  }
}

/** Why the directory of a run cannot be read, and what to do about it; undefined where it can. */
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
    hints: [`Restore the original files, or delete ${path} to train the run again.`],
  });
}

function readRecord(path: string, experiment: string, id: string): BareRecord | string {
  // The status is read before the files: a run that ends in between is shown as running, never as done without a result.
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
