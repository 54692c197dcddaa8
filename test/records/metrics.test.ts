import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import { metricLine, readMetricsFile } from "../../src/records/metrics.ts";
import { sampleMetric, temporaryDirectory } from "./sample-run.ts";

describe("metrics.jsonl", () => {
  let path: string;
  beforeEach(() => {
    path = join(temporaryDirectory(), "metrics.jsonl");
  });

  it("has one object a line, with its keys in a fixed order and only measured values", () => {
    const { trainError, iteration, ...rest } = sampleMetric(100, 0.5, 0.25);
    expect(metricLine({ trainError, ...rest, iteration })).toBe(
      '{"iteration":100,"learningRate":0.1,"trainLoss":1,"trainError":0.5,"testLoss":0.5,"testError":0.25}\n',
    );
    expect(metricLine(sampleMetric(100, 0.5))).toBe(
      '{"iteration":100,"learningRate":0.1,"trainLoss":1,"trainError":0.5}\n',
    );
  });

  it("gives every number back exactly, and null as NaN", () => {
    const metrics = [sampleMetric(1, 1 / 3, 0.1), { ...sampleMetric(2, 0.1 + 0.2), trainLoss: Number.NaN }];
    writeFileSync(path, metrics.map(metricLine).join(""));
    expect(readMetricsFile(path)).toEqual(metrics);
  });

  it("has no metrics where there is no file", () => {
    expect(readMetricsFile(path)).toEqual([]);
  });

  it("ignores a last line that was cut off at any byte", () => {
    const lines = [sampleMetric(1, 0.5), sampleMetric(2, 0.4)].map(metricLine);
    for (let length = 0; length < lines[1]!.length; length++) {
      writeFileSync(path, lines[0]! + lines[1]!.slice(0, length));
      expect(readMetricsFile(path)).toEqual([sampleMetric(1, 0.5)]);
    }
  });

  it("is refused if a whole line is damaged or out of order, and the error gives the line's number", () => {
    const error = new UserError(`Expected ${path} to hold a metric on every line, got a damaged line 2.`, [
      "Delete the run's directory to train the run again.",
    ]);
    const line = metricLine(sampleMetric(1, 0.5));
    for (const second of ["\0\0\0\n", "{}\n", line]) {
      writeFileSync(path, line + second);
      expect(() => readMetricsFile(path)).toThrow(error);
    }
  });
});
