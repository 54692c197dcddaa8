// The data of figures as CSV, in long format: one line a point. Fractions, unrounded. Draws nothing.
import type { RunRecord } from "../records/record.ts";
import { csvText } from "./csv.ts";

/** Every line of metrics of every run, done or not. */
export function curvesCsv(runs: readonly RunRecord[]): string {
  return csvText(
    [
      "label",
      "seed",
      "iteration",
      "learningRate",
      "trainError",
      "trainLoss",
      "testError",
      "testLoss",
      "dataset",
      "iterations",
      "id",
    ],
    runs.flatMap(({ run, metrics }) =>
      metrics.map((metric) => ({
        ...metric,
        label: run.spec.label,
        seed: run.spec.seed,
        dataset: run.datasetTitle,
        iterations: run.spec.sections.training.iterations,
        id: run.id,
      })),
    ),
  );
}
