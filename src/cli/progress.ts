// Shows training as it goes: on a terminal a bar for the matrix and a bar for the run, else a line for each test.
// Writes to standard error only, and no control code where that is no terminal.
import { MultiBar, Presets, type SingleBar } from "cli-progress";
import type { RunEvent } from "../run.ts";
import type { RunSpec } from "../types.ts";
import type { Io } from "./io.ts";

/** Shows the events of one run after another. */
export interface ProgressDisplay {
  /** Announces the run whose events come next. */
  next(spec: RunSpec): void;
  show(event: RunEvent): void;
  /** Writes a line, above the bars where there are any. */
  log(line: string): void;
  /** Takes the bars away; must be called, after a failure too. */
  stop(): void;
}

/** Bars where standard error is a terminal wide enough for them, lines elsewhere. */
export function progressDisplay(io: Io, runs: number): ProgressDisplay {
  return io.stderrIsTerminal && io.columns >= 40 ? new Bars(io, runs) : new Lines(io, runs);
}

/** What both displays keep of the run under way. */
class RunFacts {
  spec: RunSpec | undefined;
  started = 0;
  iterations = 0;
  /** Of a step; an average that forgets over about 20 steps. */
  seconds = 0;

  name(): string {
    return this.spec ? runName(this.spec) : "";
  }

  step(seconds: number): void {
    this.seconds = this.seconds === 0 ? seconds : this.seconds + 0.05 * (seconds - this.seconds);
  }

  imagesPerSecond(): number {
    return this.spec && this.seconds > 0 ? this.spec.sections.training.batchSize / this.seconds : 0;
  }
}

class Lines implements ProgressDisplay {
  readonly #io: Io;
  readonly #runs: number;
  readonly #facts = new RunFacts();

  constructor(io: Io, runs: number) {
    this.#io = io;
    this.#runs = runs;
  }

  next(spec: RunSpec): void {
    this.#facts.spec = spec;
    this.#facts.started++;
    this.#facts.seconds = 0;
  }

  show(event: RunEvent): void {
    const facts = this.#facts;
    const name = `[${facts.started}/${this.#runs}] ${facts.name()}`;
    if (event.kind === "step") facts.step(event.seconds);
    else if (event.kind === "start") facts.iterations = event.iterations;
    if (event.kind === "metric" && event.metric.testError !== undefined) {
      const { iteration, trainLoss, trainError, testError, learningRate } = event.metric;
      const rate = `${facts.imagesPerSecond().toFixed(0)} images/s`;
      const left = duration((facts.iterations - iteration) * facts.seconds);
      this.log(
        `${name}: iteration ${iteration}/${facts.iterations}, loss ${trainLoss.toFixed(3)}, train error ${percent(trainError)}, test error ${percent(testError)}, learning rate ${rounded(learningRate)}, ${rate}, ${left} left`,
      );
    }
    const line = lineFor(event);
    if (line) this.log(`${name}: ${line}`);
  }

  log(line: string): void {
    this.#io.err(`${line}\n`);
  }

  stop(): void {}
}

class Bars implements ProgressDisplay {
  readonly #multi: MultiBar;
  readonly #matrix: SingleBar;
  readonly #run: SingleBar;
  readonly #facts = new RunFacts();

  constructor(io: Io, runs: number) {
    const { format, barsize } = runFormat(io.columns);
    this.#multi = new MultiBar(
      {
        stream: process.stderr,
        barsize,
        hideCursor: true,
        clearOnComplete: true,
        forceRedraw: true,
        fps: 5,
        linewrap: false,
        emptyOnZero: true,
        gracefulExit: false,
      },
      Presets.shades_classic,
    );
    this.#matrix = this.#multi.create(runs, 0, {}, { format: "runs {bar} {value}/{total} {status}" });
    this.#run = this.#multi.create(1, 0, {}, { format });
    this.#matrix.update(0, { status: "" });
    this.#run.update(0, emptyRun);
  }

  next(spec: RunSpec): void {
    const facts = this.#facts;
    facts.spec = spec;
    facts.seconds = 0;
    this.#matrix.update(facts.started++, { status: facts.name() });
    this.#run.setTotal(spec.sections.training.iterations);
    this.#run.update(0, emptyRun);
  }

  show(event: RunEvent): void {
    const facts = this.#facts;
    if (event.kind === "start") {
      facts.iterations = event.iterations;
      this.#run.update(event.iteration);
    } else if (event.kind === "step") {
      facts.step(event.seconds);
      this.#run.update(event.iteration, {
        loss: event.loss.toFixed(3),
        error: percent(event.error),
        rate: rounded(event.learningRate),
        speed: facts.imagesPerSecond().toFixed(0),
        left: duration((facts.iterations - event.iteration) * facts.seconds),
      });
    } else if (event.kind === "end") {
      this.#matrix.update(facts.started);
    }
    const line = lineFor(event);
    if (line) this.log(`${facts.name()}: ${line}`);
  }

  log(line: string): void {
    this.#multi.log(`${line}\n`);
    this.#multi.update();
  }

  stop(): void {
    this.#multi.stop();
  }
}

const emptyRun = { loss: "–", error: "–", rate: "–", speed: "–", left: "–" };

/** As many fields of the run's bar as a line holds, and the bar's length: what is left of the line. */
function runFormat(columns: number): { format: string; barsize: number } {
  const fields: readonly [width: number, format: string][] = [
    [12, " loss {loss}"],
    [12, " error {error}"],
    [10, " {left} left"],
    [9, " lr {rate}"],
    [14, " {speed} images/s"],
  ];
  // "iter ", the space after the bar, and "64000/64000".
  let left = columns - 17 - shortestBar;
  let format = "";
  for (const [width, field] of fields) {
    if (width > left) break;
    left -= width;
    format += field;
  }
  return { format: `iter {bar} {value}/{total}${format}`, barsize: Math.min(shortestBar + left, longestBar) };
}

const shortestBar = 5;
const longestBar = 30;

/** The line that an event is worth in either display. */
function lineFor(event: RunEvent): string | undefined {
  switch (event.kind) {
    case "start":
      return event.iteration > 0 ? `goes on from iteration ${event.iteration}` : undefined;
    case "warning":
      return event.message;
    case "end":
      return endLine[event.outcome](event.message);
    default:
      return undefined;
  }
}

const endLine = {
  done: () => undefined,
  failed: (message) => `failed: ${message}`,
  interrupted: () => "stopped at a checkpoint; the same command goes on",
  skipped: () => "done before",
  busy: (message) => `left alone: ${message}`,
} satisfies Record<Extract<RunEvent, { kind: "end" }>["outcome"], (message?: string) => string | undefined>;

/** "plain-34 seed 0". */
export function runName({ label, seed }: RunSpec): string {
  return `${label} seed ${seed}`;
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)}%`;
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Seconds as 0:42, 12:34 or 1:02:03. */
function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "–";
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
