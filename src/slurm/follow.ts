// Follows runs that Slurm trains. Their files tell how far they are; a call of squeue now and then tells which are still
// waiting. An error of squeue does not stop anything.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { MetricsTail } from "../records/metrics-tail.ts";
import { runPath, runStatus } from "../records/run-directory.ts";
import { readFailedFile } from "../records/run-files.ts";
import type { RunEvent, RunOutcome } from "../running/run-events.ts";
import type { Metric, RunSpec } from "../types.ts";
import { neverStarts, type QueuedTask } from "./queue.ts";
import { QueuePoll } from "./queue-poll.ts";
import { jobsDirectory, type SubmittedRun } from "./submission.ts";

/** Where progress is shown, and the signal that stops following. */
export interface Following {
  readonly display: {
    begin(spec: RunSpec): (event: RunEvent) => void;
    log(line: string): void;
  };
  readonly signal: AbortSignal;
  /** Whether nothing is left to analyse of a run that is done. */
  isAnalysed(run: SubmittedRun): boolean;
}

/** The state of the runs when following stopped. */
export interface Followed {
  readonly trained: readonly { readonly spec: RunSpec; readonly id: string; readonly outcome: RunOutcome }[];
  /** Ids of the array jobs that are still in the queue. */
  readonly jobs: readonly string[];
}

/** Seconds between two looks at the files; longer for many runs, so that looking takes at most a tenth of a core. */
const looks = { pause: 1, share: 10 };

/** Follows the runs until each is done and analysed, failed or no longer in the queue, or until the signal. */
export async function follow(runs: readonly SubmittedRun[], results: string, following: Following): Promise<Followed> {
  const { display, signal, isAnalysed } = following;
  const open = new Map(runs.map((run) => [run.id, new Watched(run, results, () => isAnalysed(run))]));
  const outcomes = new Map<string, RunOutcome>();
  const told = new Set<string>();
  // The task in which each run was seen last.
  const seen = new Map<string, QueuedTask>();
  const poll = new QueuePoll(results);
  const tell = (line: string) => {
    if (!told.has(line)) display.log(line);
    told.add(line);
  };
  let queued: ReadonlyMap<string, QueuedTask>;
  for (;;) {
    // squeue is asked before the files are read, so a run that ends in between is seen as ended by its files.
    const { tasks, problem, isNew } = await poll.latest();
    queued = tasks;
    if (problem !== undefined) tell(`squeue does not answer: ${problem}`);
    const start = performance.now();
    for (const [id, watched] of open) {
      const outcome = watched.look(display);
      const task = queued.get(id);
      if (task) seen.set(id, task);
      if (task && neverStarts(task)) tell(`${task.job} will not start: ${task.reason}`);
      const ended = outcome ?? (isNew && !task ? watched.vanish(display, goneText(results, seen.get(id))) : undefined);
      if (ended === undefined) continue;
      outcomes.set(id, ended);
      open.delete(id);
    }
    const stuck = [...open.keys()].every((id) => {
      const task = queued.get(id);
      return task !== undefined && neverStarts(task);
    });
    if (open.size === 0 || stuck || signal.aborted) break;
    const pause = Math.max(1000 * looks.pause, looks.share * (performance.now() - start));
    await setTimeout(pause, undefined, { signal }).catch(() => {});
  }
  const trained = runs.map(({ id, run }) => ({
    spec: run.spec,
    id,
    outcome: outcomes.get(id) ?? ("interrupted" as const),
  }));
  const jobs = [...new Set([...open.keys()].flatMap((id) => queued.get(id)?.job.split("_")[0] ?? []))];
  return { trained, jobs };
}

/** What is said of a run whose task is gone although it is not done. */
export function goneText(results: string, task: QueuedTask | undefined): string {
  const log = task && ` (${join(jobsDirectory(results), task.name, "logs", `${task.index ?? 0}.log`)} says why)`;
  return `its task is no longer in the queue${log ?? ""}; the same command submits it again`;
}

function whyFailed(path: string): string {
  try {
    return readFailedFile(join(path, "failed.json"))?.message ?? "";
  } catch {
    return "failed.json cannot be read";
  }
}

/** A run that is being followed. */
class Watched {
  readonly #id: string;
  readonly #spec: RunSpec;
  readonly #path: string;
  readonly #metrics: MetricsTail;
  readonly #isAnalysed: () => boolean;
  #show: ((event: RunEvent) => void) | undefined;
  #iteration = 0;
  #time = performance.now();

  constructor({ id, run }: SubmittedRun, results: string, isAnalysed: () => boolean) {
    this.#id = id;
    this.#spec = run.spec;
    this.#path = runPath(results, run.spec.experiment, id);
    this.#isAnalysed = isAnalysed;
    this.#metrics = new MetricsTail(join(this.#path, "metrics.jsonl"));
  }

  /** Shows what is new. @returns the outcome, if the run has ended */
  look(display: Following["display"]): RunOutcome | undefined {
    const status = runStatus(this.#path);
    if (status === "planned") return undefined;
    // The time in which a run waits for its next start is not a time of steps.
    if (status === "interrupted") this.#time = performance.now();
    const isFirst = this.#show === undefined;
    this.#begin(display);
    this.#tell(this.#news(), isFirst);
    if (status !== "failed" && !(status === "done" && this.#isAnalysed())) return undefined;
    return this.#end(status, status === "failed" ? whyFailed(this.#path) : undefined);
  }

  /** For a run whose task is no longer in the queue, although its files do not say that it ended. */
  vanish(display: Following["display"], message: string): RunOutcome {
    // On a network file system, reading the directory shows files that a look may have missed.
    if (existsSync(this.#path)) readdirSync(this.#path);
    const ended = this.look(display);
    if (ended !== undefined) return ended;
    this.#begin(display);
    return this.#end("interrupted", message);
  }

  #begin(display: Following["display"]): void {
    if (this.#show) return;
    this.#show = display.begin(this.#spec);
    const { iterations } = this.#spec.sections.training;
    this.#show({ kind: "start", id: this.#id, iteration: 0, iterations });
  }

  /** Metrics that were not told yet: a run that was started again writes some of them a second time. */
  #news(): Metric[] {
    try {
      return this.#metrics.read().filter(({ iteration }) => iteration > this.#iteration);
    } catch {
      // A file that cannot be read now may be readable at the next look.
      return [];
    }
  }

  /** Of what was there before the first look, only the last line is told, and no speed. */
  #tell(metrics: readonly Metric[], isFirst: boolean): void {
    const reached = metrics.at(-1)?.iteration;
    if (reached === undefined) return;
    const now = performance.now();
    const seconds = isFirst ? 0 : (now - this.#time) / 1000 / (reached - this.#iteration);
    for (const metric of isFirst ? metrics.slice(-1) : metrics) {
      const { iteration, trainLoss: loss, trainError: error, learningRate } = metric;
      this.#show?.({ kind: "step", id: this.#id, iteration, loss, error, learningRate, seconds });
      this.#show?.({ kind: "metric", id: this.#id, metric });
    }
    this.#iteration = reached;
    this.#time = now;
  }

  #end(outcome: "done" | "failed" | "interrupted", message?: string): RunOutcome {
    this.#show?.({ kind: "end", id: this.#id, outcome, ...(message !== undefined && { message }) });
    return outcome;
  }
}
