// Trains the runs of a study: one after another in this process, or several at once, each in a process of its own.
// Loads an engine only in the first case.
import type { DatasetOptions, Progress } from "../datasets/source.ts";
import type { Choice } from "../engines/choice.ts";
import { inOneLine, UserError } from "../errors.ts";
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
  /** Of a download, where data has to be fetched. */
  readonly onProgress: (progress: Progress) => void;
  /** Of the runs that the data does not refuse, before the first of them begins. */
  readonly onPlan?: (runs: readonly RunName[]) => void;
  /** Of each data set that is opened. */
  readonly onDataset: (dataset: Dataset) => void;
  /** Of the engine, once, before the first event. */
  readonly onEngine: (choice: Choice) => void;
  /** Of a run that begins; the function returned hears its events. */
  readonly onBegin: (spec: RunSpec) => (event: RunEvent) => void;
}

export interface TrainedRun {
  readonly spec: RunSpec;
  readonly id: string;
  readonly outcome: RunOutcome;
}

/** How many at once, in processes of their own; in this process without it. And what a failure does. */
export interface Scheduling {
  readonly jobs?: number | undefined;
  /** How often a run that crashed goes on from its checkpoint; 0 without it. */
  readonly retries?: number | undefined;
  /** Whether the first failure ends all. */
  readonly failFast: boolean;
}

/**
 * Trains every run that is not done, in order. A signal ends it after a checkpoint of each run under way. A run that the
 * user has to mend something for is refused and the others are trained: known from the data before any is trained, or
 * when its turn comes, as where another engine began it or its directory cannot be written.
 * @throws UserError where the engine is wrong, and where no run at all could be trained
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
    observer.onPlan?.(accepted.map((run) => ({ experiment: run.spec.experiment, id: idOf(run) })));
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
    // What is thrown in one slot stops the others; it is passed on when all of them have come to their end.
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
/** How the runs of a study are trained, the data opened. */
interface Method {
  readonly train: Train;
  /** Why a run can never be trained on its data. */
  readonly refusal: (run: StudyRun) => UserError | undefined;
  /** Of a run that its data does not refuse. */
  readonly idOf: (run: StudyRun) => string;
}
type OpenMethod = (
  runs: readonly StudyRun[],
  options: StudyOptions,
  observer: StudyObserver,
  signal: AbortSignal,
) => Promise<Method>;

/** Has a run that crashed go on from its checkpoint, so many times; a crash that is made good is a warning. */
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
    // Fetched and checked once, here; each process reads them for itself.
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

/** Where one thing refuses every run, it is an error of the command and no engine is opened. */
function requireOne(runs: readonly StudyRun[], refusal: Method["refusal"]): void {
  const refusals = runs.map(refusal);
  const [first] = refusals;
  if (first && refusals.every((error) => error?.message === first.message)) throw first;
}
