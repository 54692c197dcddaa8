// Trains one run, from its spec to its record. Only this file uses data, model, engine and records together.
// Reports progress as events and prints nothing.
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { batchesPerEpoch } from "../datasets/enough.ts";
import { openFeed } from "../datasets/feed.ts";
import { type Engine, sameCode } from "../engines/engine.ts";
import { mixedEngines } from "../engines/names.ts";
import { inOneLine, isOutOfMemory, printable, UserError } from "../errors.ts";
import { stepBytes } from "../models/describe.ts";
import { requireTensorsFit } from "../models/largest-tensor.ts";
import { Model } from "../models/model.ts";
import { weightsMissing } from "../records/final-weights.ts";
import { LockHeldError } from "../records/lock.ts";
import { gatherProvenance, lastEngine, withSitting } from "../records/provenance.ts";
import { recordDamage } from "../records/record.ts";
import { RunDirectory, runPath, runStatus } from "../records/run-directory.ts";
import { DamageError, type RunFile } from "../records/run-files.ts";
import { runId, specHash } from "../records/run-id.ts";
import { goneHolder } from "../records/sign-of-life.ts";
import { isGone } from "../slurm/holder.ts";
import { PowerMeter } from "../system/power.ts";
import { DivergenceError, train } from "../training/train.ts";
import { trainerVersion } from "../training/version.ts";
import type { Dataset, RunSpec } from "../types.ts";
import { Recorder } from "./recorder.ts";
import type { RunEvent, RunOutcome } from "./run-events.ts";

/** What a run needs besides its spec. */
export interface RunContext {
  readonly results: string;
  readonly dataset: Dataset;
  /** The engine that is in use. */
  readonly engine: Engine;
  /** The command line, for the record. */
  readonly command: readonly string[];
  /** Texts from the experiment file for the record; they do not affect the results. */
  readonly paper: readonly string[];
  readonly question?: string | undefined;
  /** Resume with this engine even if another engine trained the run so far; the record notes it. */
  readonly changeEngine?: boolean;
  /** Asks the run to write a checkpoint and end after the current step. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
}

/**
 * Trains a run that is not done, from its last checkpoint if it has one, and records it.
 * A run that diverges ends as "failed", and damaged files as "damaged"; neither is an error.
 * @throws UserError where the directory cannot be written, another engine began the run, a tensor is too large for the
 * engine, or the training images are too few for a batch
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
    if (damage !== undefined) return end("damaged", damage);
    const missing = weightsMissing(path);
    if (missing !== undefined) onEvent({ kind: "warning", id, message: missing });
    return end("skipped");
  }
  requireFits(spec, dataset, engine);

  const gone = await goneHolder(join(path, "lock"), {
    signal,
    isGone,
    onWatch: ({ pid, host }, seconds) =>
      onEvent({
        kind: "warning",
        id,
        message: `process ${pid} on ${host} holds its lock; waiting up to ${seconds} s for a sign of life`,
      }),
  });
  let directory: RunDirectory;
  try {
    directory = RunDirectory.open(results, spec.experiment, id, gone);
  } catch (error) {
    if (error instanceof LockHeldError) return end("busy", inOneLine(error));
    throw error;
  }
  let model: Model | undefined;
  let meter: PowerMeter | undefined;
  try {
    const before = directory.status();
    if (before === "done") return end("skipped");
    if (before === "failed") return end("failed", "failed earlier; delete its directory to try again");
    checkEngine(directory, id, context);
    const found = directory.lastState();
    const { state } = found;
    for (const message of found.damaged) onEvent({ kind: "warning", id, message });
    describeRun(directory, id, spec, state?.iteration ?? 0, context);
    directory.resume(found);
    if (spec.sections.training.precision === "bf16-mixed" && engine.mixedOnVectors) {
      const message =
        "This processor has no AMX, or may not use it: bf16-mixed precision takes longer than float32 here. The numbers are the same.";
      onEvent({ kind: "warning", id, message });
    }

    const { sections, seed } = spec;
    const { height, width, channels } = dataset.train;
    const input = { height, width, channels, classes: dataset.classes.length };
    model = new Model(sections.model, input, seed, sections.training.precision);
    const record = new Recorder(id, directory, onEvent, state);
    meter = new PowerMeter({ usesGpu: engine.device.kind === "gpu" });
    onEvent({ kind: "start", id, iteration: state?.iteration ?? 0, iterations: sections.training.iterations });
    const { training, evaluation, record: recording } = sections;
    const feed = feedOf(spec, context, id, directory);
    const { stepsAhead, slow } = engine;
    const task = { ...feed, classes: dataset.classes.length, training, evaluation, record: recording };
    for await (const event of train({ ...task, model, resume: state, signal, stepsAhead, slow })) {
      record.add(event);
      // Lets timers run and signals arrive: an engine on the CPU never waits for anything.
      await setImmediate();
    }
    if (record.iteration < training.iterations || record.testDue) return end("interrupted");
    record.finish(await model.read(), sections.training.batchSize, meter.mean());
    return end("done");
  } catch (error) {
    // Another process owns the run now, so errors here do not matter: it may have deleted a file.
    if (!directory.isHeld) return end("busy", lockLost);
    if (error instanceof DamageError) return end("damaged", inOneLine(error));
    if (isOutOfMemory(error)) return end("crashed", outOfMemory(spec, dataset));
    if (!(error instanceof DivergenceError)) throw error;
    directory.fail({ iteration: error.iteration, reason: "diverged", message: error.message });
    return end("failed", error.message);
  } finally {
    meter?.stop();
    model?.dispose();
    directory.close();
    // The memory that the engine freed returns to the system only in the next turn of the event loop: wait for it.
    await setImmediate();
  }
}

const lockLost = "its lock was taken over or deleted; this process has stopped writing to the run";

function outOfMemory({ sections: { model, training } }: RunSpec, { train, classes }: Dataset): string {
  const { height, width, channels } = train;
  const bytes = stepBytes(model, { height, width, channels, classes: classes.length }, training.batchSize);
  const gigabytes = (bytes / 1e9).toPrecision(2);
  return `it ran out of memory; a step of ${training.batchSize} images needs at least ${gigabytes} GB; a smaller training.batchSize needs less`;
}

/** Called before the run's directory is made: a run that can never be trained leaves no directory. */
function requireFits({ sections }: RunSpec, { train, classes }: Dataset, { name, maximumTensorBytes }: Engine): void {
  const { model, training, evaluation } = sections;
  if (training.precision === "bf16-mixed" && !mixedEngines.includes(name)) {
    throw new UserError(`Expected training.precision to be float32 on the ${name} engine, got bf16-mixed.`, [
      "Use --engine native, or --engine cpu, which is slow.",
    ]);
  }
  batchesPerEpoch(train.count, training.batchSize);
  if (maximumTensorBytes === undefined) return;
  const { height, width, channels } = train;
  const input = { height, width, channels, classes: classes.length };
  requireTensorsFit(model, input, { size: training.batchSize, key: "training.batchSize" }, maximumTensorBytes);
  requireTensorsFit(model, input, { size: evaluation.batchSize, key: "evaluation.batchSize" }, maximumTensorBytes);
}

/** @throws UserError if another engine has trained the run so far and `changeEngine` is not set */
function checkEngine(directory: RunDirectory, id: string, { engine, changeEngine }: RunContext): void {
  const begun = directory.readRun();
  if (!begun || changeEngine) return;
  const { name } = lastEngine(begun.provenance);
  if (name === engine.name) return;
  throw new UserError(`Expected ${id} to resume with the ${name} engine that trained it so far, got ${engine.name}.`, [
    `--engine ${name} resumes it; --change-engine resumes it with ${engine.name} and notes that in the record.`,
    `To start again, delete ${directory.path}.`,
  ]);
}

/** Writes run.json for a new run. For a resumed run, adds from which iteration and with which engine it resumes. */
function describeRun(
  directory: RunDirectory,
  id: string,
  spec: RunSpec,
  iteration: number,
  { dataset, engine, command, paper, question, onEvent }: RunContext,
): void {
  const begun = directory.readRun();
  if (begun) {
    directory.writeRun({ ...begun, provenance: withSitting(begun.provenance, iteration, engine) });
    const last = lastEngine(begun.provenance);
    if (sameCode(last, engine, spec.sections.training.precision)) return;
    // The same engine compiled for another instruction set, or on another GPU, rounds differently too.
    const message = `It was trained on ${last.description} and resumes on ${engine.description}: the last digits may differ from those of an uninterrupted run.`;
    onEvent({ kind: "warning", id, message });
    return;
  }
  directory.writeRun({
    id,
    spec,
    specHash: specHash(spec, dataset.digest, trainerVersion),
    datasetDigest: dataset.digest,
    datasetTitle: dataset.title,
    ...(dataset.notes && { datasetNotes: dataset.notes }),
    ...folderFacts(dataset),
    trainerVersion,
    paper,
    ...(question !== undefined && { question }),
    provenance: gatherProvenance(engine, command),
  });
}

/** The facts about images in files that only their folder tells. */
function folderFacts({ train, test, classes }: Dataset): Pick<RunFile, "classes" | "channelMean" | "testImages"> {
  if ("pixels" in train) return {};
  const { mean, channels } = train;
  return { classes, ...(mean.length === channels && { channelMean: [...mean] }), testImages: test.count };
}

/** The batches of a run. An image that cannot be decoded is reported once per sitting and added to the run's list. */
function feedOf({ sections, seed }: RunSpec, { dataset, onEvent }: RunContext, id: string, directory: RunDirectory) {
  const told = new Set<string>();
  return openFeed(dataset, sections, seed, (name, reason) => {
    if (told.has(name)) return;
    told.add(name);
    directory.addUnreadableImage({ name, reason });
    const message = `${printable(name)} cannot be decoded (${reason}): the next image of its split is used instead.`;
    onEvent({ kind: "warning", id, message });
  });
}
