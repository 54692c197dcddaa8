// results/<experiment>/runs/<id>: one run's files, written by one process at a time. Knows nothing of training.
// The order of writes is what makes a crash harmless: metrics reach the disk before the checkpoint that covers them, the
// checkpoint before its pointer, the weights before done.json.
import { createHash } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import {
  removeTemporaryFiles,
  syncDirectory,
  writeAll,
  writeError,
  writeFileAtomically,
} from "../system/atomic-file.ts";
import { makeDirectory } from "../system/make-directory.ts";
import type { Metric, NamedTensor, RunStatus, TrainerState } from "../types.ts";
import { readLatestCheckpoint, writeCheckpointFile } from "./checkpoint.ts";
import { type LockOwner, lockState, releaseLock, takeLock } from "./lock.ts";
import { metricLine, readMetricsBytes, readMetricsFile } from "./metrics.ts";
import { type DoneFile, type FailedFile, type RunFile, readRunFile } from "./run-files.ts";
import { encodeSafetensors } from "./safetensors.ts";
import { sealedText } from "./sealed-json.ts";

/** Where a run's files are; nothing is made. */
export function runPath(results: string, experiment: string, id: string): string {
  return join(results, experiment, "runs", id);
}

/** What the files of a run directory say about it, without opening it; "planned" where there is none. */
export function runStatus(path: string): RunStatus {
  if (existsSync(join(path, "done.json"))) return "done";
  if (existsSync(join(path, "failed.json"))) return "failed";
  const lock = lockState(join(path, "lock"));
  if (lock === "held" || lock === "elsewhere") return "running";
  return existsSync(join(path, "run.json")) ? "interrupted" : "planned";
}

/** What `resume` found. */
export interface Resumption {
  /** The state to go on from; undefined where the run starts from nothing. */
  readonly state: TrainerState | undefined;
  /** A sentence for each newer checkpoint that is damaged and was passed over. */
  readonly damaged: readonly string[];
}

/** An open run directory. Holds its lock until `close`; a process that is killed leaves a lock that the next one takes over. */
export class RunDirectory {
  readonly path: string;
  readonly #owner: LockOwner;
  #metrics: number | undefined;

  private constructor(path: string, owner: LockOwner) {
    this.path = path;
    this.#owner = owner;
  }

  /**
   * Makes the directory where it is missing and takes its lock.
   * @throws UserError where another living process has it open, or the disk refuses
   */
  static open(results: string, experiment: string, id: string): RunDirectory {
    const path = runPath(results, experiment, id);
    try {
      if (makeDirectory(path)) syncDirectory(join(path, ".."));
    } catch (error) {
      throw writeError(path, error);
    }
    const owner = takeLock(join(path, "lock"));
    removeTemporaryFiles(path);
    if (existsSync(join(path, "checkpoints"))) removeTemporaryFiles(join(path, "checkpoints"));
    // Left where a process died while it took the lock over from a dead one.
    for (const name of readdirSync(path)) if (name.startsWith("lock.")) rmSync(join(path, name), { force: true });
    return new RunDirectory(path, owner);
  }

  /** done, failed, interrupted or planned, as the next process will find it. */
  status(): RunStatus {
    const status = runStatus(this.path);
    if (status !== "running") return status;
    return existsSync(this.#file("run.json")) ? "interrupted" : "planned";
  }

  /** Writes run.json. */
  writeRun(run: RunFile): void {
    writeFileAtomically(this.#file("run.json"), sealedText(run));
  }

  /** Reads run.json; undefined where there is none yet. @throws UserError where it is damaged. */
  readRun(): RunFile | undefined {
    return readRunFile(this.#file("run.json"));
  }

  /** The metrics so far. @throws UserError where a line other than a cut-off last one is damaged. */
  readMetrics(): Metric[] {
    return readMetricsFile(this.#file("metrics.jsonl"));
  }

  /**
   * Goes back to the newest good checkpoint, or to nothing: metrics past it are dropped, and with them a line that was cut off.
   * To be called once, before the first metric.
   */
  resume(): Resumption {
    const path = this.#file("metrics.jsonl");
    const metrics = readMetricsBytes(path);
    const { checkpoint, damaged } = readLatestCheckpoint(this.#file("checkpoints"), metrics);
    const covered = checkpoint?.metricsBytes ?? 0;
    if (metrics.byteLength > covered) truncateSync(path, covered);
    return { state: checkpoint?.state, damaged };
  }

  /** Appends a line to metrics.jsonl; it is sure to survive a power loss from the next checkpoint on. */
  appendMetric(metric: Metric): void {
    const path = this.#file("metrics.jsonl");
    try {
      this.#metrics ??= openSync(path, "a");
      writeAll(this.#metrics, Buffer.from(metricLine(metric)));
    } catch (error) {
      throw writeError(path, error);
    }
  }

  /** Writes a checkpoint that covers the metrics appended so far. The last two are kept. */
  writeCheckpoint(state: TrainerState): void {
    this.#syncMetrics();
    writeCheckpointFile(this.#file("checkpoints"), state, readMetricsBytes(this.#file("metrics.jsonl")));
  }

  /** Writes weights.safetensors, in the order given, then done.json with its digest and that of the metrics: the run is done. */
  finish(done: Omit<DoneFile, "weightsSha256" | "metricsSha256">, weights: readonly NamedTensor[]): void {
    this.#syncMetrics();
    const digest = createHash("sha256");
    writeFileAtomically(this.#file("weights.safetensors"), (sink) =>
      encodeSafetensors(weights, { format: "resnet-exp" }, (bytes) => {
        digest.update(bytes);
        sink(bytes);
      }),
    );
    const metrics = createHash("sha256").update(readMetricsBytes(this.#file("metrics.jsonl")));
    const file: DoneFile = { ...done, weightsSha256: digest.digest("hex"), metricsSha256: metrics.digest("hex") };
    writeFileAtomically(this.#file("done.json"), sealedText(file));
  }

  /** Writes failed.json: the run has failed until `clearFailure`. */
  fail(failed: FailedFile): void {
    writeFileAtomically(this.#file("failed.json"), sealedText(failed));
  }

  /** Takes a failure back, so that the run may be tried again from its last checkpoint. */
  clearFailure(): void {
    rmSync(this.#file("failed.json"), { force: true });
  }

  /** Gives the lock back. The directory must not be used afterwards. */
  close(): void {
    if (this.#metrics !== undefined) closeSync(this.#metrics);
    this.#metrics = undefined;
    releaseLock(this.#file("lock"), this.#owner);
  }

  #syncMetrics(): void {
    if (this.#metrics === undefined) return;
    try {
      fsyncSync(this.#metrics);
      syncDirectory(this.path);
    } catch (error) {
      throw writeError(this.#file("metrics.jsonl"), error);
    }
  }

  #file(name: string): string {
    return join(this.path, name);
  }
}
