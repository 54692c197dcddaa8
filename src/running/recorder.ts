// Records a run: writes its training events to the run's directory and passes them on with the time of each step.
import type { RunDirectory } from "../records/run-directory.ts";
import type { MeasuredPower } from "../system/power.ts";
import type { TrainEvent } from "../training/train.ts";
import type { Metric, NamedTensor, TrainerState } from "../types.ts";
import type { RunEvent } from "./run-events.ts";

/** Writes a run's events to its directory and passes them on with the time of each step. */
export class Recorder {
  iteration: number;
  /** Whether the last checkpoint was written before the test at its iteration. */
  testDue: boolean;
  readonly #id: string;
  readonly #directory: RunDirectory;
  readonly #onEvent: (event: RunEvent) => void;
  /** Seconds of training steps over all sittings. Checkpoints store it. */
  #trainSeconds: number;
  #lastTime = performance.now();
  /** How many of the next steps were timed together with the last one, and the time of each. */
  #sharing = 0;
  #stepSeconds = 0;
  readonly #secondsBefore: number;
  readonly #started = performance.now();

  constructor(
    id: string,
    directory: RunDirectory,
    onEvent: (event: RunEvent) => void,
    state: TrainerState | undefined,
  ) {
    this.#id = id;
    this.#directory = directory;
    this.#onEvent = onEvent;
    this.iteration = state?.iteration ?? 0;
    this.testDue = "testDue" in (state?.progress ?? {});
    this.#trainSeconds = state?.progress["trainSeconds"] ?? 0;
    this.#secondsBefore = state?.progress["totalSeconds"] ?? 0;
  }

  add(event: TrainEvent): void {
    const id = this.#id;
    if (event.kind === "step") {
      const { together, ...step } = event;
      if (this.#sharing === 0) {
        this.#sharing = together;
        this.#stepSeconds = (performance.now() - this.#lastTime) / 1000 / together;
      }
      this.#sharing--;
      this.#trainSeconds += this.#stepSeconds;
      this.iteration = step.iteration;
      this.#onEvent({ ...step, id, seconds: this.#stepSeconds });
    } else if (event.kind === "metric") {
      this.#directory.appendMetric(event.metric);
      this.#onEvent({ ...event, id });
    } else if (event.kind === "checkpoint") {
      const progress = {
        ...event.state.progress,
        trainSeconds: this.#trainSeconds,
        totalSeconds: this.#totalSeconds(),
      };
      this.#directory.writeCheckpoint({ ...event.state, progress });
      this.testDue = "testDue" in progress;
      this.#onEvent({ kind: "checkpoint", id, iteration: event.state.iteration });
    } else {
      this.#onEvent({ ...event, id });
    }
    this.#lastTime = performance.now();
  }

  finish(weights: readonly NamedTensor[], batchSize: number, power: MeasuredPower | undefined): void {
    const metrics = this.#directory.readMetrics();
    const best = metrics
      .filter((metric): metric is Metric & { testError: number } => metric.testError !== undefined)
      .reduce((a, b) => (b.testError < a.testError ? b : a));
    this.#directory.finish(
      {
        iteration: this.iteration,
        trainSeconds: this.#trainSeconds,
        totalSeconds: this.#totalSeconds(),
        peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
        ...(power && { power }),
        imagesPerSecond: (this.iteration * batchSize) / this.#trainSeconds,
        finalMetric: metrics.at(-1)!,
        bestTestError: { iteration: best.iteration, value: best.testError },
      },
      weights,
    );
  }

  /** Over all sittings, tests and checkpoints included. */
  #totalSeconds(): number {
    return this.#secondsBefore + (performance.now() - this.#started) / 1000;
  }
}
