// Shows training progress as bars on a terminal.
import { MultiBar, Presets, type SingleBar } from "cli-progress";
import type { RunEvent } from "../../running/run-events.ts";
import type { RunSpec } from "../../types.ts";
import type { Io } from "./io.ts";
import { lineFor, type ProgressDisplay, percent, RunFacts, rounded, runName } from "./progress-display.ts";

/** A bar for the whole study, and one for each run that is being trained. They appear with the first run. */
export class ProgressBars implements ProgressDisplay {
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
    // A new run gets the line of the run that ended last.
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
      status: this.#atOnce === 1 ? names.join() : `${names.length} in training`,
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
        speed: facts.speed(),
        left: facts.left(event.iteration),
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

/** As many fields of a run's bar as fit into a line. The bar fills the rest of the line. */
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

/** The width of the run names beside the bars. */
const nameWidth = 18;

function padded(name: string, width: number): string {
  return name.length > width ? `${name.slice(0, width - 1)}…` : name.padEnd(width);
}

const shortestBar = 5;
const longestBar = 30;
