// evaluations.jsonl of a run directory: tests of a finished run by other protocols, one JSON object a line. Lines are
// appended and never changed. A run is complete without this file.
import { closeSync, fstatSync, fsyncSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { errorCode, errorMessage } from "../errors.ts";
import { writeAll, writeError } from "../system/atomic-file.ts";
import { confusionSchema } from "./confusion.ts";

const fraction = z.number().min(0).max(1);

const evaluationSchema = z.looseObject({
  /** ISO 8601, UTC. */
  createdAt: z.string(),
  /** How each image was cropped and scaled, and which statistics batch normalisation used. */
  protocol: z.looseObject({
    crops: z.union([z.literal(1), z.literal(10)]),
    /** Short sides that whole images were resized to; null where they were not resized. */
    scales: z.array(z.int().min(1)).nullable(),
    statistics: z.enum(["running", "precise"]),
    /** Training batches that precise statistics were averaged over. */
    statisticsBatches: z.int().min(1).nullable(),
  }),
  /** Ids of the runs whose probabilities were averaged; a single id is not an ensemble. */
  members: z.array(z.string()).min(1),
  images: z.int().min(1),
  top1Error: fraction,
  /** Null where there are no more than five classes. */
  top5Error: fraction.nullable(),
  /** In nats; null where it is infinite or NaN. */
  loss: z.number().nullable(),
  datasetDigest: z.string(),
  /** Of one net by itself. Older records have none. */
  confusion: confusionSchema.exactOptional(),
  engine: z.looseObject({ name: z.string(), description: z.string(), version: z.string() }),
});

/** One line: a test of a run, or of an ensemble that it belongs to. Errors are fractions. */
export type EvaluationRecord = z.infer<typeof evaluationSchema>;

const fileName = "evaluations.jsonl";

/**
 * Appends a line to the run's evaluations in one write, so that several processes may append at once. The line is on the
 * disk when this returns.
 * @throws UserError where the file cannot be written
 */
export function appendEvaluation(runPath: string, evaluation: EvaluationRecord): void {
  const path = join(runPath, fileName);
  try {
    const file = openSync(path, "a+");
    try {
      // A crash may have cut off the last line.
      const start = endsInLine(file) ? "" : "\n";
      writeAll(file, Buffer.from(`${start}${JSON.stringify(evaluation)}\n`));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw writeError(path, error);
  }
}

/** The evaluations of a run. */
export interface Evaluations {
  /** Oldest first. */
  readonly evaluations: EvaluationRecord[];
  /** The file and what could not be read in it, as a sentence without its subject. */
  readonly damage?: { readonly path: string; readonly reason: string };
}

/** Reads the evaluations of a run; none where there is no file. Skips damaged lines and never throws. */
export function readEvaluations(runPath: string): Evaluations {
  const path = join(runPath, fileName);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return { evaluations: [] };
    return { evaluations: [], damage: { path, reason: errorMessage(error) } };
  }
  const lines = text.split("\n").map((line) => (line === "" ? "empty" : (parseEvaluation(line) ?? "damaged")));
  const damaged = lines.flatMap((line, index) => (line === "damaged" ? [index + 1] : []));
  const [first, ...others] = damaged;
  return {
    evaluations: lines.filter((line) => typeof line !== "string"),
    ...(first !== undefined && {
      damage: {
        path,
        reason: `${others.length ? `line ${first} and ${others.length} more hold` : `line ${first} holds`} no evaluation`,
      },
    }),
  };
}

/** Equal for tests by the same protocol on the same number of images. */
export function protocolKey({ protocol, images }: Pick<EvaluationRecord, "protocol" | "images">): string {
  const { crops, scales, statistics, statisticsBatches } = protocol;
  return JSON.stringify([crops, scales, statistics, statisticsBatches, images]);
}

/** Keeps only the last of several evaluations that differ only in time and score. The order is that of the first ones. */
export function latestEvaluations(evaluations: readonly EvaluationRecord[]): EvaluationRecord[] {
  const latest = new Map<string, EvaluationRecord>();
  for (const evaluation of evaluations) {
    const { members, datasetDigest } = evaluation;
    latest.set(JSON.stringify([protocolKey(evaluation), members, datasetDigest]), evaluation);
  }
  return [...latest.values()];
}

function parseEvaluation(line: string): EvaluationRecord | undefined {
  try {
    return evaluationSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function endsInLine(file: number): boolean {
  const { size } = fstatSync(file);
  const last = Buffer.alloc(1);
  return size === 0 || (readSync(file, last, 0, 1, size - 1) === 1 && last[0] === 0x0a);
}
