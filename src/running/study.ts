// Trains the runs of a study: one after another in this process, or several at once in child processes.
// Loads an engine only in the first case.
import type { DatasetOptions, Progress } from "../datasets/source.ts";
import type { Choice } from "../engines/choice.ts";
import { inOneLine, UserError } from "../errors.ts";
import { weightsMissing } from "../records/final-weights.ts";
import type { RunName } from "../records/planned-runs.ts";
import { recordDamage } from "../records/record.ts";
import { runPath, runStatus } from "../records/run-directory.ts";
import { runId } from "../records/run-id.ts";
import { trainerVersion } from "../training/version.ts";
import type { Dataset, RunSpec } from "../types.ts";
import { trainJob } from "./job.ts";
import { placementOf, thisMachine } from "./placement.ts";
import type { RunEvent, RunOutcome } from "./run-events.ts";
import { openStudyData } from "./study-data.ts";
import type { StudyOptions, StudyRun } from "./study-run.ts";

/** Callbacks for the events of a study. */
export interface StudyObserver {
  /** Called during a download, if data has to be fetched. */
  readonly onProgress: (progress: Progress) => void;
  /** Called before the first run begins, with the runs that are not refused because of their data. */
  readonly onPlan?: (runs: readonly (RunName & { readonly spec: RunSpec })[]) => void;
  /** Called for each data set that is opened. */
  readonly onDataset: (dataset: Dataset) => void;
  /** Called once with the engine, before the first event. */
  readonly onEngine: (choice: Choice) => void;
  /** Called when a run begins. The returned function receives the run's events. */
  readonly onBegin: (spec: RunSpec) => (event: RunEvent) => void;
}

export interface TrainedRun {
  readonly spec: RunSpec;
  readonly id: string;
  readonly outcome: RunOutcome;
}

/** How many runs are trained at once, and what happens after a failure. */
export interface Scheduling {
  /** The number of child processes; without it, runs are trained in this process. */
  readonly jobs?: number | undefined;
  /** How often a run that crashed resumes from its checkpoint; by default never. */
  readonly retries?: number | undefined;
  /** Whether the first failure stops all runs. */
  readonly failFast: boolean;
}

/**
 * Trains every run that is not done, in order. After a signal, each current run writes a checkpoint and ends. A run for
 * which the user has to correct something is refused, and the others are trained. Problems with data are found before
 * training starts, others when the run's turn comes: another engine began it, or its directory cannot be written.
 * @throws UserError where the engine is wrong, and where no run could be trained at all
 */
export async function trainStudy(
  runs: readonly StudyRun[],
  options: StudyOptions,
  { jobs, retries = 0, failFast }: Scheduling,
  observer: StudyObserver,
  signal: AbortSignal,
): Promise<TrainedRun[]> {
  const stop = new AbortController();
  const stopAll = () => stop.abort();
  signal.addEventListener("abort", stopAll);
  if (signal.aborted) stopAll();
  try {
    const slots = Math.max(1, Math.min(jobs ?? 1, runs.length));
    const method = jobs === undefined ? trainHere : trainInProcesses(slots);
    const { train: trainOnce, refusal, idOf } = await method(runs, options, observer, stop.signal);
    const accepted = runs.filter((run) => !refusal(run));
    observer.onPlan?.(accepted.map((run) => ({ experiment: run.spec.experiment, id: idOf(run), spec: run.spec })));
    const train = retried(trainOnce, retries, stop.signal);
    const trained: TrainedRun[] = [];
    const refusals: UserError[] = [];
    const refuse = (index: number, error: UserError, show: (event: RunEvent) => void) => {
      const { spec } = runs[index]!;
      const id = refusal(runs[index]!) ? "" : idOf(runs[index]!);
      refusals.push(error);
      trained[index] = { spec, id, outcome: "refused" };
      show({ kind: "end", id, outcome: "refused", message: inOneLine(error) });
      if (failFast) stopAll();
    };
    for (const [index, run] of runs.entries()) {
      const error = refusal(run);
      if (error && !stop.signal.aborted) refuse(index, error, observer.onBegin(run.spec));
    }
    let next = 0;
    const work = async (slot: number): Promise<void> => {
      while (next < runs.length && !stop.signal.aborted) {
        const index = next++;
        const run = runs[index]!;
        if (trained[index]) continue;
        const show = observer.onBegin(run.spec);
        let id = "";
        const onEvent = (event: RunEvent) => {
          id = event.id;
          show(event);
        };
        try {
          const outcome = await train(run, slot, onEvent);
          trained[index] = { spec: run.spec, id, outcome };
          if (failFast && ["failed", "crashed", "damaged"].includes(outcome)) stopAll();
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          if (runs.length === 1) throw error;
          refuse(index, error, show);
        }
      }
    };
    // An error in one slot stops the others, and is thrown when all of them have ended.
    const ends = Array.from({ length: slots }, (_, slot) =>
      work(slot).catch((error: unknown) => {
        stopAll();
        throw error;
      }),
    );
    for (const result of await Promise.allSettled(ends)) if (result.status === "rejected") throw result.reason;
    if (refusals.length === runs.length) throw refusals[0]!;
    return trained.filter((run) => run !== undefined);
  } finally {
    signal.removeEventListener("abort", stopAll);
  }
}

type Train = (run: StudyRun, slot: number, onEvent: (event: RunEvent) => void) => Promise<RunOutcome>;
/** A way to train the runs of a study, with the data opened. */
interface Method {
  readonly train: Train;
  /** Why a run can never be trained on its data. */
  readonly refusal: (run: StudyRun) => UserError | undefined;
  /** The id of a run that is not refused. */
  readonly idOf: (run: StudyRun) => string;
}
type OpenMethod = (
  runs: readonly StudyRun[],
  options: StudyOptions,
  observer: StudyObserver,
  signal: AbortSignal,
) => Promise<Method>;

/** Resumes a crashed run from its checkpoint, at most `retries` times. A crash before a retry is only a warning. */
function retried(train: Train, retries: number, signal: AbortSignal): Train {
  return async (run, slot, onEvent) => {
    for (let retry = 1; ; retry++) {
      const again = () => retry <= retries && !signal.aborted;
      const outcome = await train(run, slot, (event) => {
        if (event.kind !== "end" || event.outcome !== "crashed" || !again()) return onEvent(event);
        onEvent({ kind: "warning", id: event.id, message: `crashed: ${event.message}; retry ${retry} of ${retries}` });
      });
      if (outcome !== "crashed" || !again()) return outcome;
    }
  };
}

const trainHere: OpenMethod = async (runs, options, observer, signal) => {
  const { of, refusal } = await openStudyData(runs, dataOptions(options, observer, signal), (dataset) => {
    observer.onDataset(dataset);
    return dataset;
  });
  requireOne(runs, refusal);
  const { openTrainer } = await import("./trainer.ts");
  const trainer = await openTrainer(options);
  observer.onEngine(trainer.choice);
  return {
    train: (run, _slot, onEvent) => trainer.train(run, of(run), onEvent, signal),
    refusal,
    idOf: (run) => runId(run.spec, of(run).digest, trainerVersion),
  };
};

function trainInProcesses(slots: number): OpenMethod {
  return async (runs, options, observer, signal) => {
    // Data is fetched and checked once, here. Each process then reads it for itself.
    const { of, refusal } = await openStudyData(runs, dataOptions(options, observer, signal), (dataset) => {
      observer.onDataset(dataset);
      return dataset.digest;
    });
    requireOne(runs, refusal);
    const machine = thisMachine();
    let told = false;
    const onEngine = (choice: Choice) => {
      if (!told) observer.onEngine(choice);
      told = true;
    };
    const idOf = (run: StudyRun) => runId(run.spec, of(run), trainerVersion);
    const train: Train = async (run, slot, onEvent) => {
      const id = idOf(run);
      const { experiment } = run.spec;
      const path = runPath(options.results, experiment, id);
      if (runStatus(path) === "done" && recordDamage(path, experiment, id) === undefined) {
        const missing = weightsMissing(path);
        if (missing !== undefined) onEvent({ kind: "warning", id, message: missing });
        onEvent({ kind: "end", id, outcome: "skipped" });
        return "skipped";
      }
      const placement = placementOf(slot, slots, options.engineOptions, machine);
      const placed = { ...options, engineOptions: placement.engineOptions };
      return trainJob(id, run, placed, placement.env, { onEngine, onEvent }, signal);
    };
    return { train, refusal, idOf };
  };
}

function dataOptions({ data }: StudyOptions, { onProgress }: StudyObserver, signal: AbortSignal): DatasetOptions {
  return { data, onProgress, signal };
}

/** If all runs are refused for the same reason, that is an error of the command, and no engine is opened. */
function requireOne(runs: readonly StudyRun[], refusal: Method["refusal"]): void {
  const refusals = runs.map(refusal);
  const [first] = refusals;
  if (first && refusals.every((error) => error?.message === first.message)) throw first;
}
