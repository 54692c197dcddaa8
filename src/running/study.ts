// Trains the runs of a study: one after another in this process, or several at once, each in a process of its own.
// Loads an engine only in the first case.
import type { DatasetConfig } from "../config/schema.ts";
import { openDataset } from "../datasets/dataset.ts";
import type { Progress } from "../datasets/source.ts";
import type { Choice } from "../engines/choice.ts";
import { recordDamage } from "../records/record.ts";
import { runPath, runStatus } from "../records/run-directory.ts";
import { runId } from "../records/run-id.ts";
import { trainerVersion } from "../training/version.ts";
import type { Dataset, RunSpec } from "../types.ts";
import { trainJob } from "./job.ts";
import { placementOf, thisMachine } from "./placement.ts";
import type { RunEvent, RunOutcome } from "./run-events.ts";
import type { StudyOptions, StudyRun } from "./study-run.ts";

/** Who hears of a study. */
export interface StudyObserver {
  /** Of a download, where data has to be fetched. */
  readonly onProgress: (progress: Progress) => void;
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
 * Trains every run that is not done, in order. A signal ends it after a checkpoint of each run under way.
 * @throws UserError where the data, the engine or a begun run is wrong; the other runs are stopped at a checkpoint first
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
    const train = retried(await method(runs, options, observer, stop.signal), retries, stop.signal);
    const trained: TrainedRun[] = [];
    let next = 0;
    const work = async (slot: number): Promise<void> => {
      while (next < runs.length && !stop.signal.aborted) {
        const index = next++;
        const run = runs[index]!;
        const show = observer.onBegin(run.spec);
        let id = "";
        const onEvent = (event: RunEvent) => {
          id = event.id;
          show(event);
        };
        const outcome = await train(run, slot, onEvent);
        trained[index] = { spec: run.spec, id, outcome };
        if (failFast && ["failed", "crashed", "damaged"].includes(outcome)) stopAll();
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
    return trained.filter((run) => run !== undefined);
  } finally {
    signal.removeEventListener("abort", stopAll);
  }
}

type Train = (run: StudyRun, slot: number, onEvent: (event: RunEvent) => void) => Promise<RunOutcome>;
type Method = (
  runs: readonly StudyRun[],
  options: StudyOptions,
  observer: StudyObserver,
  signal: AbortSignal,
) => Promise<Train>;

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

const trainHere: Method = async (runs, options, observer, signal) => {
  const datasets = await openDatasets(runs, options, observer, signal, (dataset) => dataset);
  const { openTrainer } = await import("./trainer.ts");
  const trainer = await openTrainer(options);
  observer.onEngine(trainer.choice);
  return (run, _slot, onEvent) => trainer.train(run, datasets(run), onEvent, signal);
};

function trainInProcesses(slots: number): Method {
  return async (runs, options, observer, signal) => {
    // Fetched and checked once, here; each process reads them for itself.
    const digests = await openDatasets(runs, options, observer, signal, ({ digest }) => digest);
    const machine = thisMachine();
    let told = false;
    const onEngine = (choice: Choice) => {
      if (!told) observer.onEngine(choice);
      told = true;
    };
    return async (run, slot, onEvent) => {
      const id = runId(run.spec, digests(run), trainerVersion);
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
  };
}

/** Opens each data set that the runs need, once, and keeps of it what is wanted. */
async function openDatasets<T>(
  runs: readonly StudyRun[],
  { data }: StudyOptions,
  { onProgress, onDataset }: StudyObserver,
  signal: AbortSignal,
  keep: (dataset: Dataset) => T,
): Promise<(run: StudyRun) => T> {
  const opened = new Map<string, T>();
  const key = (config: DatasetConfig) => JSON.stringify(config);
  for (const { spec } of runs) {
    const config = spec.sections.dataset;
    if (opened.has(key(config))) continue;
    const dataset = await openDataset(config, { data, onProgress, signal });
    onDataset(dataset);
    opened.set(key(config), keep(dataset));
  }
  return ({ spec }) => opened.get(key(spec.sections.dataset))!;
}
