// Submits runs to Slurm: an array job that trains them, and a job after it that makes the report.
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { jsonText, writeFileAtomically } from "../system/atomic-file.ts";
import { askSlurm, clusterFacts, needSlurm } from "./commands.ts";
import { gpuVariables, limitSeconds, reportOptions, timeLimit } from "./options.ts";
import { jobsDirectory, type Manifest, quoted, writeJob } from "./submission.ts";

/** What to submit. */
export interface Request {
  readonly manifest: Omit<Manifest, "tasks">;
  /** Arguments for sbatch, from `sbatchOptions`. */
  readonly options: readonly string[];
  /** The most tasks at once. */
  readonly atOnce?: number | undefined;
  /** The command that starts this program: absolute paths of Node.js and of the entry script. */
  readonly program: readonly string[];
}

/** What was submitted. */
export interface Submitted {
  /** The id of the array. */
  readonly job: string;
  readonly name: string;
  readonly directory: string;
  readonly tasks: number;
  /** Why no job makes the report, in sbatch's words; undefined where a job does. */
  readonly noReport: string | undefined;
}

/**
 * Seconds between Slurm's warning and the time limit: enough for a checkpoint, and for a test that may be running. A short
 * limit needs an earlier end of the warning, because Slurm may send it up to a minute too early: the task would be warned
 * before its first step.
 */
function warningSeconds(options: readonly string[]): number {
  const limit = limitSeconds(timeLimit(options) ?? "");
  return Math.min(120, Math.floor((limit ?? Number.POSITIVE_INFINITY) / 4));
}

/** The number of tasks for a number of runs. */
export function taskCount(runs: number, maxArraySize: number): number {
  return Math.min(runs, maxArraySize);
}

/** Submits the runs. If sbatch refuses, leaves no files. @throws UserError with sbatch's own message */
export async function submit({ manifest, options, atOnce, program }: Request): Promise<Submitted> {
  const { maxArraySize } = await clusterFacts();
  const tasks = taskCount(manifest.runs.length, maxArraySize);
  const name = `resnet-exp-${randomBytes(4).toString("hex")}`;
  const { results } = manifest.options;
  const directory = join(jobsDirectory(results), name);
  const common = ["--parsable", "--open-mode=append"];
  let job: string;
  try {
    writeJob(directory, { ...manifest, tasks }, program);
    const text = await needSlurm("sbatch", [
      ...common,
      `--job-name=${name}`,
      `--array=0-${tasks - 1}${atOnce === undefined ? "" : `%${atOnce}`}`,
      "--requeue",
      `--output=${pattern(join(directory, "logs"))}/%a.log`,
      `--signal=B:USR2@${warningSeconds(options)}`,
      ...options,
      join(directory, "job.sh"),
    ]);
    job = jobOf(text);
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
  writeFileAtomically(join(directory, "submitted.json"), jsonText({ job, tasks }));
  const experiments = [...new Set(manifest.runs.map(({ run }) => run.spec.experiment))];
  const report = [...program, "report", ...experiments, "--results", results].map(quoted).join(" ");
  writeFileAtomically(join(directory, "report.sh"), `#!/bin/sh\nexec ${report}\n`);
  const reportArguments = [
    ...common,
    `--job-name=${name}-report`,
    `--dependency=afterany:${job}`,
    `--output=${pattern(join(directory, "logs"))}/report.log`,
    ...reportOptions(options),
    join(directory, "report.sh"),
  ];
  const answer = await askSlurm("sbatch", reportArguments, (variable) => gpuVariables.test(variable));
  const noReport = "problem" in answer ? answer.problem : undefined;
  return { job, name, directory, tasks, noReport };
}

/** "46" of "46" or "46;cluster". @throws UserError where there is no job, as after `--slurm help` */
function jobOf(text: string): string {
  const [, job] = /^(\d+)(;|$)/.exec(text.trim()) ?? [];
  if (job !== undefined) return job;
  throw new UserError(`Expected sbatch to print the number of a job, got ${JSON.stringify(text.slice(0, 80))}.`, [
    "Leave out the options of --slurm that submit nothing.",
  ]);
}

/** A path in which Slurm replaces nothing. */
function pattern(path: string): string {
  return path.replaceAll("%", "%%");
}
