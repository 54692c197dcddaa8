// Computes the means of a calibration from the events of a short run. Reads no clock: each event carries its time.

/** What happened, of all that a run reports. */
export interface TimedEvent {
  readonly kind: "step" | "evaluating" | "metric" | "checkpoint";
  /** Seconds since the run was started. */
  readonly at: number;
  /** Of a step alone. */
  readonly seconds?: number;
}

export interface Timings {
  readonly setupSeconds: number;
  readonly stepSeconds: number;
  /** Distance of the quartiles of the steps over their median. */
  readonly stepSpread: number;
  readonly evaluationSeconds: number;
  readonly checkpointSeconds: number;
  readonly finishSeconds: number;
  /** Of the steps that the mean is over. */
  readonly timedSeconds: number;
}

/**
 * The means of a run that tested at least twice. Steps before the first test, and the first test itself, do
 * not count: they fill the engine's buffers.
 * @param endAt seconds since the start when the run was over
 */
export function timings(events: readonly TimedEvent[], endAt: number, testImages: number): Timings {
  const firstTest = events.findIndex(({ kind }) => kind === "metric");
  const steps = events.slice(firstTest).flatMap(({ kind, seconds }) => (kind === "step" ? [seconds ?? 0] : []));
  const timedSeconds = steps.reduce((a, b) => a + b, 0);
  const stepSeconds = timedSeconds / steps.length;
  const tests = spans(events, "evaluating", "metric").slice(1);
  const checkpoints = spans(events, "metric", "checkpoint");
  const firstStep = events.find(({ kind }) => kind === "step");
  return {
    setupSeconds: Math.max(0, (firstStep?.at ?? 0) - stepSeconds),
    stepSeconds,
    stepSpread: spread(steps),
    evaluationSeconds: mean(tests) / testImages,
    checkpointSeconds: mean(checkpoints),
    finishSeconds: endAt - (events.at(-1)?.at ?? endAt),
    timedSeconds,
  };
}

/** Seconds from each event of one kind to the next of the other. */
function spans(events: readonly TimedEvent[], from: TimedEvent["kind"], to: TimedEvent["kind"]): number[] {
  return events.flatMap(({ kind, at }, i) =>
    kind === to && events[i - 1]?.kind === from ? [at - events[i - 1]!.at] : [],
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

function spread(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  return (at(0.75) - at(0.25)) / at(0.5);
}
