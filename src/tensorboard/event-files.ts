// `run --tensorboard`: event files that grow while runs are trained. Only here lines get the time of day.
import { join } from "node:path";
import { runPath } from "../records/run-directory.ts";
import { readRunFile } from "../records/run-files.ts";
import type { RunEvent } from "../running/run-events.ts";
import type { RunSpec } from "../types.ts";
import { EventFile, secondsOf } from "./event-file.ts";

/** The event files of the runs that are being trained. Must be closed. */
export class EventFiles {
  readonly #results: string;
  readonly #open = new Map<string, EventFile>();

  constructor(results: string) {
    this.#results = results;
  }

  /** Writes an event's metrics to the run's event file. @throws UserError where it cannot be written */
  show({ experiment }: RunSpec, event: RunEvent): void {
    const now = Date.now() / 1000;
    const { id } = event;
    if (event.kind === "start") {
      const path = runPath(this.#results, experiment, id);
      const run = readRunFile(join(path, "run.json"));
      this.#open.get(id)?.close();
      const createdAt = run ? secondsOf(run.provenance.createdAt) : now;
      this.#open.set(id, EventFile.open(path, event.iteration, createdAt, now));
    } else if (event.kind === "metric") {
      this.#open.get(id)?.append(event.metric, now);
    } else if (event.kind === "end") {
      this.#open.get(id)?.close();
      this.#open.delete(id);
    }
  }

  close(): void {
    for (const file of this.#open.values()) file.close();
    this.#open.clear();
  }
}
