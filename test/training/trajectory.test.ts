// Ten steps from identical weights and batches follow PyTorch's losses (fixture: test/fixtures/pytorch_trajectory.py).
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { type ReferenceNet, referenceNets, referenceTraining } from "../../src/conformance/reference-nets.ts";
import { trajectory } from "../../src/conformance/trajectory.ts";
import { openEngine } from "../../src/engines/choice.ts";
import type { EngineName } from "../../src/engines/names.ts";
import { installed } from "../engines/tensorflow/installed.ts";

interface Fixture {
  steps: number;
  learningRate: number;
  momentum: number;
  weightDecay: number;
  classes: number;
  cases: ReferenceNet[];
}

const path = new URL("../fixtures/pytorch-trajectory.json", import.meta.url);
const fixture = JSON.parse(readFileSync(path, "utf8")) as Fixture;
// The reference engine is slow: it runs only the smallest nets of the paper's units.
const small = fixture.cases.filter(
  ({ size, width, activation, shortcut, span, inside }) =>
    size < 16 && width < 16 && !activation && !span && !inside && ["A", "B", "C"].includes(shortcut),
);

describe.each<[EngineName, ReferenceNet[]]>([
  ["native", fixture.cases],
  ["cpu", small],
  ...(installed ? ([["tensorflow", fixture.cases]] satisfies [EngineName, ReferenceNet[]][]) : []),
])("on the %s engine ten steps at learning rate 0.01", (engine, cases) => {
  beforeAll(async () => {
    // As many threads as in installed.ts: TensorFlow keeps the number of its first opening.
    await openEngine(engine, { threads: 2 });
  });

  test.each(cases)("of $title follow PyTorch's losses within 1e-4", async (net) => {
    const losses = await trajectory(net);
    expect(losses).toHaveLength(fixture.steps);
    losses.forEach((loss, step) => {
      const expected = net.losses[step]!;
      expect(Math.abs(loss - expected) / expected, `step ${step}: ${loss} beside ${expected}`).toBeLessThan(1e-4);
    });
  });
});

test("the reference nets that are shipped are the fixture's", () => {
  const { cases, steps, learningRate, momentum, weightDecay, classes } = fixture;
  expect(referenceTraining).toEqual({ steps, learningRate, momentum, weightDecay, classes });
  for (const { title: _, ...net } of referenceNets) expect(cases).toContainEqual(expect.objectContaining(net));
});
