// The data of all curves as CSV, in long format: one line a point. Fractions, unrounded. Draws nothing.
import type { RunRecord } from "../../records/record.ts";
import { csvCells } from "../../text/csv.ts";

const measured = ["iteration", "learningRate", "trainError", "trainLoss", "testError", "testLoss"] as const;

/** Every line of metrics of every run, done or not. */
export function curvesCsv(runs: readonly RunRecord[]): string {
  const lines = [csvCells(["label", "seed", ...measured, "dataset", "iterations", "id"])];
  for (const { run, metrics } of runs) {
    // Of hundreds of thousands of lines the numbers need no quotes: only what a run's lines share is quoted, once.
    const before = csvCells([run.spec.label, run.spec.seed]);
    const after = csvCells([run.datasetTitle, run.spec.sections.training.iterations, run.id]);
    for (const metric of metrics) {
      lines.push(`${before},${measured.map((key) => metric[key] ?? "").join(",")},${after}`);
    }
  }
  return `${lines.join("\n")}\n`;
}
