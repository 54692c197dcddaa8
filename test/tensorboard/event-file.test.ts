import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { metricLine } from "../../src/records/metrics.ts";
import { stepOf } from "../../src/tensorboard/event.ts";
import { EventFile, secondsOf, writeEventFile } from "../../src/tensorboard/event-file.ts";
import { readRecords } from "../../src/tensorboard/tfrecord.ts";
import { sampleMetric, temporaryDirectory } from "../records/sample-run.ts";
import { doneRecord } from "../reports/sample-records.ts";

const createdAt = 1000;
let directory: string;
beforeEach(() => {
  directory = join(temporaryDirectory(), "run");
  mkdirSync(directory);
});

const metrics = (...iterations: number[]) => iterations.map((iteration) => sampleMetric(iteration, 0.5));
function writeMetrics(...iterations: number[]): void {
  writeFileSync(
    join(directory, "metrics.jsonl"),
    metrics(...iterations)
      .map(metricLine)
      .join(""),
  );
}
function eventBytes(): Buffer {
  const [name, ...others] = readdirSync(directory).filter((file) => file.includes("tfevents"));
  expect(others).toEqual([]);
  return readFileSync(join(directory, name!));
}
/** The steps and times, in seconds, of all records, including the first. */
function records(): [step: number | undefined, time: number][] {
  const bytes = eventBytes();
  const whole = [...readRecords(bytes)];
  expect(whole.at(-1)?.end).toBe(bytes.length);
  return whole.map(({ record }) => [stepOf(record), Buffer.from(record).readDoubleLE(1)]);
}

describe("the event file of a run in progress", () => {
  it("has a record for each line of metrics", () => {
    const file = EventFile.open(directory, 0, createdAt, 1001);
    for (const metric of metrics(10, 20)) file.append(metric, 1000 + metric.iteration);
    file.close();
    expect(records()).toEqual([
      [undefined, 1000],
      [10, 1010],
      [20, 1020],
    ]);
  });

  it("drops the steps after the checkpoint when a run resumes, and keeps the times before", () => {
    const first = EventFile.open(directory, 0, createdAt, 1001);
    for (const metric of metrics(10, 20, 30)) first.append(metric, 1000 + metric.iteration);
    first.close();
    appendFileSync(join(directory, readdirSync(directory)[0]!), "cut off by a cra");
    writeMetrics(10, 20);
    const second = EventFile.open(directory, 20, createdAt, 2000);
    second.append(sampleMetric(30, 0.4), 2030);
    second.close();
    expect(records()).toEqual([
      [undefined, 1000],
      [10, 1010],
      [20, 1020],
      [30, 2030],
    ]);
  });

  it("is made again from the metrics if steps are missing", () => {
    const first = EventFile.open(directory, 0, createdAt, 1001);
    first.append(sampleMetric(10, 0.5), 1010);
    first.close();
    writeMetrics(10, 20, 30, 40);
    EventFile.open(directory, 40, createdAt, 1080).close();
    expect(records()).toEqual([
      [undefined, 1000],
      [10, 1020],
      [20, 1040],
      [30, 1060],
      [40, 1080],
    ]);
  });
});

describe("the event file of a finished run", () => {
  it("is made from the record alone, with the same bytes each time", () => {
    const { done, run, ...rest } = doneRecord({}, 0.25, 0.5);
    const record = { ...rest, run, path: directory, done: { ...done!, totalSeconds: 120 } };
    const path = writeEventFile(record);
    const start = secondsOf(run.provenance.createdAt);
    expect(records()).toEqual([
      [undefined, start],
      [300, start + 60],
      [600, start + 120],
    ]);
    const before = eventBytes();
    rmSync(path);
    writeEventFile(record);
    expect(eventBytes().equals(before)).toBe(true);
    for (const tag of ["error/train", "error/test", "loss/train", "loss/test", "training/learning rate"]) {
      expect(before.includes(tag)).toBe(true);
    }
    expect(before.includes("error/validation")).toBe(false);
  });

  it("is not changed if it is whole", () => {
    const record = { ...doneRecord({}, 0.25, 0.5), path: directory };
    const file = EventFile.open(directory, 0, secondsOf(record.run.provenance.createdAt), 1);
    for (const metric of record.metrics) file.append(metric, 7 + metric.iteration);
    file.close();
    const before = eventBytes();
    writeEventFile(record);
    expect(eventBytes().equals(before)).toBe(true);
  });
});
