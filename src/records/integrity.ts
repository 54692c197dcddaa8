// Whether a finished run's files are what they were when it ended: every checksum and every number that is written twice.
// Reads everything, changes nothing. The data and the arithmetic behind the numbers are checked elsewhere.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { errorCode, errorMessage } from "../errors.ts";
import { checkCheckpoints } from "./checkpoint.ts";
import { metricLine, readMetricsBytes } from "./metrics.ts";
import type { RunRecord } from "./record.ts";
import { type DoneFile, readHashed } from "./run-files.ts";
import { specHash } from "./run-id.ts";

/** One thing that must hold of a run. */
export interface Check {
  readonly name: string;
  /** "unknown": nothing was recorded that it could be held against. */
  readonly state: "holds" | "fails" | "unknown";
  /** A phrase: what was found, and where it fails what was expected. */
  readonly detail: string;
}

/** Checks the files of a run that is done. */
export async function checkFiles(record: RunRecord, done: DoneFile): Promise<Check[]> {
  const metrics = readMetricsBytes(join(record.path, "metrics.jsonl"));
  return [
    checkSpec(join(record.path, "run.json")),
    checkResult(record, done),
    checkDigest(
      "metrics.jsonl",
      createHash("sha256").update(metrics).digest("hex"),
      done.metricsSha256,
      `${record.metrics.length} lines`,
    ),
    await checkWeights(join(record.path, "weights.safetensors"), done),
    checkpoints(join(record.path, "checkpoints"), metrics),
  ];
}

function checkSpec(path: string): Check {
  const name = "run.json";
  const hashed = readHashed(path);
  if (!hashed) return fails(name, "is not there any more");
  const { id, spec, specHash: recorded, datasetDigest, trainerVersion } = hashed;
  const found = specHash(spec, datasetDigest, trainerVersion);
  if (found !== recorded) return fails(name, `its spec has hash ${short(found)}, recorded is ${short(recorded)}`);
  if (!id.endsWith(recorded.slice(0, 10))) return fails(name, `its id does not end in its hash, ${short(recorded)}`);
  return holds(name, `spec has the hash in the run's id`);
}

/** done.json says twice what the metrics say. */
function checkResult({ metrics }: RunRecord, { finalMetric, bestTestError }: DoneFile): Check {
  const name = "done.json";
  const last = metrics.at(-1);
  if (!last || metricLine(last) !== metricLine(finalMetric)) {
    return fails(name, "its final metric is not the last line of metrics.jsonl");
  }
  const best = metrics.find(({ iteration }) => iteration === bestTestError.iteration)?.testError;
  const lower = metrics.some(({ testError }) => testError !== undefined && testError < bestTestError.value);
  if (best !== bestTestError.value || lower) return fails(name, "its best test error is not that of metrics.jsonl");
  return holds(name, "agrees with metrics.jsonl");
}

async function checkWeights(path: string, { weightsSha256 }: DoneFile): Promise<Check> {
  const digest = createHash("sha256");
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path)) {
      digest.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
    }
  } catch (error) {
    const problem = errorCode(error) === "ENOENT" ? "not there; git keeps no weights" : errorMessage(error);
    return fails("weights.safetensors", problem);
  }
  return checkDigest("weights.safetensors", digest.digest("hex"), weightsSha256, `${bytes} bytes`);
}

function checkpoints(directory: string, metrics: Uint8Array): Check {
  const { count, damaged } = checkCheckpoints(directory, metrics);
  if (damaged.length > 0) return fails("checkpoints", damaged.join(" "));
  return count === 0 ? unknown("checkpoints", "none are left") : holds("checkpoints", `${count} are whole`);
}

function checkDigest(name: string, found: string, recorded: string | undefined, size: string): Check {
  if (recorded === undefined) return unknown(name, `${size}; no checksum was recorded`);
  return found === recorded
    ? holds(name, `${size}, SHA-256 ${short(found)} as recorded`)
    : fails(name, `${size}, SHA-256 ${short(found)}, recorded is ${short(recorded)}`);
}

export function holds(name: string, detail: string): Check {
  return { name, state: "holds", detail };
}

export function fails(name: string, detail: string): Check {
  return { name, state: "fails", detail };
}

function unknown(name: string, detail: string): Check {
  return { name, state: "unknown", detail };
}

function short(digest: string): string {
  return `${digest.slice(0, 10)}…`;
}
