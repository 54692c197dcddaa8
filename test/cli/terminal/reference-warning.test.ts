import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { referenceWarning } from "../../../src/cli/terminal/reference-warning.ts";
import { runSchema } from "../../../src/config/schema.ts";
import { referenceSeconds } from "../../../src/planning/reference-cost.ts";
import { duration } from "../../../src/text/quantities.ts";

let results: string;
beforeEach(() => {
  results = mkdtempSync(join(tmpdir(), "reference-warning-"));
});
afterEach(() => rmSync(results, { recursive: true }));

const planned = (id: string, iterations: number, batchSize = 128) => {
  const sections = runSchema.parse({
    dataset: { name: "synthetic", trainImages: 100, testImages: 50 },
    model: { family: "cifar", depth: 20 },
    training: { batchSize, iterations, learningRate: { initial: 0.1 } },
  });
  const spec = { experiment: "study", label: id, seed: 0, sections, origins: {} };
  return { experiment: "study", id, spec } as unknown as Parameters<typeof referenceWarning>[0][number];
};

const seconds = (iterations: number) => referenceSeconds(planned("a", iterations).spec.sections);

test("a warning says how long the runs take on the reference engine, and how to get a faster one", () => {
  expect(referenceWarning([planned("a", 1000), planned("b", 1000)], results, 1)).toBe(
    `cpu is the slow reference engine: these 2 runs take about ${duration(2 * seconds(1000))} on it. \`resnet-exp doctor\` says how to get a faster engine.`,
  );
});

test("runs at once share the time", () => {
  expect(referenceWarning([planned("a", 1000), planned("b", 1000)], results, 2)).toContain(duration(seconds(1000)));
});

test("runs that are done are not counted", () => {
  mkdirSync(join(results, "study/runs/a"), { recursive: true });
  writeFileSync(join(results, "study/runs/a/done.json"), "{}");
  expect(referenceWarning([planned("a", 1000), planned("b", 1000)], results, 1)).toMatch(
    `cpu is the slow reference engine: this run takes about ${duration(seconds(1000))} on it.`,
  );
});

test("runs that take less than a minute need no warning", () => {
  expect(referenceWarning([planned("a", 1, 8)], results, 1)).toBeUndefined();
});
