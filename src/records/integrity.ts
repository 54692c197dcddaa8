// Checks that the files of a finished run are unchanged: every checksum, and every number that is stored twice.
// Changes nothing. verification.ts checks the data set and the test error.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { errorCode, errorMessage } from "../errors.ts";
import { digestFile, type FileDigest } from "../system/file-digest.ts";
import { analysisFiles, readAnalysis } from "./analyses.ts";
import { checkCheckpoints } from "./checkpoint.ts";
import { metricLine, readMetricsBytes } from "./metrics.ts";
import type { RunRecord } from "./record.ts";
import { type DoneFile, readHashed } from "./run-files.ts";
import { specHash } from "./run-id.ts";

/** One check of a run. */
export interface Check {
  readonly name: string;
  /** "unknown": the record has nothing to compare with. */
  readonly state: "holds" | "fails" | "unknown";
  /** A phrase: what was found, and, if the check fails, what was expected. */
  readonly detail: string;
}

/** Checks the files of a finished run. */
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
    ...checkAnalyses(record.path, done),
  ];
}

function checkSpec(path: string): Check {
  const name = "run.json";
  const hashed = readHashed(path);
  if (!hashed) return fails(name, "is missing");
  const { id, spec, specHash: recorded, datasetDigest, trainerVersion } = hashed;
  const found = specHash(spec, datasetDigest, trainerVersion);
  if (found !== recorded) return fails(name, `its spec has hash ${short(found)}, the record says ${short(recorded)}`);
  if (!id.endsWith(recorded.slice(0, 10))) return fails(name, `its id does not end in its hash, ${short(recorded)}`);
  return holds(name, `its spec has the hash in the run's id`);
}

/** done.json repeats two numbers of metrics.jsonl. */
function checkResult({ metrics }: RunRecord, { finalMetric, bestTestError }: DoneFile): Check {
  const name = "done.json";
  const last = metrics.at(-1);
  if (!last || metricLine(last) !== metricLine(finalMetric)) {
    return fails(name, "its final metric is not the last line of metrics.jsonl");
  }
  const best = metrics.find(({ iteration }) => iteration === bestTestError.iteration)?.testError;
  const lower = metrics.some(({ testError }) => testError !== undefined && testError < bestTestError.value);
  if (best !== bestTestError.value || lower) return fails(name, "its best test error is not the best in metrics.jsonl");
  return holds(name, "agrees with metrics.jsonl");
}

async function checkWeights(path: string, { weightsSha256 }: DoneFile): Promise<Check> {
  let found: FileDigest;
  try {
    found = await digestFile(path);
  } catch (error) {
    const problem = errorCode(error) === "ENOENT" ? "is missing; weights are not in git" : errorMessage(error);
    return fails("weights.safetensors", problem);
  }
  return checkDigest("weights.safetensors", found.sha256, weightsSha256, `${found.bytes} bytes`);
}

function checkpoints(directory: string, metrics: Uint8Array): Check {
  const { count, damaged } = checkCheckpoints(directory, metrics);
  if (damaged.length > 0) return fails("checkpoints", damaged.join(" "));
  return count === 0 ? unknown("checkpoints", "none are left") : holds("checkpoints", `${count} are whole`);
}

/** Each analysis of a run must be as it was written, and of the run's own weights. */
function checkAnalyses(runPath: string, { weightsSha256 }: DoneFile): Check[] {
  return analysisFiles(runPath).map((file) => {
    const name = `analyses/${file}`;
    try {
      const record = readAnalysis(runPath, file)!;
      if (record.analysis !== file) return fails(name, `it is the analysis ${record.analysis}`);
      if (record.weightsSha256 !== weightsSha256) return fails(name, "it is of other weights than the run's");
      return holds(name, `${record.done.length} of ${record.parts} parts, unchanged`);
    } catch (error) {
      return fails(name, errorMessage(error).replace(/\.$/, ""));
    }
  });
}

function checkDigest(name: string, found: string, recorded: string | undefined, size: string): Check {
  if (recorded === undefined) return unknown(name, `${size}; no checksum was recorded`);
  return found === recorded
    ? holds(name, `${size}, SHA-256 ${short(found)} as recorded`)
    : fails(name, `${size}, SHA-256 ${short(found)}, the record says ${short(recorded)}`);
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
