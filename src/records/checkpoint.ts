// Checkpoints: the trainer's whole state in a safetensors file, and a pointer file that is written after it.
// Each checkpoint says which lines of metrics.jsonl it covers. A run resumes from it only if those lines are there.
// The last two are kept: if the newest is damaged, the run resumes from the older one.
import { createHash } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../errors.ts";
import { jsonText, writeFileAtomically } from "../system/atomic-file.ts";
import { makeDirectory } from "../system/make-directory.ts";
import type { TrainerState } from "../types.ts";
import { encodeSafetensors, readSafetensors } from "../weights/safetensors.ts";
import { readJson } from "./run-files.ts";

/** A trainer's state, and how long metrics.jsonl was when the checkpoint was written. */
export interface Checkpoint {
  readonly state: TrainerState;
  /** The length of metrics.jsonl at the time of the checkpoint. */
  readonly metricsBytes: number;
}

const kept = 2;
const pointerName = "latest.json";
const namePattern = /^\d{8,}\.safetensors$/;

const pointerSchema = z.object({ file: z.string().regex(namePattern), iteration: z.int().min(0) });
const wholeNumber = z.string().regex(/^\d+$/).transform(Number);
const metadataSchema = z.object({
  iteration: wholeNumber,
  progress: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.record(z.string(), z.number())),
  metricsBytes: wholeNumber,
  metricsSha256: z.string(),
});

/**
 * Writes a checkpoint into `directory`, then the pointer, then deletes all but the last two.
 * @param metrics the bytes of metrics.jsonl so far, already flushed to the disk
 * @param fence called before each change; if it throws, nothing more is written
 * @throws RangeError where a number of the progress is not finite, because JSON cannot store it
 */
export function writeCheckpointFile(
  directory: string,
  state: TrainerState,
  metrics: Uint8Array,
  fence: () => void,
): void {
  for (const [name, value] of Object.entries(state.progress)) {
    if (!Number.isFinite(value)) throw new RangeError(`Expected progress.${name} to be finite, got ${value}.`);
  }
  makeDirectory(directory);
  const file = `${String(state.iteration).padStart(8, "0")}.safetensors`;
  const metadata = {
    iteration: String(state.iteration),
    progress: JSON.stringify(state.progress),
    metricsBytes: String(metrics.byteLength),
    metricsSha256: sha256(metrics),
  };
  writeFileAtomically(join(directory, file), (sink) => encodeSafetensors(state.tensors, metadata, sink), fence);
  writeFileAtomically(join(directory, pointerName), jsonText({ file, iteration: state.iteration }), fence);
  fence();
  // A later checkpoint than this one dates from before the run resumed from an older one. It no longer belongs to the run.
  const names = checkpointNames(directory).filter((name) => name !== file);
  const older = names.filter((name) => iterationOf(name) < state.iteration);
  for (const name of names) if (!older.slice(0, kept - 1).includes(name)) rmSync(join(directory, name));
}

/**
 * The newest checkpoint that is whole and whose metrics are there; undefined where there is none.
 * @param metrics the bytes of metrics.jsonl as found
 * @returns also a sentence for each newer checkpoint that is damaged
 */
export function readLatestCheckpoint(
  directory: string,
  metrics: Uint8Array,
): { checkpoint: Checkpoint | undefined; damaged: string[] } {
  const damaged: string[] = [];
  for (const name of candidates(directory)) {
    try {
      return { checkpoint: readCheckpointFile(join(directory, name), metrics), damaged };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      damaged.push(error.message);
    }
  }
  return { checkpoint: undefined, damaged };
}

/** The iteration of the newest checkpoint, whole or not; 0 where there is none. */
export function checkpointIteration(directory: string): number {
  const [newest] = checkpointNames(directory);
  return newest === undefined ? 0 : iterationOf(newest);
}

/** How many checkpoints a directory holds, and a sentence for each that is damaged or does not fit the metrics. */
export function checkCheckpoints(directory: string, metrics: Uint8Array): { count: number; damaged: string[] } {
  const names = checkpointNames(directory);
  const damaged: string[] = [];
  for (const name of names) {
    try {
      readCheckpointFile(join(directory, name), metrics);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      damaged.push(error.message);
    }
  }
  return { count: names.length, damaged };
}

function readCheckpointFile(path: string, metrics: Uint8Array): Checkpoint {
  const { tensors, metadata } = readSafetensors(path);
  const parsed = parseMetadata(metadata);
  if (!parsed) throw new UserError(`Expected ${path} to be a checkpoint, got another kind of safetensors file.`);
  const { iteration, progress, metricsBytes, metricsSha256 } = parsed;
  if (metrics.byteLength < metricsBytes || sha256(metrics.subarray(0, metricsBytes)) !== metricsSha256) {
    const got = metrics.byteLength === 0 ? "no lines" : "other lines";
    throw new UserError(`Expected metrics.jsonl to begin with the lines that ${path} covers, got ${got}.`);
  }
  return { state: { iteration, tensors, progress }, metricsBytes };
}

function parseMetadata(metadata: Readonly<Record<string, string>>): z.infer<typeof metadataSchema> | undefined {
  try {
    return metadataSchema.parse(metadata);
  } catch {
    return undefined;
  }
}

// The file that the pointer names comes first, then the others, newest first. A file newer than the pointer is whole too.
function candidates(directory: string): string[] {
  const names = checkpointNames(directory);
  let pointed: string | undefined;
  try {
    pointed = readJson(join(directory, pointerName), pointerSchema)?.file;
  } catch {
    return names;
  }
  return pointed && names.includes(pointed) ? [pointed, ...names.filter((name) => name !== pointed)] : names;
}

// Newest first.
function checkpointNames(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => namePattern.test(name))
      .sort((a, b) => iterationOf(b) - iterationOf(a));
  } catch {
    return [];
  }
}

function iterationOf(name: string): number {
  return Number.parseInt(name, 10);
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
