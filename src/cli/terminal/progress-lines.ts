// Shows training progress as lines: one for each test of a run, and one for its end.
import type { RunEvent } from "../../running/run-events.ts";
import type { RunSpec } from "../../types.ts";
import type { Io } from "./io.ts";
import { lineFor, type ProgressDisplay, percent, RunFacts, rounded, runName } from "./progress-display.ts";

export class ProgressLines implements ProgressDisplay {
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
      this.log(
        `${name}: iteration ${iteration}/${facts.iterations}, loss ${trainLoss.toFixed(3)}, train error ${percent(trainError)}, test error ${percent(testError)}, learning rate ${rounded(learningRate)}, ${facts.speed()} images/s, ${facts.left(iteration)} left`,
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
