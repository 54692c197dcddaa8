// Shows training as it goes: on a terminal a bar for the matrix and a bar for the run, else a line for each test.
// Writes to standard error only, and no control code where that is no terminal.
import { MultiBar, Presets, type SingleBar } from "cli-progress";
import type { RunEvent } from "../../running/run-events.ts";
import type { RunSpec } from "../../types.ts";
import type { Io } from "./io.ts";

/** Shows the runs of a study, one after another or several at once. */
export interface ProgressDisplay {
  /** Announces a run; the function returned shows its events, up to its end. */
  begin(spec: RunSpec): (event: RunEvent) => void;
  /** Writes a line, above the bars where there are any. */
  log(line: string): void;
  /** Takes the bars away; must be called, after a failure too. */
  stop(): void;
}

/**
 * Bars where standard error is a terminal wide enough for them, lines elsewhere.
 * @param runs in all
 * @param atOnce of these at most
 */
export function progressDisplay(io: Io, runs: number, atOnce = 1): ProgressDisplay {
  return io.stderrIsTerminal && io.columns >= 40 ? new Bars(io, runs, atOnce) : new Lines(io, runs);
}

/** What both displays keep of a run under way. */
class RunFacts {
  readonly spec: RunSpec;
  iterations = 0;
  /** Of a step; an average that forgets over about 20 steps. */
  seconds = 0;

  constructor(spec: RunSpec) {
    this.spec = spec;
  }

  step(seconds: number): void {
    this.seconds = this.seconds === 0 ? seconds : this.seconds + 0.05 * (seconds - this.seconds);
  }

  imagesPerSecond(): number {
    return this.seconds > 0 ? this.spec.sections.training.batchSize / this.seconds : 0;
  }
}

class Lines implements ProgressDisplay {
  readonly #io: Io;
  readonly #runs: number;
  #begun = 0;

  constructor(io: Io, runs: number) {
    this.#io = io;
    this.#runs = runs;
  }

  begin(spec: RunSpec): (event: RunEvent) => void {
    const facts = new RunFacts(spec);
    const name = `[${++this.#begun}/${this.#runs}] ${runName(spec)}`;
    return (event) => this.#show(name, facts, event);
  }

  #show(name: string, facts: RunFacts, event: RunEvent): void {
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

/** A bar for all runs, and one for each under way; they appear with the first run. */
class Bars implements ProgressDisplay {
  readonly #io: Io;
  readonly #runs: number;
  readonly #atOnce: number;
  #bars: { readonly multi: MultiBar; readonly matrix: SingleBar; readonly free: SingleBar[] } | undefined;
  readonly #underWay = new Set<string>();
  #ended = 0;

  constructor(io: Io, runs: number, atOnce: number) {
    this.#io = io;
    this.#runs = runs;
    this.#atOnce = atOnce;
  }

  begin(spec: RunSpec): (event: RunEvent) => void {
    this.#bars ??= createBars(this.#io, this.#runs, this.#atOnce);
    const { free } = this.#bars;
    // The first of those that are free: a run that takes another's place takes its line.
    const bar = free.shift()!;
    const facts = new RunFacts(spec);
    bar.setTotal(spec.sections.training.iterations);
    bar.update(0, { ...emptyRun, name: padded(runName(spec), nameWidth) });
    this.#underWay.add(runName(spec));
    this.#showMatrix();
    return (event) => {
      this.#show(facts, bar, event);
      if (event.kind !== "end") return;
      free.unshift(bar);
      this.#underWay.delete(runName(spec));
      this.#ended++;
      this.#showMatrix();
    };
  }

  #showMatrix(): void {
    const names = [...this.#underWay];
    this.#bars?.matrix.update(this.#ended, {
      status: this.#atOnce === 1 ? names.join() : `${names.length} under way`,
    });
  }

  #show(facts: RunFacts, bar: SingleBar, event: RunEvent): void {
    if (event.kind === "start") {
      facts.iterations = event.iterations;
      bar.update(event.iteration);
    } else if (event.kind === "step") {
      facts.step(event.seconds);
      bar.update(event.iteration, {
        loss: event.loss.toFixed(3),
        error: percent(event.error),
        rate: rounded(event.learningRate),
        speed: facts.imagesPerSecond().toFixed(0),
        left: duration((facts.iterations - event.iteration) * facts.seconds),
      });
    }
    const line = lineFor(event);
    if (line) this.log(`${runName(facts.spec)}: ${line}`);
  }

  log(line: string): void {
    if (this.#bars) {
      this.#bars.multi.log(`${line}\n`);
      this.#bars.multi.update();
    } else {
      this.#io.err(`${line}\n`);
    }
  }

  stop(): void {
    this.#bars?.multi.stop();
  }
}

function createBars(io: Io, runs: number, atOnce: number) {
  const { format, barsize } = runFormat(io.columns, atOnce > 1);
  const multi = new MultiBar(
    {
      stream: io.barStream ?? process.stderr,
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
  const matrix = multi.create(runs, 0, { status: "" }, { format: "runs {bar} {value}/{total} {status}" });
  const free = Array.from({ length: atOnce }, () => multi.create(1, 0, { ...emptyRun, name: "" }, { format }));
  return { multi, matrix, free };
}

const emptyRun = { loss: "–", error: "–", rate: "–", speed: "–", left: "–" };

/** As many fields of a run's bar as a line holds, and the bar's length: what is left of the line. */
function runFormat(columns: number, named: boolean): { format: string; barsize: number } {
  const fields: readonly [width: number, format: string][] = [
    [12, " loss {loss}"],
    [12, " error {error}"],
    [10, " {left} left"],
    [9, " lr {rate}"],
    [14, " {speed} images/s"],
  ];
  const title = named ? "{name}" : "iter";
  // The title and the spaces beside the bar, and "64000/64000".
  let left = columns - (named ? nameWidth : 4) - 13 - shortestBar;
  let format = "";
  for (const [width, field] of fields) {
    if (width > left) break;
    left -= width;
    format += field;
  }
  return {
    format: `${title} {bar} {value}/{total}${format}`,
    barsize: Math.max(1, Math.min(shortestBar + left, longestBar)),
  };
}

/** Of the names of runs beside their bars. */
const nameWidth = 18;

function padded(name: string, width: number): string {
  return name.length > width ? `${name.slice(0, width - 1)}…` : name.padEnd(width);
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
  crashed: (message) => `crashed: ${message}`,
  damaged: (message) => `left as it is: ${message}`,
  busy: (message) => `left alone: ${message}`,
  refused: (message) => `not trained: ${message}`,
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
