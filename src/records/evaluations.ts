// evaluations.jsonl of a run directory: tests of a finished run by other protocols, one JSON object a line, appended and
// never changed. A run is what it was without this file.
import { closeSync, fstatSync, fsyncSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { errorCode, errorMessage } from "../errors.ts";
import { writeAll, writeError } from "../system/atomic-file.ts";

const fraction = z.number().min(0).max(1);

const evaluationSchema = z.looseObject({
  /** ISO 8601, UTC. */
  createdAt: z.string(),
  /** How each image was looked at. */
  protocol: z.looseObject({
    crops: z.union([z.literal(1), z.literal(10)]),
    /** Short sides that whole images were resized to; null where they were taken as they are. */
    scales: z.array(z.int().min(1)).nullable(),
    statistics: z.enum(["running", "precise"]),
    /** Training batches that precise statistics are the mean of. */
    statisticsBatches: z.int().min(1).nullable(),
  }),
  /** Ids of the runs whose probabilities were averaged; one by itself is no ensemble. */
  members: z.array(z.string()).min(1),
  images: z.int().min(1),
  top1Error: fraction,
  /** Null where there are no more than five classes. */
  top5Error: fraction.nullable(),
  /** In nats; null where it is infinite or no number. */
  loss: z.number().nullable(),
  datasetDigest: z.string(),
  engine: z.looseObject({ name: z.string(), description: z.string(), version: z.string() }),
});

/** One line: a test of a run, or of an ensemble that it belongs to. Errors are fractions. */
export type EvaluationRecord = z.infer<typeof evaluationSchema>;

const fileName = "evaluations.jsonl";

/**
 * Appends a line to the run's evaluations by one write that reaches the disk before this returns, so that several
 * processes may do so at once.
 * @throws UserError where the disk refuses
 */
export function appendEvaluation(runPath: string, evaluation: EvaluationRecord): void {
  const path = join(runPath, fileName);
  try {
    const file = openSync(path, "a+");
    try {
      // After a line that a crash cut off.
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

/** What a run's evaluations say. */
export interface Evaluations {
  /** Oldest first. */
  readonly evaluations: EvaluationRecord[];
  /** The file and what in it could not be read, as a sentence without its subject. */
  readonly damage?: { readonly path: string; readonly reason: string };
}

/** The evaluations of a run; none where there is no file. What is no evaluation is passed over; this never throws. */
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

/** Equal for tests that looked at as many images in the same way. */
export function protocolKey({ protocol, images }: Pick<EvaluationRecord, "protocol" | "images">): string {
  const { crops, scales, statistics, statisticsBatches } = protocol;
  return JSON.stringify([crops, scales, statistics, statisticsBatches, images]);
}

/** Of evaluations that differ in nothing but their time and score the last one, in the order of the first. */
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
