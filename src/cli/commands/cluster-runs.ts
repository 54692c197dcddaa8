// The runs that a cluster is to train: planned from the files, with their data fetched and checked, before any task
// needs it.
import { join, resolve } from "node:path";
import { type Experiment, loadExperiment } from "../../config/load.ts";
import { planRuns } from "../../config/plan.ts";
import { writePlannedRuns } from "../../records/planned-runs.ts";
import { recordedCommand } from "../../records/provenance.ts";
import { runPath, runStatus } from "../../records/run-directory.ts";
import { runId } from "../../records/run-id.ts";
import { openStudyData } from "../../running/study-data.ts";
import type { StudyOptions } from "../../running/study-run.ts";
import type { SubmittedRun } from "../../slurm/submission.ts";
import { makeDirectory } from "../../system/make-directory.ts";
import { trainerVersion } from "../../training/version.ts";
import { warnOfLateDrops } from "../arguments/late-drops.ts";
import { warnOfSharedNames } from "../arguments/shared-names.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { run } from "../syntax/run.ts";
import { downloadBar } from "../terminal/download-bar.ts";
import type { Io } from "../terminal/io.ts";

type RunOptions = OptionsOf<typeof run>;

/** An experiment with its runs. */
export interface ClusterStudy {
  readonly experiment: Experiment;
  readonly runs: readonly SubmittedRun[];
}

/** Plans the runs. @throws UserError where a file is wrong, or the data of a run: then none is submitted */
export async function clusterStudies(
  files: readonly string[],
  options: RunOptions,
  io: Io,
): Promise<readonly ClusterStudy[]> {
  const experiments = files.map((file) => loadExperiment(file, options));
  warnOfSharedNames(experiments, io);
  warnOfLateDrops(experiments, io);
  const studies = experiments.map((experiment) => {
    const { paper, question } = experiment.document;
    return { experiment, runs: planRuns(experiment, options.only).map((spec) => ({ spec, paper, question })) };
  });
  const all = studies.flatMap(({ runs }) => runs);
  const bar = downloadBar(io);
  const opening = { data: options.data, onProgress: bar.onProgress, signal: io.signal };
  const data = await openStudyData(all, opening, ({ digest }) => digest).finally(() => bar.stop());
  const refused = all.map(data.refusal).find((problem) => problem !== undefined);
  if (refused) throw refused;
  return studies.map(({ experiment, runs }) => {
    const { analyses } = experiment.document;
    return {
      experiment,
      runs: runs.map((run) => ({
        id: runId(run.spec, data.of(run), trainerVersion),
        run,
        ...(analyses && { analyses }),
      })),
    };
  });
}

/** The options that the tasks train with. Paths are absolute, because a task may start in another directory. */
export function taskOptions(options: RunOptions): StudyOptions {
  const { engine, adapter, threads, unproven = false, changeEngine = false } = options;
  const data = options.data ?? process.env["RESNET_EXP_DATA"];
  return {
    command: recordedCommand(process.argv.slice(2)),
    results: resolve(options.results),
    ...(data && { data: resolve(data) }),
    engine,
    engineOptions: { adapter, threads },
    unproven,
    changeEngine,
  };
}

/** What has become of runs under a directory of results. */
export interface RunEnds {
  /** Whether a run is done with its analyses, or failed. */
  hasEnded(run: SubmittedRun): boolean;
  /** Whether nothing is left to analyse of a run that is done. */
  isAnalysed(run: SubmittedRun): boolean;
}

/** Tells which of the runs have ended. */
export async function runEnds(runs: readonly SubmittedRun[], results: string): Promise<RunEnds> {
  // Analyses load TensorFlow.js, which other studies do without here.
  const test = runs.some(({ analyses }) => analyses) ? await import("../../evaluation/analysed-runs.ts") : undefined;
  const isAnalysed = ({ id, run, analyses }: SubmittedRun) =>
    analyses === undefined || test === undefined || test.isAnalysed(run.spec, id, analyses, results);
  const hasEnded = (submitted: SubmittedRun) => {
    const { id, run } = submitted;
    const status = runStatus(runPath(results, run.spec.experiment, id));
    return status === "failed" || (status === "done" && isAnalysed(submitted));
  };
  return { hasEnded, isAnalysed };
}

/** Lets the pages and `watch` show runs before the first task has begun. A disk that refuses it stops nothing. */
export function showPlan(runs: readonly SubmittedRun[], results: string): void {
  const planned = runs.map(({ id, run }) => ({ experiment: run.spec.experiment, id }));
  try {
    for (const experiment of new Set(planned.map((run) => run.experiment))) {
      makeDirectory(join(results, experiment, "runs"));
    }
  } catch {
    // The tasks say what is wrong with the disk.
  }
  writePlannedRuns(results, planned);
}
