import { expect, it } from "vitest";
import { type TimedEvent, timings } from "../../src/planning/stopwatch.ts";

it("takes means over everything after the first test, which only warms up", () => {
  const events: TimedEvent[] = [
    { kind: "step", at: 3, seconds: 2 },
    { kind: "evaluating", at: 3 },
    { kind: "metric", at: 9 },
    { kind: "checkpoint", at: 10 },
    { kind: "step", at: 10.5, seconds: 0.5 },
    { kind: "step", at: 11.2, seconds: 0.7 },
    { kind: "evaluating", at: 11.2 },
    { kind: "metric", at: 13.2 },
    { kind: "checkpoint", at: 16.2 },
  ];
  expect(timings(events, 16.5, 100)).toEqual({
    setupSeconds: expect.closeTo(3 - 0.6, 10),
    stepSeconds: expect.closeTo(0.6, 10),
    stepSpread: expect.any(Number),
    evaluationSeconds: expect.closeTo(0.02, 10),
    checkpointSeconds: expect.closeTo(2, 10),
    finishSeconds: expect.closeTo(0.3, 10),
    timedSeconds: expect.closeTo(1.2, 10),
  });
});

it("measures the spread of the middle half of the steps", () => {
  const step = (seconds: number): TimedEvent => ({ kind: "step", at: 1, seconds });
  const test: TimedEvent[] = [
    { kind: "evaluating", at: 0 },
    { kind: "metric", at: 1 },
  ];
  // Quartiles 2 and 4 around a median of 3; the one long step does not count.
  const steps = [3, 1, 100, 2, 4].map(step);
  expect(timings([step(9), ...test, ...steps, ...test], 1, 1).stepSpread).toBeCloseTo(2 / 3, 10);
  expect(timings([step(9), ...test, step(2), step(2), ...test], 1, 1).stepSpread).toBe(0);
});
