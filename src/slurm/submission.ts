// results/.slurm/resnet-exp-<8 hex>: what a Slurm job trains, with its script and its logs. The directory has the name of
// the job, so the job is found in the queue even if the process that submitted it died right after.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { AnalysesConfig } from "../config/analysis-schemas.ts";
import { readJson } from "../records/run-files.ts";
import type { StudyOptions, StudyRun } from "../running/study-run.ts";
import { jsonText, writeFileAtomically } from "../system/atomic-file.ts";
import { makeDirectory } from "../system/make-directory.ts";
import type { RunSpec } from "../types.ts";
import type { QueuedTask } from "./queue.ts";

/** What the tasks of a job train and analyse: task i of T trains the runs i, i + T, i + 2 T … */
export interface Manifest {
  readonly options: StudyOptions;
  readonly tasks: number;
  readonly runs: readonly SubmittedRun[];
}

export interface SubmittedRun {
  readonly id: string;
  readonly run: StudyRun;
  /** What is to be analysed of the run once it is trained. */
  readonly analyses?: AnalysesConfig;
}

const manifestSchema = z.looseObject({
  options: z.looseObject({ results: z.string() }),
  tasks: z.int().min(1),
  runs: z.array(z.looseObject({ id: z.string(), run: z.looseObject({ spec: z.looseObject({}) }) })),
});

export const namePattern = /^resnet-exp-[0-9a-f]{8}$/;

/** The directory of all jobs. */
export function jobsDirectory(results: string): string {
  return join(results, ".slurm");
}

/** Creates a job's directory and its files. Without the directory for logs, slurmd would fail silently. */
export function writeJob(directory: string, manifest: Manifest, program: readonly string[]): void {
  makeDirectory(join(directory, "logs"));
  writeManifest(join(directory, "manifest.json"), manifest);
  const words = [...program, "worker", join(directory, "manifest.json")].map(quoted).join(" ");
  writeFileAtomically(
    join(directory, "job.sh"),
    `#!/bin/sh\n# Trains its share of the runs in manifest.json.\nexec ${words}\n`,
  );
}

export function writeManifest(path: string, manifest: Manifest): void {
  writeFileAtomically(path, jsonText(manifest));
}

/** Reads a manifest; undefined where there is none. @throws UserError where it is damaged */
export function readManifest(path: string): Manifest | undefined {
  return readJson(path, manifestSchema) as unknown as Manifest | undefined;
}

/** The runs that a task trains. */
export function runsOfTask({ runs, tasks }: Manifest, index: number): SubmittedRun[] {
  return runs.filter((_, i) => i % tasks === index);
}

/** A task that is waiting or running, for one of its runs. */
export interface RunTask extends QueuedTask {
  readonly spec: RunSpec;
}

/** The task of each run under `results` that is waiting or running, by run id. */
export function queuedRuns(results: string, queue: readonly QueuedTask[]): Map<string, RunTask> {
  const found = new Map<string, RunTask>();
  // The tasks of each job by index.
  const jobs = new Map<string, Map<number, QueuedTask>>();
  for (const task of queue) {
    if (!jobs.has(task.name)) jobs.set(task.name, new Map());
    jobs.get(task.name)!.set(task.index ?? 0, task);
  }
  const directory = jobsDirectory(results);
  if (!existsSync(directory)) return found;
  for (const name of readdirSync(directory)) {
    const tasks = jobs.get(name);
    if (!tasks || !namePattern.test(name)) continue;
    const manifest = readManifest(join(directory, name, "manifest.json"));
    if (!manifest) continue;
    manifest.runs.forEach(({ id, run }, i) => {
      const task = tasks.get(i % manifest.tasks);
      if (task) found.set(id, { ...task, spec: run.spec });
    });
  }
  return found;
}

/** A word in quotes for the shell. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
