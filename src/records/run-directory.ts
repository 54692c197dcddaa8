// results/<experiment>/runs/<id>: one run's files, written by one process at a time. Knows nothing of training.
// The order of writes is what makes a crash harmless: metrics reach the disk before the checkpoint that covers them, the
// checkpoint before its pointer, the weights before done.json. A process whose lock another one took over writes nothing more.
import { createHash } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { syncDirectory, writeAll, writeError, writeFileAtomically } from "../system/atomic-file.ts";
import { makeDirectory } from "../system/make-directory.ts";
import { removeTemporaryFiles } from "../system/temporary-files.ts";
import type { Metric, NamedTensor, RunStatus, TrainerState } from "../types.ts";
import { encodeSafetensors } from "../weights/safetensors.ts";
import { writeCheckpointFile } from "./checkpoint.ts";
import { isHolder, type LockOwner, lockState, releaseLock, takeLock, thisOwner } from "./lock.ts";
import { metricLine, readMetricsBytes, readMetricsFile } from "./metrics.ts";
import { type Resumption, readResumption } from "./resumption.ts";
import { type DoneFile, type FailedFile, type RunFile, readRunFile } from "./run-files.ts";
import { sealedText } from "./sealed-json.ts";
import { giveSigns } from "./sign-of-life.ts";
import { addUnreadableImage, type UnreadableImage } from "./unreadable-images.ts";

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

/** Another process has taken the lock over, or someone deleted it: this one must write nothing more. */
export class LockLostError extends UserError {}

/** An open run directory. Holds its lock until `close`; a process that is killed leaves a lock that the next one takes over. */
export class RunDirectory {
  readonly path: string;
  readonly #owner: LockOwner;
  readonly #endSigns: () => void;
  #metrics: number | undefined;

  private constructor(path: string, owner: LockOwner) {
    this.path = path;
    this.#owner = owner;
    this.#endSigns = giveSigns(join(path, "lock"), owner);
  }

  /**
   * Makes the directory where it is missing and takes its lock.
   * @param gone the nonce of a holder elsewhere that is known to be gone
   * @throws LockHeldError where another process has it open, or may have
   * @throws UserError where the disk refuses
   */
  static open(results: string, experiment: string, id: string, gone?: string): RunDirectory {
    const path = runPath(results, experiment, id);
    try {
      if (makeDirectory(path)) syncDirectory(join(path, ".."));
    } catch (error) {
      throw writeError(path, error);
    }
    const owner = takeLock(join(path, "lock"), thisOwner(), gone);
    removeTemporaryFiles(path);
    if (existsSync(join(path, "checkpoints"))) removeTemporaryFiles(join(path, "checkpoints"));
    // Left where a process died while it took the lock over from a dead one.
    for (const name of readdirSync(path)) if (name.startsWith("lock.")) rmSync(join(path, name), { force: true });
    return new RunDirectory(path, owner);
  }

  /** Whether this process may still write. */
  get isHeld(): boolean {
    return isHolder(this.#file("lock"), this.#owner);
  }

  /** done, failed, interrupted or planned, as the next process will find it. */
  status(): RunStatus {
    const status = runStatus(this.path);
    if (status !== "running") return status;
    return existsSync(this.#file("run.json")) ? "interrupted" : "planned";
  }

  /** Writes run.json. */
  writeRun(run: RunFile): void {
    writeFileAtomically(this.#file("run.json"), sealedText(run), this.#fence);
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
   * The newest good checkpoint; changes nothing.
   * @throws DamageError where there are checkpoints and none can be used: the run is better left as it is than begun anew
   */
  lastState(): Resumption {
    return readResumption(this.path);
  }

  /**
   * Goes back to what `lastState` found: metrics past it are dropped, and with them a line that was cut off. What is kept
   * goes into a new file, as one who lost this lock and does not know it yet may be about to write into the old one.
   * To be called once, before the first metric.
   */
  resume({ metrics }: Resumption): void {
    const path = this.#file("metrics.jsonl");
    writeFileAtomically(path, metrics, this.#fence);
    this.#closeMetrics();
    this.#openMetrics();
  }

  /** Appends a line to metrics.jsonl; it is sure to survive a power loss from the next checkpoint on. */
  appendMetric(metric: Metric): void {
    this.#fence();
    try {
      writeAll(this.#openMetrics(), Buffer.from(metricLine(metric)));
    } catch (error) {
      throw writeError(this.#file("metrics.jsonl"), error);
    }
  }

  /** Writes a checkpoint that covers the metrics appended so far. The last two are kept. */
  writeCheckpoint(state: TrainerState): void {
    this.#syncMetrics();
    const metrics = readMetricsBytes(this.#file("metrics.jsonl"));
    writeCheckpointFile(this.#file("checkpoints"), state, metrics, this.#fence);
  }

  /** Writes weights.safetensors, in the order given, then done.json with its digest and that of the metrics: the run is done. */
  finish(done: Omit<DoneFile, "weightsSha256" | "metricsSha256">, weights: readonly NamedTensor[]): void {
    this.#syncMetrics();
    const digest = createHash("sha256");
    writeFileAtomically(
      this.#file("weights.safetensors"),
      (sink) =>
        encodeSafetensors(weights, { format: "resnet-exp" }, (bytes) => {
          digest.update(bytes);
          sink(bytes);
        }),
      this.#fence,
    );
    const metrics = createHash("sha256").update(readMetricsBytes(this.#file("metrics.jsonl")));
    const file: DoneFile = { ...done, weightsSha256: digest.digest("hex"), metricsSha256: metrics.digest("hex") };
    writeFileAtomically(this.#file("done.json"), sealedText(file), this.#fence);
  }

  /** Writes failed.json: the run has failed. */
  fail(failed: FailedFile): void {
    writeFileAtomically(this.#file("failed.json"), sealedText(failed), this.#fence);
  }

  /** Adds an image that could not be decoded to the run's list. */
  addUnreadableImage(image: UnreadableImage): void {
    this.#fence();
    addUnreadableImage(this.path, image);
  }

  /** Gives the lock back. The directory must not be used afterwards. */
  close(): void {
    this.#closeMetrics();
    this.#endSigns();
    releaseLock(this.#file("lock"), this.#owner);
  }

  /** Every write asks here first. */
  readonly #fence = (): void => {
    if (this.isHeld) return;
    throw new LockLostError(`Expected ${this.#file("lock")} to be this process's, got that of another or none.`, [
      "The run is left to the process that has it now.",
    ]);
  };

  #openMetrics(): number {
    this.#metrics ??= openSync(this.#file("metrics.jsonl"), "a");
    return this.#metrics;
  }

  #closeMetrics(): void {
    if (this.#metrics !== undefined) closeSync(this.#metrics);
    this.#metrics = undefined;
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
