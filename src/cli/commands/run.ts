// `run FILE…`: trains all unfinished runs, then prints the summary table. The same command resumes.
import { loadExperiment } from "../../config/load.ts";
import { planRuns } from "../../config/plan.ts";
import { referenceEngine } from "../../engines/names.ts";
import type { UserError } from "../../errors.ts";
import { writePlannedRuns } from "../../records/planned-runs.ts";
import { recordedCommand } from "../../records/provenance.ts";
import type { RunEvent } from "../../running/run-events.ts";
import { type TrainedRun, trainStudy } from "../../running/study.ts";
import { EventFiles } from "../../tensorboard/event-files.ts";
import type { RunSpec } from "../../types.ts";
import { warnOfLateDrops } from "../arguments/late-drops.ts";
import { warnOfSharedNames } from "../arguments/shared-names.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { run } from "../syntax/run.ts";
import { downloadBar } from "../terminal/download-bar.ts";
import type { Io } from "../terminal/io.ts";
import { progressDisplay } from "../terminal/progress.ts";
import { type PlannedName, referenceWarning } from "../terminal/reference-warning.ts";
import { isFinished, reportStudy } from "./study-report.ts";

type RunOptions = OptionsOf<typeof run>;

/**
 * Trains the runs of the experiments. Returns 0 if all are done, 3 if some are not. A signal ends it after a checkpoint.
 * @throws UserError where a file, the data or the engine is wrong
 */
export async function runCommand(files: readonly string[], options: RunOptions, io: Io): Promise<number> {
  if (options.manifest !== undefined) {
    return (await import("./write-manifest.ts")).writeRunManifest(files, options.manifest, options, io);
  }
  if (options.on || options.slurm || options.detach) {
    return (await import("./run-on-slurm.ts")).runOnSlurm(files, options, io);
  }
  const { results, data, engine, adapter, threads, retries, failFast = false, json } = options;
  // A run that is retried after a crash needs its own process.
  const jobs = options.jobs ?? (retries ? 1 : undefined);
  const { unproven = false, changeEngine = false } = options;
  const command = recordedCommand(process.argv.slice(2));
  const experiments = files.map((file) => loadExperiment(file, options));
  warnOfSharedNames(experiments, io);
  warnOfLateDrops(experiments, io);
  const runs = experiments.flatMap((experiment) => {
    const { paper, question } = experiment.document;
    return planRuns(experiment, options.only).map((spec) => ({ spec, paper, question }));
  });
  const atOnce = Math.min(jobs ?? 1, runs.length);
  const display = progressDisplay(io, runs.length, atOnce);
  const bar = downloadBar(io);
  const eventFiles = options.tensorboard ? new EventFiles(results) : undefined;
  const told = new Set<string>();
  let planned: readonly PlannedName[] = [];
  let engineName: string | undefined;
  // Once both the engine and the plan are known, in whatever order they come.
  const warnOfReference = () => {
    const warning = !json && engineName === referenceEngine && referenceWarning(planned, results, atOnce);
    if (warning) display.log(warning);
  };
  let trained: TrainedRun[];
  try {
    trained = await trainStudy(
      runs,
      { command, results, data, engine, engineOptions: { adapter, threads }, unproven, changeEngine },
      { jobs, retries, failFast },
      {
        onProgress: bar.onProgress,
        onPlan(runs) {
          planned = runs;
          warnOfReference();
        },
        onDataset({ name, notes = [] }) {
          for (const note of notes) if (!told.has(note)) display.log(`${name}: ${note}`);
          for (const note of notes) told.add(note);
        },
        onEngine({ engine, passedOver }) {
          engineName = engine.name;
          if (json) return;
          for (const { name, reason } of passedOver) display.log(`${name}: ${reason}`);
          const many = atOnce > 1 ? `, ${atOnce} at once` : "";
          display.log(`${runs.length} ${runs.length === 1 ? "run" : "runs"} on ${engine.description}${many}`);
          warnOfReference();
        },
        onBegin(spec) {
          const show = json ? (event: RunEvent) => io.out(jsonLine(spec, event)) : display.begin(spec);
          return (event) => {
            // The first run to begin has made the experiment's directory.
            if (event.kind === "start") writePlannedRuns(results, planned);
            eventFiles?.show(spec, event);
            show(event);
          };
        },
      },
      io.signal,
    );
  } finally {
    bar.stop();
    display.stop();
    eventFiles?.close();
    writePlannedRuns(results, planned);
  }
  if (io.signal.aborted) return 0;
  // A table that cannot be written does not stop the command: the runs are trained.
  const problems: UserError[] = [];
  const analysed = experiments.filter(({ document }) => document.analyses !== undefined);
  if (analysed.length > 0) {
    // Analyses load an engine, which the parent of parallel runs does without.
    const { analyseStudy } = await import("./study-analyses.ts");
    for (const experiment of analysed) await analyseStudy(experiment, trained, options, problems, io);
  }
  if (io.signal.aborted) return 0;
  for (const experiment of experiments) await reportStudy(experiment, trained, options, problems, io);
  if (!trained.every((run) => isFinished(run, results))) return 3;
  return problems.length > 0 ? 2 : 0;
}

function jsonLine(spec: RunSpec, event: RunEvent): string {
  const { experiment, label, seed } = spec;
  return `${JSON.stringify({ experiment, label, seed, ...event })}\n`;
}
