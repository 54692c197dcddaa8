// Studies that wait for Slurm most of the time: it looks at time limits every 30 s, and notices a lost node late. They
// have a cluster of their own and run beside each other and beside the other studies.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { resnetExp } from "../helpers/program.ts";
import { Cluster, type NodeName, noCluster, until } from "./cluster.ts";
import { jobsOf, numbersOf, pathOf, runsOf, writeStudy } from "./study.ts";

describe.skipIf(noCluster())("a study on Slurm", { timeout: 300_000 }, () => {
  let cluster: Cluster;
  const directories: string[] = [];
  const directory = () => {
    const made = mkdtempSync(join(tmpdir(), "slow-"));
    directories.push(made);
    return made;
  };
  let iterationsPerSecond: number;
  /** One run that takes about that long here. */
  const study = (results: string, seconds: number) => [
    ...["run", writeStudy(results, 20 * Math.ceil((seconds * iterationsPerSecond) / 20))],
    ...["--only", "ResNet-*", "--threads", "1", "--results", results],
  ];

  beforeAll(async () => {
    const home = directory();
    cluster = await Cluster.start(home, 27_817);
    const results = directory();
    const file = writeStudy(results, 400);
    await resnetExp(["run", file, "--only", "ResNet-*", "--threads", "1", "--results", results]);
    const done = JSON.parse(readFileSync(pathOf(results, runsOf(results)[0]!, "done.json"), "utf8"));
    iterationsPerSecond = 400 / done.totalSeconds;
  }, 240_000);

  afterAll(async () => {
    await cluster?.end();
    for (const each of directories) rmSync(each, { recursive: true, force: true });
  });

  test.concurrent("reaches a time limit of one minute again and again, and ends with the bits of an unbroken run", async ({
    expect,
  }) => {
    const [results, unbroken] = [directory(), directory()];
    const options = ["--on", "slurm", "--detach", "--slurm", "time=1", "--slurm", "nodelist=n1"];
    const submitted = await resnetExp([...study(results, 50), ...options], { env: cluster.env });
    expect(submitted.code, submitted.err).toBe(0);
    const local = await resnetExp(study(unbroken, 50));
    expect(local.code, local.err).toBe(0);
    const [id] = runsOf(unbroken) as [string];
    await until("the run to be done", () => existsSync(pathOf(results, id, "done.json")), 200);
    const log = jobsOf(results)[0]!.log(0);
    expect(log.match(/resumes from iteration/g)?.length).toBeGreaterThanOrEqual(1);
    expect(log.match(/resumes from iteration/g)?.length).toBe(log.match(/stopped at a checkpoint/g)?.length);
    expect(numbersOf(results)).toEqual(numbersOf(unbroken));
  });

  test.concurrent("has only one writer of a run when a node is cut off and its job keeps running, and passes verify at the end", async ({
    expect,
  }) => {
    const results = directory();
    const options = ["--on", "slurm", "--detach", "--slurm", "time=30", "--slurm", "exclude=n1"];
    const submitted = await resnetExp([...study(results, 60), ...options], { env: cluster.env });
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
