// Studies on a real Slurm cluster with three nodes: submitted, requeued, preempted, cut off. All give a local study's numbers.
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Finished, type ProgramOptions, resnetExp } from "../helpers/program.ts";
import { Cluster, type NodeName, noCluster, until } from "./cluster.ts";
import { jobsOf, numbersOf, pathOf, runsOf, writeStudy } from "./study.ts";

const program = new URL("../../bin/resnet-exp.cjs", import.meta.url).pathname;
const reason = noCluster();
if (reason) console.log(`skipped: studies on Slurm, as ${reason}: apt-get install slurm-wlm munge`);

describe.skipIf(reason)("a study on Slurm", { timeout: 120_000 }, () => {
  let cluster: Cluster;
  let home: string;
  let results: string;
  let unbroken: Record<string, string>;
  const iterations = 800;

  const start = (
    more: readonly string[] = [],
    options: ProgramOptions = {},
    length = iterations,
  ): Promise<Finished> => {
    const args = ["run", writeStudy(results, length), "--on", "slurm", "--slurm", "partition=main", ...more];
    const env = { ...cluster.env, ...options.env };
    return resnetExp([...args, "--results", results], { ...options, env, cwd: results });
  };
  const holder = (id: string) => JSON.parse(readFileSync(pathOf(results, id, "lock"), "utf8"));
  const checkpoints = (id: string) =>
    existsSync(pathOf(results, id, "checkpoints"))
      ? readdirSync(pathOf(results, id, "checkpoints")).filter((name) => name.startsWith("0")).length
      : 0;
  const underWay = () =>
    until(
      "two runs under way",
      () => runsOf(results).length === 2 && runsOf(results).every((id) => checkpoints(id) > 0),
    );
  const allDone = () =>
    until(
      "both to be done",
      () => runsOf(results).length === 2 && runsOf(results).every((id) => existsSync(pathOf(results, id, "done.json"))),
      100,
    );

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "slurm-"));
    cluster = await Cluster.start(home, 26_817);
    results = mkdtempSync(join(tmpdir(), "unbroken-"));
    const finished = await resnetExp(["run", writeStudy(results, iterations), "--jobs", "2", "--results", results]);
    expect(finished.code, finished.err).toBe(0);
    unbroken = numbersOf(results);
    rmSync(results, { recursive: true });
  }, 240_000);

  afterAll(async () => {
    if (!cluster) return;
    expect(cluster.leftovers()).not.toEqual([]);
    await cluster.end();
    await until("no process and no mount to be left", () => cluster.leftovers().length === 0, 10);
    rmSync(home, { recursive: true });
  });

  beforeEach(() => {
    results = mkdtempSync(join(tmpdir(), "results-"));
  });

  afterEach(async () => {
    cluster.ask("scancel", "--full", "--user=root");
    await until("an empty queue", () => cluster.ask("squeue", "-h").trim() === "");
    rmSync(results, { recursive: true, force: true });
  });

  test("is followed to its end, has the numbers of a local study and writes the report; a second command submits nothing, or what is left to analyse", async () => {
    const { code, out, err } = await start(["--slurm", "time=5"]);
    expect(code, err).toBe(0);
    expect(err).toMatch(/^Submitted 2 runs as job \d+ \(resnet-exp-[0-9a-f]{8}\), 2 tasks\.\n/);
    expect(err).toContain("ResNet-8 seed 0: iteration 800/800, ");
    expect(out).toContain("report.html");
    expect(numbersOf(results)).toEqual(unbroken);
    const again = await start();
    expect([again.code, again.err]).toEqual([
      0,
      expect.stringContaining("Nothing to submit: 0 of 2 runs are in the queue, the rest have ended.\n"),
    ]);
    expect(jobsOf(results)).toHaveLength(1);
    await until("the job of the report", () => cluster.ask("squeue", "-h").trim() === "");
    expect(jobsOf(results)[0]!.log("report")).toContain("report.html");

    const file = writeStudy(results, iterations);
    writeFileSync(file, `${readFileSync(file, "utf8")}analyses: { signal: {} }\n`);
    const args = ["run", file, "--on", "slurm", "--slurm", "partition=main", "--results", results];
    const more = await resnetExp(args, { env: cluster.env, cwd: results });
    expect(more.code, more.err).toBe(0);
    // The plain net has no branches whose signal could be measured.
    expect(more.err).toMatch(/^Submitted 1 run as job /);
    const analysed = runsOf(results).filter((id) => existsSync(pathOf(results, id, "analyses", "signal.json")));
    expect(analysed).toEqual([expect.stringMatching(/^resnet-8-/)]);
    expect(numbersOf(results)).toEqual(unbroken);
  });

  test("takes options of sbatch from the experiment file; the command line overrides them", async () => {
    const file = writeStudy(results, iterations);
    writeFileSync(file, `${readFileSync(file, "utf8")}slurm: { partition: urgent, time: 7, comment: "of the file" }\n`);
    const args = [
      "run",
      file,
      "--on",
      "slurm",
      "--slurm",
      "time=9",
      "--slurm",
      "hold",
      "--detach",
      "--results",
      results,
    ];
    const { code, err } = await resnetExp(args, { env: cluster.env, cwd: results });
    expect(code, err).toBe(0);
    const { name } = jobsOf(results)[0]!;
    expect(cluster.ask("squeue", "-h", "-n", name, "-o", "%P %l %k").trim()).toBe("urgent 9:00 of the file");
  });

  test("submits nothing while it is waiting or running, and after scancel of a task only that task's run", async () => {
    await start(["--detach", "--jobs", "1"]);
    const waiting = await start(["--detach"]);
    expect(waiting.err).toBe("Nothing to submit: 2 of 2 runs are in the queue, the rest have ended.\n");
    expect(JSON.parse(readFileSync(join(results, "small", "planned.json"), "utf8")).ids).toHaveLength(2);
    const { job } = jobsOf(results)[0]!;
    const file = writeStudy(results, iterations);
    const plan = await resnetExp(["plan", file, "--results", results, "--json"], { env: cluster.env });
    expect((JSON.parse(plan.out) as { why: string }[])[1]!.why).toMatch(/^queued \(\w+\): task \d+_1$/);
    cluster.ask("scancel", `${job}_1`);
    await until("the task to be gone", () => !cluster.ask("squeue", "-h", "-r", "-o", "%i").includes(`${job}_1`));
    const rest = await start(["--detach"]);
    expect(rest.err).toMatch(/^Submitted 1 run as job \d+ /);
    await allDone();
    expect(numbersOf(results)).toEqual(unbroken);
  });

  test("requeues only the task that got USR2, even if it is the array's last", async () => {
    await start(["--detach"]);
    await underWay();
    const { job, log } = jobsOf(results)[0]!;
    cluster.ask("scancel", "--signal=USR2", "--batch", `${job}_1`);
    await until("its return", () => log(1).includes("resumes from iteration"));
    await allDone();
    expect(log(1)).toContain("stopped at a checkpoint");
    expect(log(0)).not.toContain("stopped at a checkpoint");
    expect(numbersOf(results)).toEqual(unbroken);
  });

  test("told to end by two TERMs from srun, 50 ms apart, writes a checkpoint and releases its lock", async () => {
    await start(["--detach", "--slurm", "hold"], {}, 40_000);
    const { name } = jobsOf(results)[0]!;
    cluster.ask("scancel", "--user=root");
    const manifest = join(results, ".slurm", name, "manifest.json");
    const worker = [process.execPath, program, "worker", manifest, "--index", "0"];
    const step = spawn("srun", ["--quiet", "--partition=main", "--ntasks=1", ...worker], {
      env: { ...process.env, ...cluster.env },
      stdio: "ignore",
    });
    const ended = once(step, "exit");
    await until("a checkpoint", () => runsOf(results).some((id) => checkpoints(id) > 0));
    const job = cluster.ask("squeue", "-h", "--states=running", "-o", "%i").trim();
    // A fast worker has ended before the second one, and scancel then fails.
    const term = () =>
      spawn("scancel", ["--signal=TERM", job], { env: { ...process.env, ...cluster.env }, stdio: "ignore" });
    term();
    await setTimeout(50);
    term();
    expect((await ended)[0]).toBe(143);
    const [id] = runsOf(results) as [string];
    expect(existsSync(pathOf(results, id, "checkpoints", "latest.json"))).toBe(true);
    expect(existsSync(pathOf(results, id, "lock"))).toBe(false);
  });

  test("keeps running after Ctrl-C, which says how to follow and how to cancel it", async () => {
    const args = ["run", writeStudy(results, 40_000), "--on", "slurm", "--results", results];
    const signalAt = { text: "Submitted", signal: "SIGINT", of: "err" } as const;
    const { code, err } = await resnetExp(args, { env: cluster.env, cwd: results, signalAt });
    const { job } = jobsOf(results)[0]!;
    expect(code).toBe(130);
    expect(err).toContain(
      `The jobs keep running. To follow them again, type the same command: resnet-exp ${args.join(" ")}\n`,
    );
    expect(err).toContain(`To cancel them: scancel ${job}\n`);
    expect(cluster.ask("squeue", "-h", "-r", "-n", jobsOf(results)[0]!.name, "-o", "%i").split("\n")).toHaveLength(3);
  });

  test("resumes on another node when a node loses power", async () => {
    await start(["--detach"]);
    await underWay();
    const node = holder(runsOf(results)[0]!).host as NodeName;
    await cluster.loseNode(node);
    await allDone();
    cluster.startNode(node);
    expect(numbersOf(results)).toEqual(unbroken);
    await until("three idle nodes", () => cluster.idleNodes() === 3);
  });

  test("resumes in another job when a node lost power and its job was cancelled", async () => {
    await start(["--detach"]);
    await underWay();
    const node = holder(runsOf(results)[0]!).host as NodeName;
    await cluster.loseNode(node);
    cluster.ask("scancel", "--user=root");
    await until("an empty queue", () => cluster.ask("squeue", "-h").trim() === "");
    const { code, err } = await start();
    cluster.startNode(node);
    expect(code, err).toBe(0);
    expect(numbersOf(results)).toEqual(unbroken);
    await until("three idle nodes", () => cluster.idleNodes() === 3);
  });

  test("resumes with the same bits after more urgent jobs took its nodes", async () => {
    await start(["--detach"]);
    await underWay();
    const urgent = ["--parsable", "-p", "urgent", "-N", "3", "--exclusive", "-o", "/dev/null", "--wrap", "sleep 3"];
    cluster.ask("sbatch", ...urgent);
    const { log } = jobsOf(results)[0]!;
    await until("its return", () => log(0).includes("resumes from iteration"));
    await allDone();
    expect(numbersOf(results)).toEqual(unbroken);
  });

  test.each([
    ["partition=nowhere", /invalid partition specified: nowhere/],
    ["mem=1T", /Memory specification can not be satisfied|Requested node configuration is not available/],
    ["no-such-option=1", /unrecognized option '--no-such-option=1'/],
  ])("that sbatch refuses for %s exits 2 with sbatch's message and leaves no files", async (option, line) => {
    const { code, err } = await start(["--slurm", option]);
    expect(code).toBe(2);
    const lines = err.split("\n");
    expect(lines[0]).toBe("Expected sbatch to accept the runs, got its error:");
    expect(lines[1]).toMatch(/^ {2}sbatch: /);
    expect(err).toMatch(line);
    expect(lines.at(-2)).toBe(
      "  Change the options of --slurm, of the experiment file or in SBATCH_*, and type the same command again.",
    );
    expect(readdirSync(join(results, ".slurm"))).toEqual([]);
    expect(existsSync(join(results, "small"))).toBe(false);
    expect(cluster.ask("squeue", "-h").trim()).toBe("");
  });

  test("is submitted only once even if the process dies right after sbatch", async () => {
    const tools = join(results, "tools");
    writeTool(tools, "sbatch", '/usr/bin/sbatch "$@"; kill -KILL $PPID');
    const first = await start(["--detach"], { env: { PATH: `${tools}:${process.env.PATH}` } });
    expect(first.code).toBe("SIGKILL");
    const second = await start(["--detach"]);
    expect(second.err).toBe("Nothing to submit: 2 of 2 runs are in the queue, the rest have ended.\n");
    await allDone();
    expect(numbersOf(results)).toEqual(unbroken);
  });

  test("of 1,500 runs has tasks 0 to 1000 and each run once; a second command calls squeue once", async () => {
    const tools = join(results, "tools");
    writeTool(tools, "squeue", `echo >> ${tools}/calls; exec /usr/bin/squeue "$@"`);
    const env = { PATH: `${tools}:${process.env.PATH}` };
    const seeds = Array.from({ length: 750 }, (_, i) => i).join();
    const first = await start(["--detach", "--seeds", seeds, "--slurm", "hold"]);
    expect(first.err).toMatch(/^Submitted 1500 runs as job \d+ \(.*\), 1001 tasks\.\n$/);
    const { name } = jobsOf(results)[0]!;
    const manifest = JSON.parse(readFileSync(join(results, ".slurm", name, "manifest.json"), "utf8"));
    expect(new Set(manifest.runs.map(({ id }: { id: string }) => id)).size).toBe(1500);
    const queued = cluster.ask("squeue", "-h", "-r", "-n", name, "-o", "%K").trim().split("\n").map(Number);
    expect(queued.sort((a, b) => a - b)).toEqual(Array.from({ length: 1001 }, (_, i) => i));
    const again = await start(["--detach", "--seeds", seeds], { env });
    expect(again.err).toBe("Nothing to submit: 1500 of 1500 runs are in the queue, the rest have ended.\n");
    expect(readFileSync(join(tools, "calls"), "utf8")).toBe("\n");
  });

  test("sees only the GPU that it asked for", async () => {
    await start(["--detach", "--slurm", "gres=gpu:1", "--slurm", "hold"]);
    cluster.ask("scontrol", "release", jobsOf(results)[0]!.job);
    await underWay();
    const { host } = holder(runsOf(results)[0]!);
    expect(["n1", "n2"]).toContain(host);
    const visible = workersOf(results).map((environ) => /^CUDA_VISIBLE_DEVICES=(.*)$/m.exec(environ)?.[1]);
    expect(visible.length).toBeGreaterThan(0);
    for (const devices of visible) expect(devices).toMatch(/^[01]$/);
  });

  test("says that Slurm is missing if its commands are not in PATH", async () => {
    const tools = join(results, "tools");
    writeTool(tools, "none", "true");
    const { code, err } = await start([], { env: { PATH: tools } });
    expect([code, err]).toEqual([
      2,
      "Expected squeue to answer, got: there is no squeue in PATH.\n  Slurm's commands are on the login node of a cluster. Without --on slurm, the runs are trained on this machine.\n",
    ]);
  });
});

/** The environment variables of each worker for that results directory. */
function workersOf(results: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const isOne = readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(`\0worker\0${results}`);
        return isOne ? [readFileSync(`/proc/${pid}/environ`, "utf8").replaceAll("\0", "\n")] : [];
      } catch {
        return [];
      }
    });
}

function writeTool(directory: string, name: string, script: string): void {
  if (!existsSync(directory)) mkdirSync(directory);
  const path = join(directory, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}
