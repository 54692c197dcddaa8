// What an interrupted run can resume from: its newest good checkpoint, with the metrics that it covers. Changes nothing.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TrainerState } from "../types.ts";
import { readLatestCheckpoint } from "./checkpoint.ts";
import { readMetricsBytes } from "./metrics.ts";
import { DamageError } from "./run-files.ts";

/** What a run can resume from. */
export interface Resumption {
  /** Undefined where the run starts at iteration 0. */
  readonly state: TrainerState | undefined;
  /** A sentence for each file that is damaged or lost, to be reported before anything is written. */
  readonly damaged: readonly string[];
  /** The lines of metrics.jsonl that the checkpoint covers. */
  readonly metrics: Uint8Array;
}

/**
 * Looks for the newest good checkpoint of a run.
 * @throws DamageError where there are checkpoints but none can be used, or run.json is missing. The run is then left alone:
 * training it again from the start would overwrite work that may be saved.
 */
export function readResumption(path: string): Resumption {
  const found = readMetricsBytes(join(path, "metrics.jsonl"));
  const checkpoints = join(path, "checkpoints");
  const { checkpoint, damaged } = readLatestCheckpoint(checkpoints, found);
  if (checkpoint) {
    if (!existsSync(join(path, "run.json"))) {
      const file = join(path, "run.json");
      throw new DamageError(`Expected ${file} beside the checkpoints, got no such file.`, [restoreOrDelete(path)]);
    }
    const { state, metricsBytes } = checkpoint;
    return { state, damaged, metrics: found.subarray(0, metricsBytes) };
  }
  if (damaged.length === 0) {
    const lost = found.byteLength > 0 ? ["No checkpoint is left: the run starts again at iteration 0."] : [];
    return { state: undefined, damaged: lost, metrics: new Uint8Array() };
  }
  // git and editors may change the line ends. After they are changed back, the checksum tells whether the lines are right.
  const lines = Buffer.from(found.toString("latin1").replaceAll("\r\n", "\n"), "latin1");
  const mended = readLatestCheckpoint(checkpoints, lines).checkpoint;
  if (!mended) throw new DamageError(damaged.join(" "), [restoreOrDelete(path)]);
  const { state, metricsBytes } = mended;
  const message = "Expected the lines of metrics.jsonl to end in LF, got CR LF. They now end in LF again.";
  return { state, damaged: [message], metrics: lines.subarray(0, metricsBytes) };
}

function restoreOrDelete(path: string): string {
  return `Restore the original files, or delete ${path} to train the run from iteration 0.`;
}
