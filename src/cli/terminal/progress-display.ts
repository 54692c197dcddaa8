// What the displays of training progress share: their interface, the facts that they keep about a run, and their wording.
import type { RunEvent } from "../../running/run-events.ts";
import type { RunSpec } from "../../types.ts";

/** Shows the runs of a study, one after another or several at once. */
export interface ProgressDisplay {
  /** Announces a run. The returned function shows the run's events, up to its end. */
  begin(spec: RunSpec): (event: RunEvent) => void;
  /** Writes a line, above the bars where there are any. */
  log(line: string): void;
  /** Removes the bars. Must be called, even after a failure. */
  stop(): void;
}

/** The facts that both displays keep about a run that is being trained. */
export class RunFacts {
  readonly spec: RunSpec;
  iterations = 0;
  /** The time of a step: a moving average over about 20 steps. */
  seconds = 0;

  constructor(spec: RunSpec) {
    this.spec = spec;
  }

  step(seconds: number): void {
    this.seconds = this.seconds === 0 ? seconds : this.seconds + 0.05 * (seconds - this.seconds);
  }

  /** Images a second, as text. The speed of a run that another process trains is unknown at first. */
  speed(): string {
    return this.seconds > 0 ? (this.spec.sections.training.batchSize / this.seconds).toFixed(0) : "–";
  }

  /** The time that is left after an iteration, as text. */
  left(iteration: number): string {
    return this.seconds > 0 ? duration((this.iterations - iteration) * this.seconds) : "–";
  }
}

/** The line that both displays print for an event, if any. */
export function lineFor(event: RunEvent): string | undefined {
  switch (event.kind) {
    case "start":
      return event.iteration > 0 ? `resumes from iteration ${event.iteration}` : undefined;
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
  interrupted: (message) => message ?? "stopped at a checkpoint; the same command resumes",
  skipped: () => "already done",
  crashed: (message) => `crashed: ${message}`,
  damaged: (message) => `left unchanged: ${message}`,
  busy: (message) => `left alone: ${message}`,
  refused: (message) => `not trained: ${message}`,
} satisfies Record<Extract<RunEvent, { kind: "end" }>["outcome"], (message?: string) => string | undefined>;

/** "plain-34 seed 0". */
export function runName({ label, seed }: RunSpec): string {
  return `${label} seed ${seed}`;
}

export function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)}%`;
}

export function rounded(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Seconds as 0:42, 12:34 or 1:02:03. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "–";
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
