// Studies of up to 10,000 runs on a Slurm of scripts whose tasks end at once: the time and the calls of each command.
// Nothing may take longer than in proportion to the runs, and no command may call squeue more than once.
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { sealedText } from "../../src/records/sealed-json.ts";
import type { Manifest } from "../../src/slurm/submission.ts";
import { type Finished, resnetExp, temporaryDirectory } from "../helpers/program.ts";
import { fakeCommand, queueRow } from "../slurm/fake-slurm.ts";
import { jobNames } from "../slurm/study.ts";
import { scaled } from "./scale.ts";

const sizes = [1000, 3000, 10_000].map(scaled);
/** How many of the runs are tasks of their own. */
const maxArraySize = 1001;

/** Seconds that a command takes for 10 times the runs, at most, compared with the seconds for 1 time. */
const proportion = 10;

test("ten times the runs take at most ten times as long, and each command calls squeue at most once", async () => {
  const measured = new Map<number, Record<string, number>>();
  for (const size of sizes) measured.set(size, await measure(size));
  console.table(Object.fromEntries(measured));
  const [smallest, largest] = [measured.get(sizes[0]!)!, measured.get(sizes.at(-1)!)!];
  const growth = Math.log(sizes.at(-1)! / sizes[0]!);
  const exponents = Object.fromEntries(
    Object.entries(largest).map(([name, seconds]) => [name, Math.log(seconds / smallest[name]!) / growth]),
  );
  console.table(exponents);
  // Half a second on a busy machine is no growth.
  for (const [name, seconds] of Object.entries(largest)) {
    expect(seconds, name).toBeLessThan(proportion * 1.2 * Math.max(0.5, smallest[name]!));
  }
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
  const time = async (name: string, args: readonly string[], calls: readonly string[]): Promise<Finished> => {
    rmSync(join(tools, "calls"), { force: true });
    const start = performance.now();
    const finished = await resnetExp([...args, "--results", results], { env, cwd: results });
    seconds[name] = (performance.now() - start) / 1000;
    expect([finished.code, finished.err], name).toEqual([0, expect.any(String)]);
    expect(callsOf(tools), name).toEqual(calls);
    return finished;
  };
  fakeCommand(tools, "scontrol", `ClusterName = test\nMaxArraySize = ${maxArraySize}`);
  fakeCommand(tools, "sbatch", "46");
  fakeCommand(tools, "squeue", "");
  const run = ["run", file, "--seeds", seeds, "--on", "slurm"];
  await time("submit", [...run, "--detach"], ["squeue", "scontrol", "sbatch", "sbatch"]);

  const [name] = jobNames(results) as [string];
  const rows = Array.from({ length: Math.min(size, maxArraySize) }, (_, i) =>
    queueRow("46", String(i), String(47 + i), "PENDING", "Priority", "", "0", name),
  );
  fakeCommand(tools, "squeue", rows.join("\n"));
  await time("submit again", [...run, "--detach"], ["squeue"]);
  await time("ls of waiting runs", ["ls"], ["squeue"]);
  await time("plan of waiting runs", ["plan", file, "--seeds", seeds], ["squeue"]);

  await endAll(results, name);
  fakeCommand(tools, "squeue", "");
  await time("follow", run, ["squeue", "squeue"]);
  await time("ls", ["ls"], ["squeue"]);
  await time("report", ["report"], []);
  rmSync(results, { recursive: true });
  return seconds;
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
