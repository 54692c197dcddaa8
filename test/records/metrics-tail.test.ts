import { appendFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { metricLine } from "../../src/records/metrics.ts";
import { MetricsTail } from "../../src/records/metrics-tail.ts";
import { temporaryDirectory } from "./sample-run.ts";

const line = (iteration: number) => metricLine({ iteration, learningRate: 0.1, trainLoss: 2, trainError: 0.5 });

describe("the end of a run's metrics", () => {
  let path: string;
  let tail: MetricsTail;
  const iterations = () => tail.read().map(({ iteration }) => iteration);
  beforeEach(() => {
    path = join(temporaryDirectory(), "metrics.jsonl");
    tail = new MetricsTail(path);
  });

  test("has each line once", () => {
    expect(iterations()).toEqual([]);
    writeFileSync(path, line(1) + line(2));
    expect(iterations()).toEqual([1, 2]);
    expect(iterations()).toEqual([]);
    appendFileSync(path, line(3));
    expect(iterations()).toEqual([3]);
  });

  test("has a line when it is whole", () => {
    writeFileSync(path, line(1) + line(2).slice(0, 20));
    expect(iterations()).toEqual([1]);
    appendFileSync(path, line(2).slice(20));
    expect(iterations()).toEqual([2]);
  });

  test("begins again where another file takes its place, as when the run is resumed", () => {
    writeFileSync(path, line(1) + line(2) + line(3));
    expect(iterations()).toEqual([1, 2, 3]);
    writeFileSync(`${path}.new`, line(1) + line(2));
    renameSync(`${path}.new`, path);
    expect(iterations()).toEqual([1, 2]);
  });

  test("passes over a line that is no metric", () => {
    writeFileSync(path, `${line(1)}no metric\n${line(2)}`);
    expect(iterations()).toEqual([1, 2]);
  });
});
