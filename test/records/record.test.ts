import { cpSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { listExperiments, readRuns, recordDamage } from "../../src/records/record.ts";
import { RunDirectory } from "../../src/records/run-directory.ts";
import { type SampleOptions, sampleMetric, sampleRun, sampleTensors, temporaryDirectory } from "./sample-run.ts";

/** Writes a run as training would; `ending` says how far it got. */
function writeRun(results: string, options: SampleOptions, ending: "done" | "failed" | "interrupted" = "done") {
  const run = sampleRun(options);
  const directory = RunDirectory.open(results, run.spec.experiment, run.id);
  directory.writeRun(run);
  const final = sampleMetric(100, 0.4, 0.5);
  directory.appendMetric(final);
  const done = { iteration: 100, trainSeconds: 5, imagesPerSecond: 9, finalMetric: final };
  if (ending === "done") directory.finish({ ...done, bestTestError: { iteration: 100, value: 0.5 } }, sampleTensors(1));
  if (ending === "failed") directory.fail({ iteration: 100, reason: "diverged", message: "No number." });
  directory.close();
  return directory.path;
}

describe("readRuns", () => {
  let results: string;
  beforeEach(() => {
    results = temporaryDirectory();
  });

  it("reads each run with its state, sorted by experiment and id", () => {
    writeRun(results, { seed: 1 }, "failed");
    writeRun(results, { seed: 0 });
    writeRun(results, { experiment: "another" }, "interrupted");
    const { runs, skipped } = readRuns(results);
    expect(skipped).toEqual([]);
    expect(runs.map(({ run, status }) => [run.spec.experiment, run.spec.seed, status])).toEqual([
      ["another", 0, "interrupted"],
      ["plain-vs-res", 0, "done"],
      ["plain-vs-res", 1, "failed"],
    ]);
    expect(runs[1]).toMatchObject({ run: sampleRun(), done: { imagesPerSecond: 9 }, metrics: [{ testError: 0.5 }] });
    expect(runs[2]?.failed).toEqual({ iteration: 100, reason: "diverged", message: "No number." });
    expect(listExperiments(results)).toEqual(["another", "plain-vs-res"]);
  });

  it("reads only the experiments named", () => {
    writeRun(results, {});
    writeRun(results, { experiment: "another" });
    expect(readRuns(results, ["another", "unknown"]).runs).toHaveLength(1);
  });

  it("finds nothing where results/ does not exist", () => {
    expect(readRuns(join(results, "none"))).toEqual({ runs: [], skipped: [] });
  });

  it("refuses results that are a file", () => {
    const file = join(results, "file");
    writeFileSync(file, "");
    for (const read of [readRuns, listExperiments]) {
      expect(() => read(file)).toThrow(`Expected ${file} to be a directory of results, got a file.`);
    }
  });

  it("follows links to runs, experiments and results, and names broken links", () => {
    const moved = temporaryDirectory();
    const path = writeRun(moved, {});
    mkdirSync(join(results, "plain-vs-res/runs"), { recursive: true });
    symlinkSync(path, join(results, "plain-vs-res/runs", basename(path)));
    symlinkSync("gone", join(results, "plain-vs-res/runs/lost"));
    symlinkSync("gone", join(results, "study"));
    const { runs, skipped } = readRuns(results);
    expect(runs.map(({ path }) => path)).toEqual([join(results, "plain-vs-res/runs", basename(path))]);
    expect(skipped).toEqual([
      { path: join(results, "study"), reason: "it is a link to gone, which is not there" },
      { path: join(results, "plain-vs-res/runs/lost"), reason: "it is a link to gone, which is not there" },
    ]);
    const linked = join(temporaryDirectory(), "linked");
    symlinkSync(moved, linked);
    expect(readRuns(linked).runs).toHaveLength(1);
    symlinkSync("gone", `${linked}-2`);
    expect(readRuns(`${linked}-2`).skipped).toEqual([
      { path: `${linked}-2`, reason: "it is a link to gone, which is not there" },
    ]);
  });

  it("says what it cannot read, and reads the rest", () => {
    const path = writeRun(results, {});
    const runs = join(path, "..");
    const damage = (name: string, change: (copy: string) => void) => {
      cpSync(path, join(runs, name), { recursive: true });
      const run = { ...sampleRun(), id: name };
      writeFileSync(join(runs, name, "run.json"), JSON.stringify(run));
      change(join(runs, name));
    };
    damage("a-cut", (copy) => truncateSync(join(copy, "run.json"), 20));
    damage("b-foreign", (copy) => writeFileSync(join(copy, "run.json"), '{"name":"x"}'));
    damage("c-copied", (copy) => writeFileSync(join(copy, "run.json"), JSON.stringify(sampleRun())));
    damage("d-metrics", (copy) => writeFileSync(join(copy, "metrics.jsonl"), "not a metric\n"));
    damage("e-short", (copy) => writeFileSync(join(copy, "metrics.jsonl"), ""));
    damage("f-done", (copy) => writeFileSync(join(copy, "done.json"), "{}"));
    damage("g-folder", (copy) => mkdirSync(join(copy, "failed.json")));
    mkdirSync(join(runs, "h-empty"));
    writeFileSync(join(runs, "notes.txt"), "no directory");
    writeFileSync(join(runs, "g-folder", "evaluations.jsonl"), "half of a li");
    const { runs: read, skipped } = readRuns(results);
    expect(read.map(({ run }) => run.id)).toEqual(["g-folder", sampleRun().id]);
    expect(skipped.map(({ path: at, reason }) => [at.slice(runs.length + 1), reason])).toEqual([
      ["a-cut", expect.stringMatching(/^Expected .*run\.json to be a whole record, got a damaged one \(/)],
      ["b-foreign", expect.stringMatching(/run\.json to be a whole record, got a damaged one \(id: /)],
      ["c-copied", `run.json belongs to run ${sampleRun().id} of plain-vs-res`],
      ["d-metrics", expect.stringMatching(/to hold a metric on every line, got a damaged line 1\.$/)],
      ["e-short", "metrics.jsonl ends before the run did"],
      ["f-done", expect.stringMatching(/done\.json to be a whole record, got a damaged one \(iteration: /)],
      ["g-folder/evaluations.jsonl", "line 1 holds no evaluation"],
      ["h-empty", "run.json is missing"],
    ]);
    const short = join(runs, "e-short");
    const { experiment } = sampleRun().spec;
    expect(recordDamage(short, experiment, "e-short")).toBe(
      `metrics.jsonl ends before the run did. Restore the original files, or delete ${short} to train the run again.`,
    );
    expect(recordDamage(join(runs, sampleRun().id), experiment, sampleRun().id)).toBeUndefined();
  });
});
