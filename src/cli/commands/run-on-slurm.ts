// `run FILE… --on slurm`: submits every run that has not ended and is not in the queue, follows the runs and prints the
// table at the end. Typed again, it submits no run twice. Ctrl-C only stops following.
import { fileURLToPath } from "node:url";
import { UserError } from "../../errors.ts";
import { releaseLock, takeLock } from "../../records/lock.ts";
import type { StudyOptions } from "../../running/study-run.ts";
import { follow } from "../../slurm/follow.ts";
import { sbatchOptions, wantedOf } from "../../slurm/options.ts";
import { needQueue } from "../../slurm/queue.ts";
import { jobsDirectory, queuedRuns, type SubmittedRun } from "../../slurm/submission.ts";
import { submit } from "../../slurm/submit.ts";
import { makeDirectory } from "../../system/make-directory.ts";
import { shellWord } from "../../text/shell.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { run } from "../syntax/run.ts";
import type { Io } from "../terminal/io.ts";
import { progressDisplay } from "../terminal/progress.ts";
import { clusterStudies, type RunEnds, runEnds, showPlan, taskOptions } from "./cluster-runs.ts";
import { reportStudy } from "./study-report.ts";

type RunOptions = OptionsOf<typeof run>;

/**
 * Submits the runs of the experiments. Returns 0 if all are done, or if all are submitted with `detach`; 3 if some are
 * neither done nor in the queue any more.
 * @throws UserError where a file or the data is wrong, or sbatch refuses; then no files are left behind
 */
export async function runOnSlurm(files: readonly string[], options: RunOptions, io: Io): Promise<number> {
  requireFitting(options);
  const typed = options.slurm ?? [];
  // Wrong options are refused before any file is read.
  sbatchOptions(typed);
  const studies = await clusterStudies(files, options, io);
  const common = taskOptions(options);
  const { results } = common;
  const chosen = studies.flatMap(({ runs }) => runs);
  const ends = await runEnds(chosen, results);
  for (const { experiment, runs } of studies) {
    await submitMissing(runs, common, wantedOf(experiment, typed), options.jobs, ends, io);
  }
  showPlan(chosen, results);
  if (options.detach) return 0;

  const display = progressDisplay(io, chosen.length, Math.min(chosen.length, options.jobs ?? 8));
  const ended = await follow(chosen, results, { display, signal: io.signal, isAnalysed: ends.isAnalysed });
  display.stop();
  if (io.signal.aborted) {
    const again = ["resnet-exp", ...process.argv.slice(2).map(shellWord)].join(" ");
    io.err(`The jobs keep running. To follow them again, type the same command: ${again}\n`);
    if (ended.jobs.length > 0) io.err(`To cancel them: scancel ${ended.jobs.join(" ")}\n`);
    return 0;
  }
  const problems: UserError[] = [];
  for (const { experiment } of studies) await reportStudy(experiment, ended.trained, options, problems, io);
  if (!ended.trained.every(({ outcome }) => outcome === "done")) return 3;
  return problems.length > 0 ? 2 : 0;
}

/** @throws UserError for options that make sense only with Slurm, or only without it */
function requireFitting({ on, retries, failFast, tensorboard, json }: RunOptions): void {
  if (on !== "slurm") {
    throw new UserError("Expected --slurm and --detach together with --on slurm, got them without it.", [
      "Add --on slurm.",
    ]);
  }
  const alone = [
    ["--retries", retries, "Slurm starts a task again if its node fails."],
    ["--fail-fast", failFast, "The tasks of an array do not know about each other."],
    ["--tensorboard", tensorboard, "It writes while this process trains."],
    ["--json", json, "`resnet-exp ls --json` says how far the runs are."],
  ] as const;
  for (const [option, value, hint] of alone) {
    if (value) throw new UserError(`Expected --on slurm without ${option}, got both.`, [hint]);
  }
}

/** Submits the runs that have not ended and are not in the queue. A lock lets only one command submit at a time. */
async function submitMissing(
  chosen: readonly SubmittedRun[],
  common: StudyOptions,
  wanted: readonly string[],
  atOnce: number | undefined,
  { hasEnded }: RunEnds,
  io: Io,
): Promise<void> {
  const { results } = common;
  const directory = jobsDirectory(results);
  makeDirectory(directory);
  const lock = `${directory}/lock`;
  const owner = takeLock(lock);
  try {
    const queued = queuedRuns(results, await needQueue());
    const open = chosen.filter((each) => !hasEnded(each));
    const missing = open.filter(({ id }) => !queued.has(id));
    const waiting = open.length - missing.length;
    if (missing.length === 0) {
      io.err(`Nothing to submit: ${waiting} of ${chosen.length} runs are in the queue, the rest have ended.\n`);
      return;
    }
    const submitted = await submit({
      manifest: { options: common, runs: missing },
      options: wanted,
      atOnce,
      program: [process.execPath, fileURLToPath(new URL("../../../bin/resnet-exp.cjs", import.meta.url))],
    });
    const { job, tasks, name, noReport } = submitted;
    if (noReport !== undefined) io.err(`No job will make the report: ${noReport}\n`);
    io.err(
      `Submitted ${missing.length} ${missing.length === 1 ? "run" : "runs"} as job ${job} (${name}), ${tasks} ${tasks === 1 ? "task" : "tasks"}.\n`,
    );
  } finally {
    releaseLock(lock, owner);
  }
}
