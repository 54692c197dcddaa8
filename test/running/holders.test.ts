// Which process trains a run if the processes cannot see each other: in containers with the same process ids, and on a
// machine that is gone.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Finished, resnetExp, temporaryDirectory } from "../helpers/program.ts";

const program = new URL("../../bin/resnet-exp.cjs", import.meta.url).pathname;
const canSeparate = spawnSync("unshare", ["--pid", "--fork", "--mount-proc", "true"]).status === 0;

const experiment = `
name: held
dataset: { name: synthetic, trainImages: 64, testImages: 32 }
model: { family: cifar, depth: 8, width: 4 }
training: { batchSize: 16, iterations: 20000 }
record: { trainEvery: 5, checkpointEvery: 5 }
`;

function study(): { args: string[]; run: () => string } {
  const results = temporaryDirectory();
  const file = join(results, "held.yaml");
  writeFileSync(file, experiment);
  const runs = join(results, "held", "runs");
  return {
    args: ["run", file, "--threads", "1", "--results", results],
    run: () => join(runs, readdirSync(runs)[0]!),
  };
}

/** Starts the program in its own process namespace, like a container. */
function inContainer(args: readonly string[]): { child: ChildProcess; ended: Promise<Finished> } {
  const child = spawn("unshare", [
    ...["--pid", "--fork", "--kill-child", "--mount-proc", process.execPath],
    ...[program, ...args],
  ]);
  onTestFinished(() => void child.kill("SIGKILL"));
  let [out, err] = ["", ""];
  child.stdout.on("data", (text) => (out += text));
  child.stderr.on("data", (text) => (err += text));
  return {
    child,
    ended: new Promise((resolve) => child.on("close", (code, signal) => resolve({ code: code ?? signal!, out, err }))),
  };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe.skipIf(!canSeparate)("a run that a container trains", () => {
  test("is left alone by another container with the same process ids, which names the holder and its lock and exits 3", async () => {
    const { args, run } = study();
    const first = inContainer(args);
    await until(() => existsSync(args.at(-1)!) && existsSync(join(args.at(-1)!, "held", "runs")));
    await until(() => existsSync(join(run(), "checkpoints", "latest.json")));
    const second = await inContainer([...args, "--fail-fast"]).ended;
    expect(second.code).toBe(3);
    const lock = join(run(), "lock");
    expect(second.err).toContain("holds its lock; waiting up to 24 s for a sign of life\n");
    expect(second.err).toContain(`left alone: Expected ${run()} to be free, got the lock of process 1 on `);
    expect(second.err).toContain(`: ${lock}. Wait for it to end, or stop it there.`);
    first.child.kill("SIGKILL");
    await first.ended;
    const iterations = readFileSync(join(run(), "metrics.jsonl"), "utf8")
      .split("\n")
      .slice(0, -1)
      .map((line) => (JSON.parse(line) as { iteration: number }).iteration);
    expect(iterations).toEqual(iterations.map((_, i) => 5 * (i + 1)));
  });

  test("is taken over by another process if its lock is as old as a gone container's, and the first process then writes nothing", async () => {
    const { args, run } = study();
    const first = inContainer(args);
    await until(() => existsSync(join(args.at(-1)!, "held", "runs")) && existsSync(join(run(), "checkpoints")));
    // Suspended, like a machine that is cut off or asleep, for so long that it counts as gone.
    const trainer = Number(
      readFileSync(`/proc/${first.child.pid}/task/${first.child.pid}/children`, "utf8").split(" ")[0],
    );
    process.kill(trainer, "SIGSTOP");
    const lock = readFileSync(join(run(), "lock"), "utf8");
    utimesSync(join(run(), "lock"), 0, 0);
    const second = inContainer(args);
    await until(() => existsSync(join(run(), "lock")) && readFileSync(join(run(), "lock"), "utf8") !== lock);
    process.kill(trainer, "SIGCONT");
    const { code, err } = await first.ended;
    expect(code).toBe(3);
    expect(err).toContain(
      "left alone: its lock was taken over or deleted; this process has stopped writing to the run\n",
    );
    second.child.kill("SIGKILL");
    await second.ended;
  });
});

describe("a lock that cannot be read", () => {
  test("leaves its run alone and says what to do, while the other runs are trained", async () => {
    const { args, run } = study();
    const short = ["--set", "training.iterations=3", "--set", "record.checkpointEvery=3"];
    const two = [...args, ...short, "--seeds", "0,1"];
    await resnetExp([...args, ...short, "--seeds", "0"]);
    rmSync(join(run(), "done.json"));
    const lock = join(run(), "lock");
    writeFileSync(lock, "");
    const first = await resnetExp(two);
    expect([first.code, first.err]).toEqual([
      3,
      expect.stringContaining(
        `left alone: Expected ${lock} to say who holds it, got a file that cannot be read as a lock. If no resnet-exp is running there, delete ${lock}.\n`,
      ),
    ]);
    rmSync(lock);
    expect((await resnetExp(two)).code).toBe(0);
  });
});
