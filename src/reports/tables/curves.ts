// The data of all curves as CSV in long format: one line for each point, in unrounded fractions. It draws nothing.
import type { RunRecord } from "../../records/record.ts";
import { csvCells } from "../../text/csv.ts";

const measured = ["iteration", "learningRate", "trainError", "trainLoss", "testError", "testLoss"] as const;

/** Every line of metrics of every run, done or not. */
export function curvesCsv(runs: readonly RunRecord[]): string {
  const lines = [csvCells(["label", "seed", ...measured, "dataset", "iterations", "id"])];
  for (const { run, metrics } of runs) {
    // There may be hundreds of thousands of lines. Numbers need no quotes, so only what a run's lines share is quoted, once.
    const before = csvCells([run.spec.label, run.spec.seed]);
    const after = csvCells([run.datasetTitle, run.spec.sections.training.iterations, run.id]);
    for (const metric of metrics) {
      lines.push(`${before},${measured.map((key) => metric[key] ?? "").join(",")},${after}`);
    }
  }
  return `${lines.join("\n")}\n`;
}
