// The JSON files of a run directory, run.json, done.json and failed.json: their types, and how they are read and checked.
// The sections of a run are read strictly, by today's vocabulary. Elsewhere unknown keys are allowed, so that records of
// other versions stay readable.
import { readFileSync } from "node:fs";
import { z } from "zod";
import { errorCode, errorMessage, UserError } from "../errors.ts";
import type { Metric, RunSpec } from "../types.ts";
import type { Provenance, RecordedEngine } from "./provenance.ts";
import { recordedSections } from "./recorded-sections.ts";
import { unseal } from "./sealed-json.ts";

/** run.json, written first: what is trained, and on which data. */
export interface RunFile {
  readonly id: string;
  readonly spec: RunSpec;
  /** `specHash` of the spec; the id ends in its first digits. */
  readonly specHash: string;
  readonly datasetDigest: string;
  readonly datasetTitle: string;
  /** What was skipped in the data set's files; each note is a sentence. */
  readonly datasetNotes?: readonly string[];
  /** Of images in files, whose classes are those of the folder: their names, in the order of the net's outputs. */
  readonly classes?: readonly string[];
  /** What the images are less, one number a channel in units of pixel/255, where it is the same for every pixel. */
  readonly channelMean?: readonly number[];
  /** How many test images the data set has, where the folder decides. */
  readonly testImages?: number;
  readonly trainerVersion: string;
  /** Tables and figures of the paper that the experiment reproduces. They affect no number, so they are not in the hash. */
  readonly paper: readonly string[];
  /** What the experiment asks, in one sentence. */
  readonly question?: string;
  readonly provenance: Provenance;
}

/** done.json, written last: the run's result, and its time and memory. */
export interface DoneFile {
  readonly iteration: number;
  /** Seconds spent on training steps, over all sittings. */
  readonly trainSeconds: number;
  /** Seconds in all, tests and checkpoints included, over all sittings. */
  readonly totalSeconds?: number;
  /** The process's peak use of main memory until the run's end, including earlier runs in the same process. */
  readonly peakMemoryBytes?: number;
  /** The machine's mean power over the last sitting, where it could be read. */
  readonly power?: { readonly watts: number; readonly source: string };
  /** Training images a second, over all sittings. */
  readonly imagesPerSecond: number;
  /** The last line of metrics.jsonl. */
  readonly finalMetric: Metric;
  /** The lowest test error of all evaluations, a fraction; never reported as the result. */
  readonly bestTestError: { readonly iteration: number; readonly value: number };
  /** SHA-256 of weights.safetensors, in hex. */
  readonly weightsSha256: string;
  /** SHA-256 of metrics.jsonl, in hex; records of version 0.1.0 have none. */
  readonly metricsSha256?: string | undefined;
}

/** failed.json: why a run failed. */
export interface FailedFile {
  readonly iteration: number;
  /** A word for tables, such as "diverged". */
  readonly reason: string;
  /** A sentence for people. */
  readonly message: string;
}

const count = z.int().min(0);
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const axisValue = z.union([scalar, z.array(scalar)]);
// JSON has no NaN: a loss that is NaN is written as null.
const measured = z.number().or(z.null().transform(() => Number.NaN));

const metricSchema: z.ZodType<Metric> = z.looseObject({
  iteration: count,
  learningRate: z.number(),
  trainLoss: measured,
  trainError: measured,
  testLoss: measured.exactOptional(),
  testError: measured.exactOptional(),
  validationLoss: measured.exactOptional(),
  validationError: measured.exactOptional(),
  layers: z.looseObject({ responseStd: z.array(measured), gradientNorm: z.array(measured) }).exactOptional(),
});

const engineSchema: z.ZodType<RecordedEngine> = z.looseObject({
  name: z.string(),
  description: z.string(),
  variant: z.string().exactOptional(),
  version: z.string(),
  threads: count,
  device: z.looseObject({ kind: z.enum(["cpu", "gpu"]), name: z.string() }),
});

const runFileSchema: z.ZodType<RunFile> = z.looseObject({
  id: z.string(),
  spec: z.looseObject({
    experiment: z.string(),
    label: z.string(),
    seed: count,
    axes: z.record(z.string(), axisValue),
    sections: recordedSections,
  }),
  specHash: z.string(),
  datasetDigest: z.string(),
  datasetTitle: z.string(),
  datasetNotes: z.array(z.string()).exactOptional(),
  classes: z.array(z.string()).min(1).exactOptional(),
  channelMean: z.array(z.number()).exactOptional(),
  testImages: count.exactOptional(),
  trainerVersion: z.string(),
  paper: z.array(z.string()),
  question: z.string().exactOptional(),
  provenance: z.looseObject({
    command: z.array(z.string()),
    createdAt: z.string(),
    node: z.string(),
    packages: z.record(z.string(), z.string()),
    gitCommit: z.string().nullable(),
    gitDirty: z.boolean().nullable(),
    engine: engineSchema,
    sittings: z
      .array(
        z.looseObject({
          iteration: count,
          startedAt: z.string(),
          gitCommit: z.string().nullable().exactOptional(),
          gitDirty: z.boolean().nullable().exactOptional(),
          engine: engineSchema,
        }),
      )
      .exactOptional(),
    cpu: z.string(),
    cores: count,
    os: z.string(),
  }),
});

/** The part of run.json that is hashed. */
const hashedSchema = z.looseObject({
  id: z.string(),
  spec: z.looseObject({ seed: count, sections: z.looseObject({}) }),
  specHash: z.string(),
  datasetDigest: z.string(),
  trainerVersion: z.string(),
});

const doneFileSchema: z.ZodType<DoneFile> = z.looseObject({
  iteration: count,
  trainSeconds: measured,
  totalSeconds: measured.exactOptional(),
  peakMemoryBytes: measured.exactOptional(),
  power: z.looseObject({ watts: z.number(), source: z.string() }).exactOptional(),
  imagesPerSecond: measured,
  finalMetric: metricSchema,
  bestTestError: z.looseObject({ iteration: count, value: measured }),
  weightsSha256: z.string(),
  metricsSha256: z.string().exactOptional(),
});

const failedFileSchema: z.ZodType<FailedFile> = z.looseObject({
  iteration: count,
  reason: z.string(),
  message: z.string(),
});

/** Reads run.json; undefined where there is none. @throws UserError where it is damaged */
export function readRunFile(path: string): RunFile | undefined {
  return readJson(path, runFileSchema);
}

/** The part of run.json that is hashed, unchanged: an older version hashed only the keys that it had. */
export function readHashed(path: string): z.infer<typeof hashedSchema> | undefined {
  return readJson(path, hashedSchema);
}

/** Reads done.json; undefined where there is none. @throws UserError where it is damaged */
export function readDoneFile(path: string): DoneFile | undefined {
  return readJson(path, doneFileSchema);
}

/** Reads failed.json; undefined where there is none. @throws UserError where it is damaged */
export function readFailedFile(path: string): FailedFile | undefined {
  return readJson(path, failedFileSchema);
}

/** Parses a line of metrics.jsonl; undefined where the text is not a metric. */
export function parseMetric(line: string): Metric | undefined {
  try {
    return metricSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** Reads a JSON file and checks it by a schema; undefined where there is no file. @throws UserError where it is damaged */
export function readJson<T>(path: string, schema: z.ZodType<T>): T | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw damaged(path, errorMessage(error));
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damaged(path, errorMessage(error));
  }
  const content = unseal(value);
  if (content === undefined) throw damaged(path, "its checksum does not match its content");
  const result = schema.safeParse(content);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw issue?.path[1] === "sections" ? foreign(path, issue) : damaged(path, issueText(issue));
}

function issueText(issue: z.core.$ZodIssue | undefined): string {
  const at = (keys: readonly PropertyKey[]) => keys.join(".") || "document";
  if (issue?.code !== "unrecognized_keys") return `${at(issue?.path ?? [])}: ${issue?.message}`;
  return `${at([...issue.path, issue.keys[0]!])}: a key that this version does not know`;
}

/** A file of a run directory cannot be used: it is damaged, or another version wrote it. */
export class DamageError extends UserError {}

function damaged(path: string, problem: string): DamageError {
  return new DamageError(`Expected ${path} to be a whole record, got a damaged one (${problem}).`, [
    "Delete the run's directory to train the run again.",
  ]);
}

function foreign(path: string, issue: z.core.$ZodIssue): DamageError {
  return new DamageError(`Expected ${path} to have sections that this version reads, got ${issueText(issue)}.`, [
    "If a newer version wrote the file, use that version. Otherwise delete the run's directory to train the run again.",
  ]);
}
