// Studies of up to 10,000 runs on a Slurm of scripts whose tasks end at once: the processor time and the calls of each
// command. Nothing may take longer than in proportion to the runs, and no command may call squeue more than once.
import { spawnSync } from "node:child_process";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { sealedText } from "../../src/records/sealed-json.ts";
import type { Manifest } from "../../src/slurm/submission.ts";
import { resnetExp, temporaryDirectory } from "../helpers/program.ts";
import { fakeCommand, queueRow } from "../slurm/fake-slurm.ts";
import { jobNames } from "../slurm/study.ts";
import { scaled } from "./scale.ts";

const program = new URL("../../bin/resnet-exp.cjs", import.meta.url).pathname;
const sizes = [1000, 3000, 10_000].map(scaled);
/** How many of the runs are tasks of their own. */
const maxArraySize = 1001;

/** Seconds of processor time in which a command starts; they say nothing about growth. */
const startSeconds = 0.5;

test("ten times the runs take at most ten times as long, and each command calls squeue at most once", async () => {
  const measured = new Map<number, Record<string, number>>();
  for (const size of sizes) measured.set(size, await measure(size));
  console.table(Object.fromEntries(measured));
  // From the second size on a command does more than start.
  const [, smaller = 0, largest = 0] = sizes;
  const grown = largest / smaller;
  const exponents = Object.entries(measured.get(largest)!).map(([name, seconds]) => {
    const before = Math.max(startSeconds, measured.get(smaller)![name]!);
    return [name, Math.log(Math.max(startSeconds, seconds) / before) / Math.log(grown)] as const;
  });
  console.table(Object.fromEntries(exponents));
  for (const [name, exponent] of exponents) expect(exponent, name).toBeLessThan(1.15);
});

async function measure(size: number): Promise<Record<string, number>> {
  const [results, tools] = [temporaryDirectory(), temporaryDirectory()];
  const file = join(results, "many.yaml");
  writeFileSync(
    file,
    `name: many
dataset: { name: synthetic, trainImages: 16, testImages: 8 }
model: { family: cifar, depth: 8, width: 2 }
training: { batchSize: 8, iterations: 2 }
`,
  );
  const env = { PATH: `${tools}${delimiter}${process.env.PATH}` };
  const seeds = `0-${size - 1}`;
  const seconds: Record<string, number> = {};
  const time = (name: string, args: readonly string[], calls: readonly string[]) => {
    rmSync(join(tools, "calls"), { force: true });
    const { code, seconds: used } = processorTime([...args, "--results", results], { ...process.env, ...env }, results);
    seconds[name] = used;
    expect(code, name).toBe(0);
    expect(callsOf(tools), name).toEqual(calls);
  };
  fakeCommand(tools, "scontrol", `ClusterName = test\nMaxArraySize = ${maxArraySize}`);
  fakeCommand(tools, "sbatch", "46");
  fakeCommand(tools, "squeue", "");
  const run = ["run", file, "--seeds", seeds, "--on", "slurm"];
  time("submit", [...run, "--detach"], ["squeue", "scontrol", "sbatch", "sbatch"]);

  const [name] = jobNames(results) as [string];
  const rows = Array.from({ length: Math.min(size, maxArraySize) }, (_, i) =>
    queueRow("46", String(i), String(47 + i), "PENDING", "Priority", "", "0", name),
  );
  fakeCommand(tools, "squeue", rows.join("\n"));
  time("submit again", [...run, "--detach"], ["squeue"]);
  time("ls of waiting runs", ["ls"], ["squeue"]);
  time("plan of waiting runs", ["plan", file, "--seeds", seeds], ["squeue"]);

  await endAll(results, name);
  fakeCommand(tools, "squeue", "");
  time("follow", run, ["squeue", "squeue"]);
  time("ls", ["ls"], ["squeue"]);
  time("report", ["report"], []);
  rmSync(results, { recursive: true });
  return seconds;
}

/** Runs the program. @returns the seconds of processor time that it used, in user and system mode */
function processorTime(args: readonly string[], env: NodeJS.ProcessEnv, cwd: string) {
  const script = '"$@" >/dev/null 2>&1; code=$?; times; exit $code';
  const words = ["-c", script, "sh", process.execPath, program, ...args];
  const { status, stdout } = spawnSync("sh", words, { env, cwd, encoding: "utf8" });
  // The second line is of the children: "0m1.230000s 0m0.120000s".
  const times = stdout.split("\n")[1]!.matchAll(/(\d+)m([\d.]+)s/g);
  return {
    code: status,
    seconds: [...times].reduce((sum, [, minutes, rest]) => sum + 60 * Number(minutes) + Number(rest), 0),
  };
}

/** Lets all runs end at once, with the bytes of one run that was trained. */
async function endAll(results: string, name: string): Promise<void> {
  const manifest = JSON.parse(readFileSync(join(results, ".slurm", name, "manifest.json"), "utf8")) as Manifest;
  const trained = await resnetExp(["run", join(results, "many.yaml"), "--results", results]);
  expect(trained.code, trained.err).toBe(0);
  const runs = join(results, "many", "runs");
  const [first, ...others] = manifest.runs;
  const { checksum: _, ...record } = JSON.parse(readFileSync(join(runs, first!.id, "run.json"), "utf8"));
  for (const { id, run } of others) {
    mkdirSync(join(runs, id));
    writeFileSync(join(runs, id, "run.json"), sealedText({ ...record, id, spec: run.spec }));
    for (const each of ["metrics.jsonl", "done.json", "weights.safetensors"]) {
      linkSync(join(runs, first!.id, each), join(runs, id, each));
    }
  }
}

function callsOf(tools: string): string[] {
  try {
    return readFileSync(join(tools, "calls"), "utf8").split("\n").slice(0, -1);
  } catch {
    return [];
  }
}
