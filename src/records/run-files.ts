// The JSON files of a run directory: run.json, done.json and failed.json, and their checks on reading.
// The checks cover what readers rely on and let unknown keys pass, so that records of other versions stay readable.
import { readFileSync } from "node:fs";
import { z } from "zod";
import { errorCode, errorMessage, UserError } from "../errors.ts";
import type { Metric, RunSpec } from "../types.ts";
import type { Provenance } from "./provenance.ts";
import { unseal } from "./sealed-json.ts";

/** run.json, written first: what is trained, and on what. */
export interface RunFile {
  readonly id: string;
  readonly spec: RunSpec;
  /** `specHash` of the spec; the id ends in its first digits. */
  readonly specHash: string;
  readonly datasetDigest: string;
  readonly datasetTitle: string;
  /** What was passed over in its files, sentence by sentence. */
  readonly datasetNotes?: readonly string[];
  readonly trainerVersion: string;
  /** Tables and figures of the paper that the experiment reproduces. Decides no number, so it is not in the hash. */
  readonly paper: readonly string[];
  /** What the experiment asks, in one sentence. */
  readonly question?: string;
  readonly provenance: Provenance;
}

/** done.json, written last: the run's result and what it took. */
export interface DoneFile {
  readonly iteration: number;
  /** Seconds spent on training steps, over all sittings. */
  readonly trainSeconds: number;
  /** Seconds in all, tests and checkpoints included, over all sittings. */
  readonly totalSeconds?: number;
  /** The most memory of the main processor that the process had held by the end, for earlier runs of it too. */
  readonly peakMemoryBytes?: number;
  /** Training images a second, over all sittings. */
  readonly imagesPerSecond: number;
  /** The last line of metrics.jsonl. */
  readonly finalMetric: Metric;
  /** The lowest test error of all evaluations, a fraction; never the headline. */
  readonly bestTestError: { readonly iteration: number; readonly value: number };
  /** SHA-256 of weights.safetensors, in hex. */
  readonly weightsSha256: string;
  /** SHA-256 of metrics.jsonl, in hex; records of version 0.1.0 have none. */
  readonly metricsSha256?: string | undefined;
}

/** failed.json: why a run cannot go on. */
export interface FailedFile {
  readonly iteration: number;
  /** A word for tables, such as "diverged". */
  readonly reason: string;
  /** A sentence for people. */
  readonly message: string;
}

const count = z.int().min(0);
const scalar = z.union([z.string(), z.number(), z.boolean()]);
// JSON has no NaN: a loss that is no number is written as null.
const measured = z.number().or(z.null().transform(() => Number.NaN));

const metricSchema = z.looseObject({
  iteration: count,
  learningRate: z.number(),
  trainLoss: measured,
  trainError: measured,
  testLoss: measured.optional(),
  testError: measured.optional(),
  validationLoss: measured.optional(),
  validationError: measured.optional(),
  layers: z.looseObject({ responseStd: z.array(measured), gradientNorm: z.array(measured) }).optional(),
});

const engineSchema = z.looseObject({
  name: z.string(),
  description: z.string(),
  version: z.string(),
  threads: count,
  device: z.looseObject({ kind: z.enum(["cpu", "gpu"]), name: z.string() }),
});

const runFileSchema = z.looseObject({
  id: z.string(),
  spec: z.looseObject({
    experiment: z.string(),
    label: z.string(),
    seed: count,
    axes: z.record(z.string(), scalar),
    sections: z.looseObject({
      dataset: z.looseObject({ name: z.string() }),
      model: z.looseObject({
        family: z.enum(["cifar", "imagenet"]),
        depth: count,
        block: z.string(),
        shortcut: z.string(),
        width: count,
      }),
      training: z.looseObject({
        batchSize: count,
        iterations: count,
        learningRate: z.looseObject({ initial: z.number(), dropAt: z.array(z.number()), factor: z.number() }),
        momentum: z.number(),
        weightDecay: z.number(),
        augmentation: z.string(),
      }),
      evaluation: z.looseObject({}),
      record: z.looseObject({}),
    }),
  }),
  specHash: z.string(),
  datasetDigest: z.string(),
  datasetTitle: z.string(),
  datasetNotes: z.array(z.string()).optional(),
  trainerVersion: z.string(),
  paper: z.array(z.string()),
  question: z.string().optional(),
  provenance: z.looseObject({
    createdAt: z.string(),
    gitCommit: z.string().nullable(),
    engine: engineSchema,
    sittings: z.array(z.looseObject({ iteration: count, startedAt: z.string(), engine: engineSchema })).optional(),
    cpu: z.string(),
    cores: count,
    os: z.string(),
  }),
});

const doneFileSchema = z.looseObject({
  iteration: count,
  trainSeconds: measured,
  totalSeconds: measured.optional(),
  peakMemoryBytes: measured.optional(),
  imagesPerSecond: measured,
  finalMetric: metricSchema,
  bestTestError: z.looseObject({ iteration: count, value: measured }),
  weightsSha256: z.string(),
  metricsSha256: z.string().optional(),
});

const failedFileSchema = z.looseObject({ iteration: count, reason: z.string(), message: z.string() });

/** Reads run.json; undefined where there is none. @throws UserError where it is damaged. */
export function readRunFile(path: string): RunFile | undefined {
  return readJson(path, runFileSchema) as RunFile | undefined;
}

/** Reads done.json; undefined where there is none. @throws UserError where it is damaged. */
export function readDoneFile(path: string): DoneFile | undefined {
  return readJson(path, doneFileSchema) as DoneFile | undefined;
}

/** Reads failed.json; undefined where there is none. @throws UserError where it is damaged. */
export function readFailedFile(path: string): FailedFile | undefined {
  return readJson(path, failedFileSchema) as FailedFile | undefined;
}

/** One line of metrics.jsonl, or undefined where the text is none. */
export function parseMetric(line: string): Metric | undefined {
  try {
    return metricSchema.parse(JSON.parse(line)) as Metric;
  } catch {
    return undefined;
  }
}

/** Parses a JSON file by a schema; undefined where there is no such file. @throws UserError where it is damaged. */
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
  if (content === undefined) throw damaged(path, "its checksum is of other content");
  const result = schema.safeParse(content);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw damaged(path, `${issue?.path.join(".") || "document"}: ${issue?.message}`);
}

/** A file of a run directory is not as it was written. */
export class DamageError extends UserError {}

function damaged(path: string, problem: string): DamageError {
  return new DamageError(`Expected ${path} to be a whole record, got a damaged one (${problem}).`, [
    "Delete the run's directory to train it anew.",
  ]);
}
