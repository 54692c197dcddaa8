// `plan FILE…`: shows what `run` would do with the same selection, and why. With --explain it shows where each value comes
// from, with --calibrate the predicted cost. Downloads nothing, and trains only the few steps that --calibrate measures.
import { type Experiment, loadExperiment } from "../../config/load.ts";
import { planRuns } from "../../config/plan.ts";
import type { AnalysisStates } from "../../evaluation/analysed-runs.ts";
import { type Estimate, estimateRuns } from "../../planning/estimates.ts";
import { type PlannedRun, planStates } from "../../planning/plan-states.ts";
import { valuesOf } from "../../records/differences.ts";
import { reachedIteration } from "../../records/record.ts";
import { runPath } from "../../records/run-directory.ts";
import { clusterFacts } from "../../slurm/commands.ts";
import { wantedOf } from "../../slurm/options.ts";
import type { QueuedTask } from "../../slurm/queue.ts";
import { slurmTasks, stateWords } from "../../slurm/states.ts";
import { warnOfLateDrops } from "../arguments/late-drops.ts";
import { warnOfSharedNames } from "../arguments/shared-names.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { plan } from "../syntax/plan.ts";
import { totalText } from "../terminal/cost-text.ts";
import type { Io } from "../terminal/io.ts";
import { analysesText, countStates, originOf, originTable, runTable } from "../terminal/plan-table.ts";
import { submissionText } from "../terminal/submission-text.ts";

export type PlanOptions = OptionsOf<typeof plan>;

/**
 * Prints each run of the experiments with its state. Returns 0, or 2 if `run` would refuse a run.
 * @throws UserError where a file or the selection is wrong
 */
export async function planCommand(files: readonly string[], options: PlanOptions, io: Io): Promise<number> {
  const experiments = files.map((file) => loadExperiment(file, options));
  warnOfSharedNames(experiments, io);
  warnOfLateDrops(experiments, io);
  const specs = experiments.map((experiment) => planRuns(experiment, options.only));
  const plans: PlannedRun[][] = [];
  const maxTasks = options.on ? (await clusterFacts()).maxArraySize : 0;
  const { tasks, problem } = await slurmTasks(options.results);
  if (problem !== undefined) io.err(`squeue does not answer: ${problem}\n`);
  for (const each of specs) plans.push(await withTasks(await planStates(each, options), tasks, options.results));
  const { budget } = options;
  const calibrated = options.calibrate || options.recalibrate || budget !== undefined;
  const runs = plans.flat();
  const estimates = calibrated ? await estimateRuns(runs, budget, options, io) : [];
  const code = runs.some(({ state }) => state === "refused") ? 2 : 0;
  const estimated = new Map(runs.map((run, i) => [run, estimates[i]]));
  const estimateOf = (run: PlannedRun) => estimated.get(run);
  const states = await analysisStatesOf(experiments, plans);

  if (options.json) {
    const rows = experiments.flatMap((experiment, i) =>
      plans[i]!.map((run) => ({
        ...jsonRow(run, estimateOf(run), experiment, options),
        ...(states[i] && { analysesLeft: states[i].get(run)!.left }),
      })),
    );
    io.out(`${JSON.stringify(rows)}\n`);
    return code;
  }
  experiments.forEach((experiment, i) => {
    const runs = plans[i]!;
    const profile = profileWords(experiment);
    if (i > 0) io.out("\n");
    io.out(`${experiment.document.name} (${experiment.file}${profile && `, ${profile}`}): ${countStates(runs)}\n\n`);
    io.out(runTable(runs, estimateOf, io.columns));
    if (states[i]) io.out(`\n${analysesText([...states[i].values()], io.columns)}`);
    if (options.on)
      io.out(
        `\n${submissionText(
          runs.filter(({ id = "" }) => !tasks.has(id)),
          wantedOf(experiment, options.slurm ?? []),
          maxTasks,
          estimateOf,
          (run) => !states[i]?.get(run)?.left.length,
        )}`,
      );
    if (options.explain) io.out(`\n${originTable(experiment, specs[i]!, io.columns)}`);
  });
  if (calibrated) io.out(`\n${totalText(estimates, budget)}`);
  return code;
}

/** What is left to analyse of each run, for the experiments with analyses. */
async function analysisStatesOf(
  experiments: readonly Experiment[],
  plans: readonly (readonly PlannedRun[])[],
): Promise<(ReadonlyMap<PlannedRun, AnalysisStates> | undefined)[]> {
  if (experiments.every(({ document }) => document.analyses === undefined)) return [];
  // Analyses load TensorFlow.js, which a plan does without.
  const { analysisStates } = await import("../../evaluation/analysed-runs.ts");
  return experiments.map(({ document: { analyses } }, i) => {
    if (analyses === undefined) return undefined;
    return new Map(plans[i]!.map((run) => [run, analysisStates(run.spec.sections, run.record, analyses)]));
  });
}

/** The runs. For runs that are Slurm tasks, the reason of the state is what Slurm says. */
async function withTasks(
  runs: readonly PlannedRun[],
  tasks: ReadonlyMap<string, QueuedTask>,
  results: string,
): Promise<PlannedRun[]> {
  const told = runs.map(async (run) => {
    const task = tasks.get(run.id ?? "");
    if (!task || run.state === "refused") return run;
    const iteration = run.record ? reachedIteration(run.record) : 0;
    const path = runPath(results, run.spec.experiment, run.id ?? "");
    const words = await stateWords({ status: run.state, iteration, path }, task);
    return words === run.state ? run : { ...run, why: `${words}: task ${task.job}` };
  });
  return Promise.all(told);
}

/** "profile smoke", or the profiles in the order in which they were laid over the file; "" for none. */
function profileWords({ profiles }: Experiment): string {
  const [first, second, ...others] = profiles;
  if (second === undefined) return first === undefined ? "" : `profile ${first}`;
  return [`profile ${first}`, second, ...others].join(", then ");
}

function jsonRow(
  run: PlannedRun,
  estimate: Estimate | undefined,
  experiment: Experiment,
  options: PlanOptions,
): object {
  const { spec, id, record: _, ...rest } = run;
  const paths = valuesOf(spec.sections).map(([path]) => [path, originOf(experiment, path)]);
  return {
    ...spec,
    file: experiment.file,
    profile: experiment.profiles.join(", ") || null,
    id: id ?? null,
    ...rest,
    ...(estimate && {
      predicted: estimate.predicted,
      secondsLeft: estimate.secondsLeft,
      actual: estimate.outcome?.actual ?? null,
      fits: estimate.fits ?? null,
    }),
    ...(options.explain && { origins: Object.fromEntries(paths) }),
  };
}
