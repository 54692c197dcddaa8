// metrics.jsonl: one JSON object a line, appended during training. A last line that a crash cut off is ignored.
// Lines hold no times, so two runs of one spec write the same bytes.
import { readFileSync } from "node:fs";
import { errorCode, errorMessage } from "../errors.ts";
import type { Metric } from "../types.ts";
import { DamageError, parseMetric } from "./run-files.ts";

/** The text of a line, with its line end. A number that is not finite becomes null and is read back as NaN. */
export function metricLine(metric: Metric): string {
  return `${JSON.stringify({
    iteration: metric.iteration,
    learningRate: metric.learningRate,
    trainLoss: metric.trainLoss,
    trainError: metric.trainError,
    testLoss: metric.testLoss,
    testError: metric.testError,
    validationLoss: metric.validationLoss,
    validationError: metric.validationError,
    layers: metric.layers,
  })}\n`;
}

/**
 * The metrics of a file in order; none where there is no file. Text after the last line end was cut off and is ignored.
 * @throws DamageError where a whole line is not a metric, or iterations do not rise
 */
export function readMetricsFile(path: string): Metric[] {
  const lines = readMetricsBytes(path).toString("utf8").split("\n").slice(0, -1);
  const metrics: Metric[] = [];
  for (const [index, line] of lines.entries()) {
    const metric = parseMetric(line);
    if (!metric || metric.iteration <= (metrics.at(-1)?.iteration ?? -1)) {
      throw new DamageError(`Expected ${path} to hold a metric on every line, got a damaged line ${index + 1}.`, [
        "Delete the run's directory to train the run again.",
      ]);
    }
    metrics.push(metric);
  }
  return metrics;
}

/** The bytes of a metrics file; none where there is no file. @throws DamageError where it cannot be read */
export function readMetricsBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return Buffer.alloc(0);
    throw new DamageError(`Expected to read ${path}, got ${errorMessage(error)}.`, ["Check who may read it."]);
  }
}
