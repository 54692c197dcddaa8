// results/<experiment>/runs/<id>: the files of one run, written by one process at a time. Knows nothing about training.
// The order of writes makes a crash harmless: metrics reach the disk before the checkpoint that covers them, the checkpoint
// before its pointer, the weights before done.json. A process that has lost its lock writes nothing more.
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

/** The directory of a run; does not create it. */
export function runPath(results: string, experiment: string, id: string): string {
  return join(results, experiment, "runs", id);
}

/** The status of a run according to its files; takes no lock. "planned" where there is no directory. */
export function runStatus(path: string): RunStatus {
  if (existsSync(join(path, "done.json"))) return "done";
  if (existsSync(join(path, "failed.json"))) return "failed";
  const lock = lockState(join(path, "lock"));
  if (lock === "held" || lock === "elsewhere") return "running";
  return existsSync(join(path, "run.json")) ? "interrupted" : "planned";
}

/** Another process took the lock over, or someone deleted it: this process must write nothing more. */
export class LockLostError extends UserError {}

/** An open run directory. Holds the lock until `close`. A killed process leaves its lock, which the next one takes over. */
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
   * Creates the directory if necessary and takes its lock.
   * @param gone the nonce of a holder elsewhere that is known to be gone
   * @throws LockHeldError where another process has it open, or may have it open
   * @throws UserError where the directory cannot be written
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
    // A process that died while it took over a dead process's lock leaves these.
    for (const name of readdirSync(path)) if (name.startsWith("lock.")) rmSync(join(path, name), { force: true });
    return new RunDirectory(path, owner);
  }

  /** Whether this process may still write. */
  get isHeld(): boolean {
    return isHolder(this.#file("lock"), this.#owner);
  }

  /** done, failed, interrupted or planned: the status that the next process will find. */
  status(): RunStatus {
    const status = runStatus(this.path);
    if (status !== "running") return status;
    return existsSync(this.#file("run.json")) ? "interrupted" : "planned";
  }

  /** Writes run.json. */
  writeRun(run: RunFile): void {
    writeFileAtomically(this.#file("run.json"), sealedText(run), this.#fence);
  }

  /** Reads run.json; undefined where there is none yet. @throws UserError where it is damaged */
  readRun(): RunFile | undefined {
    return readRunFile(this.#file("run.json"));
  }

  /** The metrics so far. @throws UserError where a line is damaged, except for a cut-off last line */
  readMetrics(): Metric[] {
    return readMetricsFile(this.#file("metrics.jsonl"));
  }

  /**
   * The newest good checkpoint; changes nothing.
   * @throws DamageError where there are checkpoints but none can be used; the run is then left alone
   */
  lastState(): Resumption {
    return readResumption(this.path);
  }

  /**
   * Goes back to what `lastState` found: drops later metrics and a cut-off last line. Writes the rest into a new file,
   * because a process that has lost the lock without noticing may still write into the old one.
   * Call it once, before the first metric.
   */
  resume({ metrics }: Resumption): void {
    const path = this.#file("metrics.jsonl");
    writeFileAtomically(path, metrics, this.#fence);
    this.#closeMetrics();
    this.#openMetrics();
  }

  /** Appends a line to metrics.jsonl. It survives a power loss once the next checkpoint is written. */
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

  /** Ends the run: writes weights.safetensors in the order given, then done.json with the digests of weights and metrics. */
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

  /** Releases the lock. The directory must not be used afterwards. */
  close(): void {
    this.#closeMetrics();
    this.#endSigns();
    releaseLock(this.#file("lock"), this.#owner);
  }

  /** Called before every write. */
  readonly #fence = (): void => {
    if (this.isHeld) return;
    throw new LockLostError(
      `Expected this process to hold ${this.#file("lock")}, got another process's lock or none.`,
      ["The run belongs to the process that holds the lock now."],
    );
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
