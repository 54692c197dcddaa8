import { createHash } from "node:crypto";
import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import { thisOwner } from "../../src/records/lock.ts";
import type { Resumption } from "../../src/records/resumption.ts";
import { LockLostError, RunDirectory, runPath, runStatus } from "../../src/records/run-directory.ts";
import { readSafetensors } from "../../src/weights/safetensors.ts";
import { sampleMetric, sampleRun, sampleState, sampleTensors, temporaryDirectory } from "./sample-run.ts";

const run = sampleRun();
const experiment = run.spec.experiment;

describe("a run directory", () => {
  let results: string;
  let path: string;
  let files: (name: string) => string;
  beforeEach(() => {
    results = temporaryDirectory();
    path = runPath(results, experiment, run.id);
    files = (name) => join(path, name);
  });
  const open = () => RunDirectory.open(results, experiment, run.id);
  // Does what a kill does: leaves all files, and a lock whose owner is gone.
  const kill = (directory: RunDirectory) => {
    const lock = readFileSync(files("lock"), "utf8");
    directory.close();
    writeFileSync(files("lock"), lock.replace(/"startTime":\d+/, '"startTime":1'));
  };

  const resume = (directory: RunDirectory): Resumption => {
    const found = directory.lastState();
    directory.resume(found);
    return found;
  };

  /** Imitates training: ten iterations, a metric after each, a checkpoint after every third. Stops after `writes` writes. */
  function train(directory: RunDirectory, writes = Number.POSITIVE_INFINITY): boolean {
    let left = writes;
    if (!directory.readRun()) directory.writeRun(run);
    let state = resume(directory).state ?? { iteration: 0, tensors: [], progress: { sum: 0 } };
    while (state.iteration < 10) {
      const iteration = state.iteration + 1;
      const sum = (state.progress.sum ?? 0) + 1 / (3 + iteration);
      if (left-- <= 0) return false;
      directory.appendMetric(sampleMetric(iteration, sum, iteration % 5 === 0 ? sum / 2 : undefined));
      state = { iteration, tensors: sampleTensors(iteration), progress: { sum } };
      if (iteration % 3 !== 0) continue;
      if (left-- <= 0) return false;
      directory.writeCheckpoint(state);
    }
    if (left-- <= 0) return false;
    directory.finish(
      {
        iteration: 10,
        trainSeconds: 1,
        imagesPerSecond: 2,
        finalMetric: directory.readMetrics().at(-1)!,
        bestTestError: { iteration: 5, value: 0.5 },
      },
      state.tensors,
    );
    return true;
  }
  const outcome = () => [
    readFileSync(files("metrics.jsonl")).toString(),
    createHash("sha256")
      .update(readFileSync(files("weights.safetensors")))
      .digest("hex"),
  ];
  // The files of a run that was never killed; trained once for all tests.
  let ending: string[] | undefined;
  function unbroken(): string[] {
    if (ending) return ending;
    const directory = open();
    train(directory);
    directory.close();
    ending = outcome();
    rmSync(path, { recursive: true });
    return ending;
  }

  it("is planned, interrupted, running or done, as its files say", () => {
    expect(runStatus(path)).toBe("planned");
    const directory = open();
    expect(runStatus(path)).toBe("running");
    expect(directory.status()).toBe("planned");
    directory.writeRun(run);
    expect(directory.status()).toBe("interrupted");
    kill(directory);
    expect(runStatus(path)).toBe("interrupted");
    const again = open();
    train(again);
    expect(again.status()).toBe("done");
    again.close();
    expect(runStatus(path)).toBe("done");
    expect(readdirSync(path).sort()).toEqual([
      "checkpoints",
      "done.json",
      "metrics.jsonl",
      "run.json",
      "weights.safetensors",
    ]);
  });

  it("is failed until failed.json is deleted", () => {
    const directory = open();
    directory.writeRun(run);
    directory.fail({ iteration: 3, reason: "diverged", message: "Expected a finite loss, got NaN." });
    expect(directory.status()).toBe("failed");
    rmSync(files("failed.json"));
    expect(directory.status()).toBe("interrupted");
    directory.close();
  });

  it("counts as running if its lock was made on another machine", () => {
    open().close();
    writeFileSync(files("lock"), JSON.stringify({ ...thisOwner(), bootId: "of another machine" }));
    expect(runStatus(path)).toBe("running");
  });

  it("can be opened by only one process at a time", () => {
    const directory = open();
    expect(open).toThrow(UserError);
    directory.close();
    open().close();
  });

  it("gives run.json back, and reports damage", () => {
    const directory = open();
    expect(directory.readRun()).toBeUndefined();
    directory.writeRun(run);
    expect(directory.readRun()).toEqual(run);
    truncateSync(files("run.json"), 10);
    expect(() => directory.readRun()).toThrow(/^Expected .*run\.json to be a whole record, got a damaged one/);
    directory.close();
  });

  it("keeps a digest of the weights, in the order given", () => {
    const directory = open();
    train(directory);
    const done = JSON.parse(readFileSync(files("done.json"), "utf8"));
    expect(done.weightsSha256).toBe(outcome()[1]);
    expect(readSafetensors(files("weights.safetensors")).tensors.map(({ name }) => name)).toEqual([
      "conv1/kernel",
      "7",
      "conv1/kernel/momentum",
    ]);
    directory.close();
  });

  it("ends with the same metrics and weights after a kill between any two writes", () => {
    const whole = unbroken();
    for (let writes = 0; ; writes++) {
      let directory = open();
      if (train(directory, writes)) break;
      kill(directory);
      directory = open();
      train(directory);
      directory.close();
      expect(outcome(), `killed after ${writes} writes`).toEqual(whole);
      rmSync(path, { recursive: true });
    }
  });

  it("ends the same after many kills", () => {
    const whole = unbroken();
    for (let sitting = 0; ; sitting++) {
      const directory = open();
      const ended = train(directory, 5);
      if (ended) {
        directory.close();
        break;
      }
      kill(directory);
      expect(sitting).toBeLessThan(10);
    }
    expect(outcome()).toEqual(whole);
  });

  describe("killed after its eighth metric, past its second checkpoint", () => {
    let whole: string[];
    beforeEach(() => {
      whole = unbroken();
      const directory = open();
      train(directory, 10);
      kill(directory);
    });
    /** Does the `damage`, resumes, and returns the iteration from which the run resumed. */
    const resumeAfter = (damage: () => void): { from: number; damaged: readonly string[] } => {
      damage();
      let directory = open();
      const { state, damaged } = resume(directory);
      kill(directory);
      directory = open();
      train(directory);
      directory.close();
      expect(outcome()).toEqual(whole);
      return { from: state?.iteration ?? 0, damaged };
    };
    const rewriteMetrics = (change: (text: string) => string) =>
      writeFileSync(files("metrics.jsonl"), change(readFileSync(files("metrics.jsonl"), "utf8")));
    const allFiles = () =>
      Object.fromEntries(
        readdirSync(path, { recursive: true, encoding: "utf8" })
          .filter((name) => name !== "checkpoints" && name !== "lock")
          .map((name) => [name, readFileSync(files(name), "latin1")]),
      );
    /** Makes the lock that of a process elsewhere that has given no sign of life for a long time. */
    const leaveLock = (bootId: string) => {
      writeFileSync(files("lock"), JSON.stringify({ ...thisOwner(), bootId }));
      utimesSync(files("lock"), 0, 0);
    };
    const checkpoint = (iteration: number) => files(`checkpoints/0000000${iteration}.safetensors`);

    it("has two checkpoints and a pointer to the newer", () => {
      expect(readdirSync(files("checkpoints"))).toEqual([
        "00000003.safetensors",
        "00000006.safetensors",
        "latest.json",
      ]);
      expect(JSON.parse(readFileSync(files("checkpoints/latest.json"), "utf8"))).toEqual({
        file: "00000006.safetensors",
        iteration: 6,
      });
    });

    it("resumes from the newest checkpoint, with the metrics up to it", () => {
      const directory = open();
      expect(resume(directory)).toMatchObject({
        state: { iteration: 6, tensors: sampleTensors(6), progress: { sum: expect.any(Number) } },
        damaged: [],
      });
      expect(directory.readMetrics().map(({ iteration }) => iteration)).toEqual([1, 2, 3, 4, 5, 6]);
      directory.close();
    });

    it("ends the same with its last line cut off at any byte", () => {
      const metrics = readFileSync(files("metrics.jsonl"));
      const lastLine = metrics.lastIndexOf("\n", metrics.length - 2) + 1;
      const directory = open();
      for (let length = lastLine; length < metrics.length; length++) {
        writeFileSync(files("metrics.jsonl"), metrics.subarray(0, length));
        expect(directory.readMetrics()).toHaveLength(7);
        expect(resume(directory).state?.iteration).toBe(6);
        expect(directory.readMetrics()).toHaveLength(6);
      }
      directory.close();
      expect(resumeAfter(() => {}).from).toBe(6);
    });

    it("resumes from the newest checkpoint if the pointer is missing", () => {
      expect(resumeAfter(() => rmSync(files("checkpoints/latest.json"))).from).toBe(6);
    });

    it("resumes from the newest checkpoint if the pointer is damaged", () => {
      expect(resumeAfter(() => writeFileSync(files("checkpoints/latest.json"), '{"file":"../../x"}')).from).toBe(6);
    });

    it("resumes from the older checkpoint if the newest is damaged, and says so", () => {
      const { from, damaged } = resumeAfter(() => truncateSync(checkpoint(6), 100));
      expect(from).toBe(3);
      expect(damaged).toEqual([
        expect.stringMatching(
          /^Expected .*00000006\.safetensors to be a whole safetensors file, got a header of \d+ bytes in a file of 100\.$/,
        ),
      ]);
    });

    it("is left unchanged if both checkpoints are damaged, and the error says how to start again", () => {
      truncateSync(checkpoint(6), 0);
      truncateSync(checkpoint(3), 0);
      const before = allFiles();
      const directory = open();
      expect(() => directory.lastState()).toThrow(
        expect.objectContaining({
          message: expect.stringMatching(/^Expected .*6\.safetensors to be .*\. Expected .*3\.safetensors to be .*\.$/),
          hints: [`Restore the original files, or delete ${path} to train the run from iteration 0.`],
        }),
      );
      directory.close();
      expect(allFiles()).toEqual(before);
    });

    it.each([
      ["is gone", "no lines", () => rmSync(files("metrics.jsonl"))],
      ["lacks a line", "other lines", () => rewriteMetrics((text) => text.slice(text.indexOf("\n") + 1))],
      ["has another number", "other lines", () => rewriteMetrics((text) => text.replace(/\d(?=,"trainError")/, "x"))],
    ])("is left unchanged if metrics.jsonl %s: good checkpoints are not thrown away", (_title, got, damage) => {
      damage();
      const before = allFiles();
      const directory = open();
      expect(() => directory.lastState()).toThrow(
        `Expected metrics.jsonl to begin with the lines that ${checkpoint(6)} covers, got ${got}.`,
      );
      directory.close();
      expect(allFiles()).toEqual(before);
    });

    it("resumes if the line ends of metrics.jsonl were changed to CR LF, and says so", () => {
      const { from, damaged } = resumeAfter(() => rewriteMetrics((text) => text.replaceAll("\n", "\r\n")));
      expect(from).toBe(6);
      expect(damaged).toEqual([
        "Expected the lines of metrics.jsonl to end in LF, got CR LF. They now end in LF again.",
      ]);
    });

    it("is left unchanged if run.json is gone, because nothing says what trained it", () => {
      rmSync(files("run.json"));
      const directory = open();
      expect(() => directory.lastState()).toThrow(
        `Expected ${files("run.json")} beside the checkpoints, got no such file.`,
      );
      directory.close();
    });

    it("is never written by a process whose lock was taken over, whatever it is doing", () => {
      const first = open();
      resume(first);
      leaveLock("of another host");
      const second = open();
      resume(second);
      const before = allFiles();
      const lost = new LockLostError(
        `Expected this process to hold ${files("lock")}, got another process's lock or none.`,
        ["The run belongs to the process that holds the lock now."],
      );
      expect(first.isHeld).toBe(false);
      for (const write of [
        () => first.appendMetric(sampleMetric(7, 0.5)),
        () => first.writeCheckpoint(sampleState(7)),
        () => first.fail({ iteration: 7, reason: "diverged", message: "" }),
        () => first.writeRun(run),
        () => first.resume(first.lastState()),
        () => first.addUnreadableImage({ name: "a.jpg", reason: "" }),
        () =>
          first.finish(
            {
              iteration: 7,
              trainSeconds: 1,
              imagesPerSecond: 1,
              finalMetric: sampleMetric(7, 1),
              bestTestError: { iteration: 5, value: 0 },
            },
            [],
          ),
      ]) {
        expect(write).toThrow(lost);
      }
      first.close();
      expect(allFiles()).toEqual(before);
      second.close();
    });

    it("is not written after its lock was deleted by hand", () => {
      const directory = open();
      rmSync(files("lock"));
      expect(() => directory.appendMetric(sampleMetric(7, 0.5))).toThrow(LockLostError);
      directory.close();
    });

    it("is not harmed by a process that checked its lock, was suspended, and writes after another process has resumed the run", () => {
      const first = open();
      resume(first);
      // The first process has this file open when it is suspended between its check and its write.
      const handle = openSync(files("metrics.jsonl"), "a");
      leaveLock("of another host");
      const second = open();
      resume(second);
      writeSync(handle, "a line too many\n");
      closeSync(handle);
      train(second);
      second.close();
      first.close();
      expect(outcome()).toEqual(whole);
    });

    it("starts again if its checkpoints were not copied with it", () => {
      expect(resumeAfter(() => rmSync(files("checkpoints"), { recursive: true })).from).toBe(0);
    });

    it("does not resume from a checkpoint whose metrics are damaged", () => {
      const { from, damaged } = resumeAfter(() => truncateSync(files("metrics.jsonl"), 500));
      expect(from).toBe(3);
      expect(damaged[0]).toMatch(
        /^Expected metrics\.jsonl to begin with the lines that .*00000006\.safetensors covers, got other lines\.$/,
      );
    });

    it("does not resume from weights, or from another run's checkpoint", () => {
      const { from, damaged } = resumeAfter(() => {
        const other = RunDirectory.open(results, experiment, "other");
        train(other);
        other.close();
        copyFileSync(join(other.path, "weights.safetensors"), checkpoint(6));
      });
      expect(from).toBe(3);
      expect(damaged[0]).toMatch(/to be a checkpoint, got another kind of safetensors file\.$/);
    });

    it("deletes the temporary files of a killed process", () => {
      resumeAfter(() => {
        writeFileSync(files(".done.json.1-1.tmp"), "half");
        writeFileSync(files("checkpoints/.00000009.safetensors.1-2.tmp"), "half");
        writeFileSync(files("lock.0c5b6ecd-7dd6-4b53-8b4b-1d2a2c1f5b1e"), "left");
      });
      expect(readdirSync(path).filter((name) => name.startsWith(".") || name.startsWith("lock"))).toEqual([]);
      expect(existsSync(files("checkpoints/.00000009.safetensors.1-2.tmp"))).toBe(false);
    });
  });

  it("keeps the last two checkpoints", () => {
    const directory = open();
    directory.writeRun(run);
    for (const iteration of [1, 2, 3, 4]) directory.writeCheckpoint(sampleState(iteration));
    expect(readdirSync(files("checkpoints"))).toEqual(["00000003.safetensors", "00000004.safetensors", "latest.json"]);
    expect(resume(directory).state).toEqual(sampleState(4));
    directory.close();
  });

  it("does not write a checkpoint that cannot be read back exactly", () => {
    const directory = open();
    const state = { ...sampleState(1), progress: { lossSum: Number.NaN } };
    expect(() => directory.writeCheckpoint(state)).toThrow(
      new RangeError("Expected progress.lossSum to be finite, got NaN."),
    );
    directory.close();
  });
});
