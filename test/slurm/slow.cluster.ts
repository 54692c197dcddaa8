// Studies that wait for Slurm most of the time: it looks at time limits every 30 s, and notices a lost node late. They
// have a cluster of their own and run beside each other and beside the other studies.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { resnetExp } from "../helpers/program.ts";
import { Cluster, type NodeName, noCluster, until } from "./cluster.ts";
import { jobNames, jobsOf, pathOf, runsOf, writeStudy } from "./study.ts";

const program = new URL("../../bin/resnet-exp.cjs", import.meta.url).pathname;

describe.skipIf(noCluster())("a study on Slurm", { timeout: 300_000 }, () => {
  let cluster: Cluster;
  const directories: string[] = [];
  const directory = () => {
    const made = mkdtempSync(join(tmpdir(), "slow-"));
    directories.push(made);
    return made;
  };
  let iterationsPerSecond: number;
  /** One run that takes about that long here. A quarter of it is a multiple of 10 steps, as its tests come then. */
  const study = (results: string, seconds: number) => [
    ...["run", writeStudy(results, 40 * Math.ceil((seconds * iterationsPerSecond) / 40))],
    ...["--only", "ResNet-*", "--engine", "native", "--threads", "1", "--results", results],
  ];

  beforeAll(async () => {
    const home = directory();
    cluster = await Cluster.start(home, 27_817);
    const results = directory();
    const file = writeStudy(results, 400);
    const { code, err } = await resnetExp([
      ...["run", file, "--only", "ResNet-*", "--engine", "native", "--threads", "1", "--results", results],
    ]);
    expect(code, err).toBe(0);
    const done = JSON.parse(readFileSync(pathOf(results, runsOf(results)[0]!, "done.json"), "utf8"));
    iterationsPerSecond = 400 / done.totalSeconds;
  }, 240_000);

  afterAll(async () => {
    await cluster?.end();
    for (const each of directories) rmSync(each, { recursive: true, force: true });
  });

  // However fast this machine is, the run is not done before its second return: what is compared is how far it came.
  test.concurrent("reaches a time limit of one minute again and again, with the numbers of an unbroken run", async ({
    expect,
  }) => {
    const [results, unbroken] = [directory(), directory()];
    const study = (results: string) => [
      ...["run", writeStudy(results, 100_000), "--only", "ResNet-*", "--engine", "native", "--threads", "1"],
      ...["--results", results],
    ];
    const options = ["--on", "slurm", "--detach", "--slurm", "time=1", "--slurm", "nodelist=n1"];
    const submitted = await resnetExp([...study(results), ...options], { env: cluster.env });
    expect(submitted.code, submitted.err).toBe(0);
    const local = spawn(process.execPath, [program, ...study(unbroken)], { stdio: "ignore" });
    const ended = once(local, "exit");
    try {
      const { job, log } = jobsOf(results)[0]!;
      const hasLog = () => existsSync(join(results, ".slurm", jobNames(results)[0]!, "logs", "0.log"));
      const returns = () => (hasLog() ? [...log(0).matchAll(/resumes from iteration (\d+)/g)] : []);
      await until("two returns", () => returns().length >= 2, 200);
      const [id] = runsOf(unbroken) as [string];
      const lines = (directory: string) => {
        const path = pathOf(directory, id, "metrics.jsonl");
        return existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : [];
      };
      const last = Number(returns()[1]![1]) / 10;
      await until("steps after the second return", () => lines(results).length > last + 2);
      cluster.ask("scancel", job);
      await until("the end of the task", () => !existsSync(pathOf(results, id, "lock")));
      const reached = lines(results);
      await until("the unbroken run to come as far", () => lines(unbroken).length >= reached.length, 100);
      expect(reached).toEqual(lines(unbroken).slice(0, reached.length));
      expect(log(0)).not.toContain("Expected at least one training step");
    } finally {
      local.kill("SIGKILL");
      await ended;
    }
  });

  test.concurrent("has only one writer of a run when a node is cut off and its job keeps running, and passes verify at the end", async ({
    expect,
  }) => {
    const results = directory();
    const options = ["--on", "slurm", "--detach", "--slurm", "time=30", "--slurm", "exclude=n1"];
    const submitted = await resnetExp([...study(results, 80), ...options], { env: cluster.env });
    expect(submitted.code, submitted.err).toBe(0);
    const latest = () => runsOf(results).some((id) => existsSync(pathOf(results, id, "checkpoints", "latest.json")));
    await until("a checkpoint", latest);
    const [id] = runsOf(results) as [string];
    const lock = pathOf(results, id, "lock");
    const holder = () => JSON.parse(readFileSync(lock, "utf8"));
    const node: NodeName = holder().host;
    cluster.cutOffNode(node);
    await until("another holder", () => existsSync(lock) && holder().batch.restart === 1);
    const { log } = jobsOf(results)[0]!;
    await until("the first to stop", () => log(0).includes("its lock was taken over or deleted"));
    await until("the run to be done", () => existsSync(pathOf(results, id, "done.json")), 200);
    const lines = readFileSync(pathOf(results, id, "metrics.jsonl"), "utf8")
      .split("\n")
      .slice(0, -1);
    expect(lines.map((line) => JSON.parse(line).iteration)).toEqual(lines.map((_, i) => 10 * (i + 1)));
    const verified = await resnetExp(["verify", id, "--results", results]);
    expect(verified.code, verified.out).toBe(0);
  });
});
