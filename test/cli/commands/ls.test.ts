import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { lsCommand } from "../../../src/cli/commands/ls.ts";
import { RunDirectory } from "../../../src/records/run-directory.ts";
import { sampleTensors, temporaryDirectory } from "../../records/sample-run.ts";
import { doneRecord, failedRecord, interruptedRecord } from "../../reports/sample-records.ts";
import { fakeSlurm, queueRow, writeSubmission } from "../../slurm/fake-slurm.ts";
import { collectingIo, writeRecords } from "../results.ts";

const done = doneRecord({}, 0.25, 0.5);
const failed = failedRecord({ seed: 1 });
const interrupted = interruptedRecord({ experiment: "another" });

describe("ls", () => {
  let results: string;
  beforeEach(() => {
    results = temporaryDirectory();
  });

  it("lists runs with their state", async () => {
    writeRecords(results, [done, failed, interrupted]);
    const io = collectingIo();
    expect(await lsCommand([], { results }, io)).toBe(0);
    expect(io.text.split("\n").map((line) => line.trim().split(/\s{2,}/))).toEqual([
      ["experiment", "id", "state", "images", "iteration", "train error %", "test error %"],
      expect.arrayContaining([expect.stringMatching(/^─+$/)]),
      ["another", interrupted.run.id, "interrupted", "synthetic", "300/600", "90.00", "–"],
      ["plain-vs-res", done.run.id, "done", "synthetic", "600/600", "25.00", "50.00"],
      ["plain-vs-res", failed.run.id, "failed", "synthetic", "321/600", "90.00", "–"],
      [""],
    ]);
    expect(io.errors).toBe("");
  });

  it("counts iterations that only a checkpoint covers, after the last line of metrics or before the first", async () => {
    const begun = { ...interruptedRecord({ experiment: "begun" }), metrics: [] };
    writeRecords(results, [interrupted, begun]);
    const state = { tensors: sampleTensors(1), progress: {} };
    for (const [record, iteration] of [
      [interrupted, 340],
      [begun, 37],
    ] as const) {
      const directory = RunDirectory.open(results, record.run.spec.experiment, record.run.id);
      directory.writeCheckpoint({ ...state, iteration });
      directory.close();
    }
    const io = collectingIo();
    await lsCommand([], { results, json: true, sort: "iteration", where: "iteration>=37" }, io);
    expect(JSON.parse(io.text)).toMatchObject([
      { experiment: "begun", state: "interrupted", iteration: 37 },
      { experiment: "another", state: "interrupted", iteration: 340 },
    ]);
  });

  it("gives scripts an array of only the named experiments", async () => {
    writeRecords(results, [done, failed, interrupted]);
    const io = collectingIo();
    await lsCommand(["plain-vs-res"], { results, json: true }, io);
    const list = JSON.parse(io.text);
    expect(list).toHaveLength(2);
    expect(list[0]).toEqual({
      experiment: "plain-vs-res",
      id: done.run.id,
      state: "done",
      label: "plain-18",
      seed: 0,
      dataset: "synthetic",
      iteration: 600,
      iterations: 600,
      trainError: 0.25,
      testError: 0.5,
      failure: null,
      path: join(results, "plain-vs-res", "runs", done.run.id),
      slurmJob: null,
      slurmState: null,
      slurmReason: null,
      slurmNode: null,
      slurmRestarts: null,
    });
    expect(list[1]).toMatchObject({ state: "failed", testError: null, failure: "Expected a finite loss, got NaN." });
  });

  it("names on standard error what it cannot read", async () => {
    writeRecords(results, [done]);
    const stray = join(results, "plain-vs-res", "runs", "stray");
    mkdirSync(stray);
    const io = collectingIo();
    await lsCommand([], { results, json: true }, io);
    expect(JSON.parse(io.text)).toHaveLength(1);
    expect(io.errors).toBe(`Skipped ${stray}: run.json is missing.\n`);
  });

  it("says that errors are in % if no run meets a condition on an error", async () => {
    writeRecords(results, [done]);
    const io = collectingIo();
    await lsCommand([], { results, where: "testError<0.6" }, io);
    expect(io.errors).toBe("None of 1 runs matches --where. Errors are in %.\n");
    await lsCommand([], { results, where: "testError<60" }, io);
    expect(io.text).toContain(done.run.id);
  });

  it("is empty, without an error, if there are no results", async () => {
    const io = collectingIo();
    expect(await lsCommand([], { results }, io)).toBe(0);
    expect(io).toMatchObject({ text: "", errors: `No runs under ${results} yet.\n` });
    mkdirSync(results, { recursive: true });
    symlinkSync(join(results, "nowhere"), join(results, "tiny"));
    const skipping = collectingIo();
    expect(await lsCommand([], { results }, skipping)).toBe(0);
    expect(skipping.errors).toBe(
      `Skipped ${join(results, "tiny")}: it is a link to ${join(results, "nowhere")}, which is not there.\nNo runs under ${results} can be read.\n`,
    );
    const json = collectingIo();
    await lsCommand([], { results, json: true }, json);
    expect(json.text).toBe("[]\n");
  });

  it("suggests the similar name of an experiment", async () => {
    writeRecords(results, [done, interrupted]);
    await expect(lsCommand(["plain-vs-rse"], { results }, collectingIo())).rejects.toMatchObject({
      name: "UserError",
      message: `Expected one of another, plain-vs-res under ${results}, got plain-vs-rse.`,
      hints: ["Did you mean plain-vs-res?"],
    });
    await expect(lsCommand(["else"], { results: join(results, "none") }, collectingIo())).rejects.toMatchObject({
      message: `Expected the name of an experiment with results under ${join(results, "none")}, got else.`,
      hints: [
        `\`resnet-exp run FILE --results ${join(results, "none")}\` makes results; --results DIR looks in another directory.`,
      ],
    });
  });

  it("lists runs that wait in Slurm's queue and have not begun, except with --where", async () => {
    writeRecords(results, [done]);
    const { spec } = failed.run;
    const name = "resnet-exp-0123abcd";
    writeSubmission(results, name, [{ id: "waiting", run: { spec, paper: [] } }], 1);
    fakeSlurm({ squeue: queueRow("46", "0", "47", "PENDING", "Priority", "", "0", name) });
    const io = collectingIo();
    await lsCommand([], { results }, io);
    expect(io.text.split("\n").map((line) => line.trim().split(/\s{2,}/))).toContainEqual([
      ...["waiting", "queued (Priority)", "synthetic", "0/600", "–", "–"],
    ]);
    const json = collectingIo();
    await lsCommand(["plain-vs-res"], { results, json: true }, json);
    expect(JSON.parse(json.text)).toMatchObject([
      { state: "done" },
      { id: "waiting", state: "planned", iteration: 0, slurmJob: "46_0", slurmState: "PENDING" },
    ]);
    const chosen = collectingIo();
    await lsCommand([], { results, where: "seed=1" }, chosen);
    expect(chosen.text).toBe("");
  });
});
