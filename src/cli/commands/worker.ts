// `worker MANIFEST`: trains and analyses one task's share of the runs that `run --on slurm` submitted. Slurm calls it.
// Another system that numbers its tasks from 0 can call it with --index, for example Kubernetes with $JOB_COMPLETION_INDEX.
import { UserError } from "../../errors.ts";
import { readRun } from "../../records/record.ts";
import { runPath, runStatus } from "../../records/run-directory.ts";
import { trainStudy } from "../../running/study.ts";
import { askSlurm } from "../../slurm/commands.ts";
import { type Manifest, readManifest, runsOfTask, type SubmittedRun } from "../../slurm/submission.ts";
import { thisBatchTask } from "../../system/batch-task.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { worker } from "../syntax/worker.ts";
import type { ExitCode, Io } from "../terminal/io.ts";
import { progressDisplay } from "../terminal/progress.ts";
import { runEnds } from "./cluster-runs.ts";
import { analyseAndTell } from "./study-analyses.ts";

/**
 * Trains the runs of a task and analyses them. Returns 0 if all are done, 3 if some are not. After Slurm's warning before a
 * time limit, USR2, it writes a checkpoint and requeues the task. If the task made no step, and no part of an analysis, the
 * time is too short and it returns 3.
 * @throws UserError where the manifest or the index is missing
 */
export async function workerCommand(path: string, options: OptionsOf<typeof worker>, io: Io): Promise<ExitCode> {
  // A job that is cancelled while it writes a checkpoint must not be requeued.
  let cancelled = false;
  process.on("SIGTERM", () => {
    cancelled = true;
  });
  const manifest = readManifest(path);
  if (!manifest)
    throw new UserError(
      `Expected ${path}, which \`run --on slurm\` or \`run --manifest\` writes, to exist, got no such file.`,
    );
  const index = options.index ?? Number(process.env["SLURM_ARRAY_TASK_ID"] ?? Number.NaN);
  if (!(index >= 0 && index < manifest.tasks)) {
    throw new UserError(`Expected the index of the task to be 0 to ${manifest.tasks - 1}, got ${index}.`, [
      "Use --index N. Slurm sets the index in the tasks of an array.",
    ]);
  }
  const share = runsOfTask(manifest, index);
  const own = share.map(({ run }) => run);
  if (own.length === 0) {
    io.err(`Task ${index} has no runs.\n`);
    return 0;
  }
  const threads = manifest.options.engineOptions.threads ?? coresGiven();
  const study = { ...manifest.options, engineOptions: { ...manifest.options.engineOptions, threads } };
  const display = progressDisplay(io, own.length);
  let steps = 0;
  const trained = await trainStudy(
    own,
    study,
    { failFast: false },
    {
      onProgress: () => {},
      onDataset: ({ name, notes = [] }) => {
        for (const note of notes) display.log(`${name}: ${note}`);
      },
      onEngine: ({ engine }) =>
        display.log(`${own.length} ${own.length === 1 ? "run" : "runs"} on ${engine.description}`),
      onBegin(spec) {
        const show = display.begin(spec);
        return (event) => {
          if (event.kind === "step") steps++;
          show(event);
        };
      },
    },
    io.signal,
  );
  display.stop();
  await analyseShare(share, study, () => steps++, io);
  const { isAnalysed } = await runEnds(share, study.results);
  const left =
    trained.length < own.length ||
    trained.some(({ outcome }) => outcome === "interrupted") ||
    (io.signal.aborted && !share.every(isAnalysed));
  if (io.signal.reason === "SIGUSR2" && left && !cancelled) return { final: await requeue(steps, io) };
  const done = ({ spec, id }: (typeof trained)[number]) =>
    runStatus(runPath(study.results, spec.experiment, id)) === "done";
  return trained.length === own.length && trained.every(done) && share.every(isAnalysed) ? 0 : 3;
}

/**
 * Does the analyses of the runs that are done.
 * @param onDone called after each part of an analysis
 */
async function analyseShare(
  share: readonly SubmittedRun[],
  { results, data, engine, engineOptions }: Manifest["options"],
  onDone: () => void,
  io: Io,
): Promise<void> {
  const runs = share.flatMap(({ id, run, analyses }) => {
    const record = analyses && readRun(results, run.spec.experiment, id);
    return record?.done ? [{ record, wanted: analyses! }] : [];
  });
  if (runs.length === 0 || io.signal.aborted) return;
  const { adapter, threads } = engineOptions;
  await analyseAndTell(runs, { results, data, engine, adapter, threads }, io, onDone);
}

/** Puts only this task back into the queue. */
async function requeue(steps: number, io: Io): Promise<number> {
  const task = thisBatchTask();
  if (!task) return 3;
  if (steps === 0) {
    io.err(
      "Expected at least one training step within the time limit, got none. Use --slurm time=TIME for more time.\n",
    );
    return 3;
  }
  const answer = await askSlurm("scontrol", ["requeue", task.job]);
  if ("text" in answer) return 0;
  io.err(`Expected scontrol requeue ${task.job} to be accepted, got: ${answer.problem}.\n`);
  return 3;
}

function coresGiven(): number | undefined {
  const { SLURM_CPUS_PER_TASK: task, SLURM_CPUS_ON_NODE: node } = process.env;
  const cores = Number(task ?? node ?? Number.NaN);
  return cores >= 1 ? cores : undefined;
}
