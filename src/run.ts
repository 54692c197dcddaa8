// The hall: trains one run from its spec to its record. The only file that opens the data, model, engine and record
// rooms together. Reports what happens as events; prints nothing.
import { setImmediate } from "node:timers/promises";
import { openFeed } from "./datasets/feed.ts";
import { type Engine, sameCode } from "./engines/engine.ts";
import { isOutOfMemory, UserError } from "./errors.ts";
import { stepBytes } from "./models/describe.ts";
import { requireTensorsFit } from "./models/largest-tensor.ts";
import { Model } from "./models/model.ts";
import { LockHeldError } from "./records/lock.ts";
import { gatherProvenance, lastEngine, withSitting } from "./records/provenance.ts";
import { recordDamage } from "./records/record.ts";
import { RunDirectory, runPath, runStatus } from "./records/run-directory.ts";
import { DamageError } from "./records/run-files.ts";
import { runId, specHash } from "./records/run-id.ts";
import { addUnreadableImage } from "./records/unreadable-images.ts";
import { DivergenceError, type TrainEvent, train } from "./training/train.ts";
import { trainerVersion } from "./training/version.ts";
import type { Dataset, Metric, NamedTensor, RunSpec, TrainerState } from "./types.ts";

/** What a run needs beside its spec. */
export interface RunContext {
  readonly results: string;
  readonly dataset: Dataset;
  /** The engine in force. */
  readonly engine: Engine;
  /** The experiment's words for its record; they decide no number. */
  readonly paper: readonly string[];
  readonly question?: string | undefined;
  /** Go on with this engine even where another one trained the run so far; its record then says so. */
  readonly changeEngine?: boolean;
  /** Asks for a checkpoint and an end after the step under way. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
}

export type RunEvent =
  /** `iteration` is 0 for a new run, else that of the checkpoint it goes on from. */
  | { readonly kind: "start"; readonly id: string; readonly iteration: number; readonly iterations: number }
  | { readonly kind: "warning"; readonly id: string; readonly message: string }
  | {
      readonly kind: "step";
      readonly id: string;
      readonly iteration: number;
      readonly loss: number;
      readonly error: number;
      readonly learningRate: number;
      /** Of this step. */
      readonly seconds: number;
    }
  | { readonly kind: "evaluating"; readonly id: string; readonly iteration: number }
  | { readonly kind: "metric"; readonly id: string; readonly metric: Metric }
  | { readonly kind: "checkpoint"; readonly id: string; readonly iteration: number }
  | { readonly kind: "end"; readonly id: string; readonly outcome: RunOutcome; readonly message?: string };

/**
 * "skipped" had been finished before; "busy" is being trained by another process; "crashed" is one whose own process
 * ended before it did, or that ran out of memory; "damaged" is one whose files are not as they were written, and are left alone.
 */
export type RunOutcome = "done" | "failed" | "crashed" | "interrupted" | "damaged" | "skipped" | "busy";

/**
 * Trains a run that is not done, from its last checkpoint where it has one, and records it.
 * Divergence ends the run as "failed" and damage as "damaged"; neither is an error.
 * @throws UserError where the directory cannot be written, the run was begun on another engine, or a tensor of it would be
 * larger than the engine takes
 */
export async function executeRun(spec: RunSpec, context: RunContext): Promise<RunOutcome> {
  const { dataset, engine, results, signal, onEvent } = context;
  const id = runId(spec, dataset.digest, trainerVersion);
  const end = (outcome: RunOutcome, message?: string): RunOutcome => {
    onEvent({ kind: "end", id, outcome, ...(message !== undefined && { message }) });
    return outcome;
  };
  const path = runPath(results, spec.experiment, id);
  const status = runStatus(path);
  if (status === "done") {
    const damage = recordDamage(path, spec.experiment, id);
    return damage === undefined ? end("skipped") : end("damaged", damage);
  }
  const busy = () => end("busy", "another process is training it");
  if (status === "running") return busy();
  requireFits(spec, dataset, engine);

  let directory: RunDirectory;
  try {
    directory = RunDirectory.open(results, spec.experiment, id);
  } catch (error) {
    // It began between the look and the taking.
    if (error instanceof LockHeldError) return busy();
    throw error;
  }
  let model: Model | undefined;
  try {
    const before = directory.status();
    if (before === "done") return end("skipped");
    if (before === "failed") return end("failed", "failed before; delete its directory to try again");
    checkEngine(directory, id, context);
    const { state, damaged } = directory.resume();
    describeRun(directory, id, spec, state?.iteration ?? 0, context);
    for (const message of damaged) onEvent({ kind: "warning", id, message });

    const { sections, seed } = spec;
    const { height, width, channels } = dataset.train;
    model = new Model(sections.model, { height, width, channels, classes: dataset.classes.length }, seed);
    const record = new Recorder(id, directory, onEvent, state);
    onEvent({ kind: "start", id, iteration: state?.iteration ?? 0, iterations: sections.training.iterations });
    const { training, evaluation, record: recording } = sections;
    const feed = feedOf(spec, context, id, directory);
    const task = { ...feed, classes: dataset.classes.length, training, evaluation, record: recording };
    for await (const event of train({ ...task, model, resume: state, signal, stepsAhead: engine.stepsAhead })) {
      record.add(event);
      // Lets timers draw and signals arrive: an engine on the CPU never waits for anything.
      await setImmediate();
    }
    if (record.iteration < sections.training.iterations) return end("interrupted");
    record.finish(await model.read(), sections.training.batchSize);
    return end("done");
  } catch (error) {
    if (error instanceof DamageError) return end("damaged", [error.message, ...error.hints].join(" "));
    if (isOutOfMemory(error)) return end("crashed", outOfMemory(spec, dataset));
    if (!(error instanceof DivergenceError)) throw error;
    directory.fail({ iteration: error.iteration, reason: "diverged", message: error.message });
    return end("failed", error.message);
  } finally {
    model?.dispose();
    directory.close();
  }
}

function outOfMemory({ sections: { model, training } }: RunSpec, { train, classes }: Dataset): string {
  const { height, width, channels } = train;
  const bytes = stepBytes(model, { height, width, channels, classes: classes.length }, training.batchSize);
  const gigabytes = (bytes / 1e9).toPrecision(2);
  return `it ran out of memory; a step of ${training.batchSize} images wants ${gigabytes} GB at least, a smaller training.batchSize less`;
}

function requireFits({ sections }: RunSpec, { train, classes }: Dataset, { maximumTensorBytes }: Engine): void {
  if (maximumTensorBytes === undefined) return;
  const { model, training, evaluation } = sections;
  const { height, width, channels } = train;
  const input = { height, width, channels, classes: classes.length };
  requireTensorsFit(model, input, { size: training.batchSize, key: "training.batchSize" }, maximumTensorBytes);
  requireTensorsFit(model, input, { size: evaluation.batchSize, key: "evaluation.batchSize" }, maximumTensorBytes);
}

/** @throws UserError where another engine has trained the run so far, and no word said to change it */
function checkEngine(directory: RunDirectory, id: string, { engine, changeEngine }: RunContext): void {
  const begun = directory.readRun();
  if (!begun || changeEngine) return;
  const { name } = lastEngine(begun.provenance);
  if (name === engine.name) return;
  throw new UserError(`Expected ${id} to go on with the ${name} engine that trained it so far, got ${engine.name}.`, [
    `--engine ${name} goes on; --change-engine goes on with ${engine.name}, and the record says so.`,
    `To begin anew, delete ${directory.path}.`,
  ]);
}

/** Writes run.json for a new run, and again where a begun one goes on with other code from `iteration`. */
function describeRun(
  directory: RunDirectory,
  id: string,
  spec: RunSpec,
  iteration: number,
  { dataset, engine, paper, question, onEvent }: RunContext,
): void {
  const begun = directory.readRun();
  if (begun) {
    const last = lastEngine(begun.provenance);
    if (sameCode(last, engine)) return;
    directory.writeRun({ ...begun, provenance: withSitting(begun.provenance, iteration, engine) });
    // The same engine compiled for another instruction set, or on another GPU, rounds differently too.
    const message = `It was trained on ${last.description} and goes on on ${engine.description}: its last digits may differ from an unbroken run's.`;
    onEvent({ kind: "warning", id, message });
    return;
  }
  directory.writeRun({
    id,
    spec,
    specHash: specHash(spec, dataset.digest, trainerVersion),
    datasetDigest: dataset.digest,
    datasetTitle: dataset.title,
    trainerVersion,
    paper,
    ...(question !== undefined && { question }),
    provenance: gatherProvenance(engine),
  });
}

/** The batches of a run; an image that cannot be decoded is told of once a sitting and kept in the run's list. */
function feedOf({ sections, seed }: RunSpec, { dataset, onEvent }: RunContext, id: string, directory: RunDirectory) {
  const told = new Set<string>();
  return openFeed(dataset, sections, seed, (name, reason) => {
    if (told.has(name)) return;
    told.add(name);
    addUnreadableImage(directory.path, { name, reason });
    const message = `${name} cannot be decoded (${reason}): the next image of its split stands in.`;
    onEvent({ kind: "warning", id, message });
  });
}

/** Writes a run's events to its directory and passes them on, with the time that steps take. */
class Recorder {
  iteration: number;
  readonly #id: string;
  readonly #directory: RunDirectory;
  readonly #onEvent: (event: RunEvent) => void;
  /** Seconds of training steps over all sittings; rides in the checkpoints. */
  #trainSeconds: number;
  #lastTime = performance.now();
  /** Steps to come whose time was measured with the last one's, and what each took. */
  #sharing = 0;
  #stepSeconds = 0;
  readonly #secondsBefore: number;
  readonly #started = performance.now();

  constructor(
    id: string,
    directory: RunDirectory,
    onEvent: (event: RunEvent) => void,
    state: TrainerState | undefined,
  ) {
    this.#id = id;
    this.#directory = directory;
    this.#onEvent = onEvent;
    this.iteration = state?.iteration ?? 0;
    this.#trainSeconds = state?.progress["trainSeconds"] ?? 0;
    this.#secondsBefore = state?.progress["totalSeconds"] ?? 0;
  }

  add(event: TrainEvent): void {
    const id = this.#id;
    if (event.kind === "step") {
      const { together, ...step } = event;
      if (this.#sharing === 0) {
        this.#sharing = together;
        this.#stepSeconds = (performance.now() - this.#lastTime) / 1000 / together;
      }
      this.#sharing--;
      this.#trainSeconds += this.#stepSeconds;
      this.iteration = step.iteration;
      this.#onEvent({ ...step, id, seconds: this.#stepSeconds });
    } else if (event.kind === "metric") {
      this.#directory.appendMetric(event.metric);
      this.#onEvent({ ...event, id });
    } else if (event.kind === "checkpoint") {
      const progress = {
        ...event.state.progress,
        trainSeconds: this.#trainSeconds,
        totalSeconds: this.#totalSeconds(),
      };
      this.#directory.writeCheckpoint({ ...event.state, progress });
      this.#onEvent({ kind: "checkpoint", id, iteration: event.state.iteration });
    } else {
      this.#onEvent({ ...event, id });
    }
    this.#lastTime = performance.now();
  }

  finish(weights: readonly NamedTensor[], batchSize: number): void {
    const metrics = this.#directory.readMetrics();
    const best = metrics
      .filter((metric): metric is Metric & { testError: number } => metric.testError !== undefined)
      .reduce((a, b) => (b.testError < a.testError ? b : a));
    this.#directory.finish(
      {
        iteration: this.iteration,
        trainSeconds: this.#trainSeconds,
        totalSeconds: this.#totalSeconds(),
        peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
        imagesPerSecond: (this.iteration * batchSize) / this.#trainSeconds,
        finalMetric: metrics.at(-1)!,
        bestTestError: { iteration: best.iteration, value: best.testError },
      },
      weights,
    );
  }

  /** Over all sittings, tests and checkpoints included. */
  #totalSeconds(): number {
    return this.#secondsBefore + (performance.now() - this.#started) / 1000;
  }
}
