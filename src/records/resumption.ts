// What an interrupted run can go on from: its newest good checkpoint, with the metrics that this covers. Changes nothing.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TrainerState } from "../types.ts";
import { readLatestCheckpoint } from "./checkpoint.ts";
import { readMetricsBytes } from "./metrics.ts";
import { DamageError } from "./run-files.ts";

/** What a run can go on from. */
export interface Resumption {
  /** Undefined where the run starts from nothing. */
  readonly state: TrainerState | undefined;
  /** A sentence for each thing that is not as it was written, or is lost: to be told before anything is written. */
  readonly damaged: readonly string[];
  /** The lines of metrics.jsonl up to the state. */
  readonly metrics: Uint8Array;
}

/**
 * Looks through a run's directory.
 * @throws DamageError where there are checkpoints and none can be used, or none says what it belongs to: the run is then
 * better left as it is than begun anew
 */
export function readResumption(path: string): Resumption {
  const found = readMetricsBytes(join(path, "metrics.jsonl"));
  const checkpoints = join(path, "checkpoints");
  const { checkpoint, damaged } = readLatestCheckpoint(checkpoints, found);
  if (checkpoint) {
    if (!existsSync(join(path, "run.json"))) {
      throw new DamageError(`Expected ${join(path, "run.json")} to be there, got checkpoints without it.`, anew(path));
    }
    const { state, metricsBytes } = checkpoint;
    return { state, damaged, metrics: found.subarray(0, metricsBytes) };
  }
  if (damaged.length === 0) {
    const lost = found.byteLength > 0 ? ["No checkpoint is left: it begins again at iteration 0."] : [];
    return { state: undefined, damaged: lost, metrics: new Uint8Array() };
  }
  // git and editors write other line ends; where the old ones are put back, the checksum tells whether all is well again.
  const lines = Buffer.from(found.toString("latin1").replaceAll("\r\n", "\n"), "latin1");
  const mended = readLatestCheckpoint(checkpoints, lines).checkpoint;
  if (!mended) throw new DamageError(damaged.join(" "), anew(path));
  const { state, metricsBytes } = mended;
  const message = "Expected the lines of metrics.jsonl to end in LF, got CR LF: they are as they were again.";
  return { state, damaged: [message], metrics: lines.subarray(0, metricsBytes) };
}

function anew(path: string): string[] {
  return [`Put the files back as they were, or delete ${path} to train it from iteration 0.`];
}
