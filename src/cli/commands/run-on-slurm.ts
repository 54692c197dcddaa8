// `run FILE… --on slurm`: submits every run that has not ended and is not in the queue, follows the runs and prints the
// table at the end. Typed again, it submits no run twice. Ctrl-C only stops following.
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { loadExperiment } from "../../config/load.ts";
import { planRuns } from "../../config/plan.ts";
import { openDataset } from "../../datasets/dataset.ts";
import { UserError } from "../../errors.ts";
import { releaseLock, takeLock } from "../../records/lock.ts";
import { writePlannedRuns } from "../../records/planned-runs.ts";
import { recordedCommand } from "../../records/provenance.ts";
import { runPath, runStatus } from "../../records/run-directory.ts";
import { runId } from "../../records/run-id.ts";
import { follow } from "../../slurm/follow.ts";
import { sbatchOptions, wantedOf } from "../../slurm/options.ts";
import { needQueue } from "../../slurm/queue.ts";
import { jobsDirectory, queuedRuns, type SubmittedRun } from "../../slurm/submission.ts";
import { submit } from "../../slurm/submit.ts";
import { makeDirectory } from "../../system/make-directory.ts";
import { shellWord } from "../../text/shell.ts";
import { trainerVersion } from "../../training/version.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { run } from "../syntax/run.ts";
import { downloadBar } from "../terminal/download-bar.ts";
import type { Io } from "../terminal/io.ts";
import { progressDisplay } from "../terminal/progress.ts";
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
  const experiments = files.map((file) => loadExperiment(file, options));
  const studies = experiments.map((experiment) => {
    const { paper, question } = experiment.document;
    return {
      runs: planRuns(experiment, options.only).map((spec) => ({ spec, paper, question })),
      wanted: wantedOf(experiment, typed),
    };
  });
  const results = resolve(options.results);
  const digestOf = await digests(
    studies.flatMap(({ runs }) => runs),
    options,
    io,
  );
  const chosen: SubmittedRun[] = [];
  for (const { runs, wanted } of studies) {
    const own = runs.map((run) => ({ id: runId(run.spec, digestOf(run), trainerVersion), run }));
    await submitMissing(own, results, wanted, options, io);
    chosen.push(...own);
  }
  showPlan(chosen, results);
  if (options.detach) return 0;

  const display = progressDisplay(io, chosen.length, Math.min(chosen.length, options.jobs ?? 8));
  const ended = await follow(chosen, results, { display, signal: io.signal });
  display.stop();
  if (io.signal.aborted) {
    const again = ["resnet-exp", ...process.argv.slice(2).map(shellWord)].join(" ");
    io.err(`The jobs keep running. To follow them again, type the same command: ${again}\n`);
    if (ended.jobs.length > 0) io.err(`To cancel them: scancel ${ended.jobs.join(" ")}\n`);
    return 0;
  }
  const problems: UserError[] = [];
  for (const experiment of experiments) await reportStudy(experiment, ended.trained, options, problems, io);
  if (!ended.trained.every(({ outcome }) => outcome === "done")) return 3;
  return problems.length > 0 ? 2 : 0;
}

/** Lets the pages and `watch` show runs before the first task has begun. A disk that refuses it stops nothing. */
function showPlan(chosen: readonly SubmittedRun[], results: string): void {
  const planned = chosen.map(({ id, run }) => ({ experiment: run.spec.experiment, id }));
  try {
    for (const { experiment } of planned) makeDirectory(join(results, experiment, "runs"));
  } catch {
    // The tasks say what is wrong with the disk.
  }
  writePlannedRuns(results, planned);
}

/** @throws UserError for options that make sense only with Slurm, or only without it */
function requireFitting({ on, retries, failFast, json }: RunOptions): void {
  if (on !== "slurm") {
    throw new UserError("Expected --slurm and --detach together with --on slurm, got them without it.", [
      "Add --on slurm.",
    ]);
  }
  const alone = [
    ["--retries", retries, "Slurm starts a task again if its node fails."],
    ["--fail-fast", failFast, "The tasks of an array do not know about each other."],
    ["--json", json, "`resnet-exp ls --json` says how far the runs are."],
  ] as const;
  for (const [option, value, hint] of alone) {
    if (value) throw new UserError(`Expected --on slurm without ${option}, got both.`, [hint]);
  }
}

/** Submits the runs that have not ended and are not in the queue. A lock lets only one command submit at a time. */
async function submitMissing(
  chosen: readonly SubmittedRun[],
  results: string,
  wanted: readonly string[],
  options: RunOptions,
  io: Io,
): Promise<void> {
  const { data, engine, adapter, threads, jobs, unproven = false, changeEngine = false } = options;
  const directory = jobsDirectory(results);
  makeDirectory(directory);
  const lock = `${directory}/lock`;
  const owner = takeLock(lock);
  try {
    const queued = queuedRuns(results, await needQueue());
    const atRest = ({ id, run }: SubmittedRun) => {
      const status = runStatus(runPath(results, run.spec.experiment, id));
      return status === "done" || status === "failed";
    };
    const missing = chosen.filter((each) => !atRest(each) && !queued.has(each.id));
    const waiting = chosen.filter((each) => !atRest(each) && queued.has(each.id)).length;
    if (missing.length === 0) {
      io.err(`Nothing to submit: ${waiting} of ${chosen.length} runs are in the queue, the rest have ended.\n`);
      return;
    }
    const submitted = await submit({
      manifest: {
        options: {
          command: recordedCommand(process.argv.slice(2)),
          results,
          ...(data !== undefined && { data: resolve(data) }),
          engine,
          engineOptions: { adapter, threads },
          unproven,
          changeEngine,
        },
        runs: missing,
      },
      options: wanted,
      atOnce: jobs,
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

/** Fetches and checks each data set once, before any task needs it. */
async function digests(runs: readonly SubmittedRun["run"][], options: RunOptions, io: Io) {
  const bar = downloadBar(io);
  const found = new Map<string, string>();
  const key = ({ spec }: SubmittedRun["run"]) => JSON.stringify(spec.sections.dataset);
  try {
    for (const run of runs) {
      if (found.has(key(run))) continue;
      const { data } = options;
      const { digest } = await openDataset(run.spec.sections.dataset, {
        data,
        onProgress: bar.onProgress,
        signal: io.signal,
      });
      found.set(key(run), digest);
    }
  } finally {
    bar.stop();
  }
  return (run: SubmittedRun["run"]) => found.get(key(run))!;
}
