import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { RunEvent } from "../../src/running/run-events.ts";
import { follow, goneText } from "../../src/slurm/follow.ts";
import { writeRecords } from "../cli/results.ts";
import { temporaryDirectory } from "../helpers/program.ts";
import { doneRecord, failedRecord } from "../reports/sample-records.ts";
import { fakeSlurm } from "./fake-slurm.ts";

it("ends when no run is in the queue any more: done and failed by their files, the rest interrupted, and so what is not analysed", async () => {
  const results = temporaryDirectory();
  const [done, failed] = [doneRecord({}, 0.2, 0.3), failedRecord({ seed: 1 })];
  const trainedOnly = doneRecord({ seed: 2 }, 0.2, 0.3);
  writeRecords(results, [done, failed, trainedOnly]);
  mkdirSync(join(results, ".slurm"));
  fakeSlurm({ squeue: "" });
  const ends = new Map<string, RunEvent>();
  const metrics: RunEvent[] = [];
  const display = {
    begin: () => (event: RunEvent) => {
      if (event.kind === "metric" && event.id === done.run.id) metrics.push(event);
      if (event.kind === "end") ends.set(event.id, event);
    },
    log: (line: string) => expect.unreachable(line),
  };
  const runs = [done, failed, trainedOnly].map(({ run: { id, spec } }) => ({ id, run: { spec, paper: [] } }));
  const gone = { id: "gone", run: { spec: done.run.spec, paper: [] } };
  const { trained, jobs } = await follow([...runs, gone], results, {
    display,
    signal: new AbortController().signal,
    isAnalysed: ({ id }) => id !== trainedOnly.run.id,
  });
  expect([trained.map(({ outcome }) => outcome), jobs]).toEqual([["done", "failed", "interrupted", "interrupted"], []]);
  // Of what was there before, only the last line is told.
  expect(metrics).toMatchObject([{ metric: { iteration: 600 } }]);
  expect(ends.get(failed.run.id)).toMatchObject({ message: "Expected a finite loss, got NaN." });
  expect(ends.get("gone")).toMatchObject({ message: goneText(results, undefined) });
});

it("names the log of a task that is gone", () => {
  const task = { job: "46_3", name: "resnet-exp-0123abcd", index: 3, state: "RUNNING", reason: "None", node: "n1" };
  expect(goneText("/data/results", { ...task, restarts: 0 })).toBe(
    "its task is no longer in the queue (/data/results/.slurm/resnet-exp-0123abcd/logs/3.log says why); the same command submits it again",
  );
  expect(goneText("/data/results", undefined)).toBe(
    "its task is no longer in the queue; the same command submits it again",
  );
});
