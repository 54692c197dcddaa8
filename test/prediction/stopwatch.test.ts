import { expect, it } from "vitest";
import { type TimedEvent, timings } from "../../src/prediction/stopwatch.ts";

it("takes means of what comes after the first test, which warms up", () => {
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
    evaluationSeconds: expect.closeTo(0.02, 10),
    checkpointSeconds: expect.closeTo(2, 10),
    finishSeconds: expect.closeTo(0.3, 10),
    timedSeconds: expect.closeTo(1.2, 10),
  });
});
