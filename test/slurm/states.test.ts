import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { thisOwner } from "../../src/records/lock.ts";
import type { QueuedTask } from "../../src/slurm/queue.ts";
import { slurmTasks, stateWords } from "../../src/slurm/states.ts";
import { temporaryDirectory } from "../records/sample-run.ts";

const task = (change: Partial<QueuedTask> = {}): QueuedTask => ({
  ...{ job: "46_1", name: "resnet-exp-0123abcd", index: 1, state: "PENDING", reason: "Resources", node: "" },
  ...{ restarts: 0, ...change },
});
const path = "nowhere";

describe("the state of a run that Slurm trains", () => {
  it.each([
    ["planned", task(), "queued (Resources)"],
    ["planned", task({ reason: "PartitionTimeLimit" }), "will not start (PartitionTimeLimit)"],
    ["planned", task({ state: "RUNNING", node: "n1" }), "starting on n1 (46_1)"],
    ["running", task({ state: "RUNNING", node: "n1" }), "running on n1 (46_1)"],
    ["running", task({ restarts: 1, reason: "BeginTime" }), "requeued at iteration 40 (BeginTime)"],
    ["interrupted", task({ restarts: 1 }), "requeued at iteration 40 (Resources)"],
    ["done", task({ state: "RUNNING", node: "n1" }), "done"],
    ["failed", task(), "failed"],
    ["interrupted", undefined, "interrupted"],
    ["planned", undefined, "planned"],
  ] as const)("%s, %j: %s", async (status, given, words) => {
    expect(await stateWords({ status, iteration: 40, path }, given)).toBe(words);
  });
});

describe("squeue", () => {
  const { PATH } = process.env;
  afterEach(() => {
    process.env.PATH = PATH;
  });

  it("is not called if nothing was submitted", async () => {
    process.env.PATH = temporaryDirectory();
    expect(await slurmTasks(temporaryDirectory())).toEqual({ tasks: new Map(), problem: undefined });
  });

  it("is reported if it does not answer, and no run counts as ended because of that", async () => {
    const results = temporaryDirectory();
    mkdirSync(join(results, ".slurm"));
    const tools = temporaryDirectory();
    writeFileSync(
      join(tools, "squeue"),
      "#!/bin/sh\necho 'slurm_load_jobs error: Unable to contact slurm controller' >&2; exit 1\n",
    );
    chmodSync(join(tools, "squeue"), 0o755);
    process.env.PATH = `${tools}:${PATH}`;
    const { problem } = await slurmTasks(results);
    expect(problem).toBe("slurm_load_jobs error: Unable to contact slurm controller");
    const lock = join(results, "lock");
    const batch = { cluster: "test", job: "46_1", restart: 0 };
    writeFileSync(lock, JSON.stringify({ ...thisOwner(), bootId: "of another machine", batch }));
    expect(await stateWords({ status: "running", iteration: 0, path: results }, undefined)).toBe("running");
  });
});
