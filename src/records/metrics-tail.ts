// What was added to a metrics.jsonl since the last look: who follows a run reads each line once, however long the file grows.
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import type { Metric } from "../types.ts";
import { parseMetric } from "./run-files.ts";

/** The end of one run's metrics as they are written. */
export class MetricsTail {
  readonly #path: string;
  #inode = 0;
  #offset = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * The whole lines since the last look. A file that took the other's place, as where the run was resumed, is read from its
   * start. A line that is no metric is passed over: the run itself says so.
   * @throws where the file cannot be read
   */
  read(): Metric[] {
    const found = statSync(this.#path, { throwIfNoEntry: false });
    if (!found || (found.ino === this.#inode && found.size === this.#offset)) return [];
    return this.#added()
      .toString("utf8")
      .split("\n")
      .flatMap((line) => parseMetric(line) ?? []);
  }

  /** The bytes up to the last line end; what follows is in the middle of being written. */
  #added(): Buffer {
    const file = openSync(this.#path, "r");
    try {
      const { ino, size } = fstatSync(file);
      if (ino !== this.#inode || size < this.#offset) this.#offset = 0;
      this.#inode = ino;
      const bytes = Buffer.alloc(size - this.#offset);
      const read = readSync(file, bytes, 0, bytes.length, this.#offset);
      const whole = bytes.subarray(0, bytes.subarray(0, read).lastIndexOf("\n") + 1);
      this.#offset += whole.length;
      return whole;
    } finally {
      closeSync(file);
    }
  }
}
