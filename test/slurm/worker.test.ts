// What a task does when Slurm warns it of its time limit. Slurm itself is a script that writes down how it was called.
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { workerCommand } from "../../src/cli/commands/worker.ts";
import { writeRunManifest } from "../../src/cli/commands/write-manifest.ts";
import { loadExperiment } from "../../src/config/load.ts";
import { planRuns } from "../../src/config/plan.ts";
import { writeJob } from "../../src/slurm/submission.ts";
import { collectingIo } from "../cli/results.ts";
import { temporaryDirectory } from "../records/sample-run.ts";

let results: string;
let manifest: string;
let calls: string;
beforeEach(() => {
  results = temporaryDirectory();
  const file = join(results, "tiny.yaml");
  writeFileSync(
    file,
    `name: tiny
dataset: { name: synthetic, trainImages: 16, testImages: 8 }
model: { family: cifar, depth: 8, width: 2 }
training: { batchSize: 8, iterations: 20000 }
record: { trainEvery: 1 }
`,
  );
  const runs = planRuns(loadExperiment(file)).map((spec) => ({ id: "any", run: { spec, paper: [] } }));
  const engine = { engine: "native", engineOptions: {}, unproven: false, changeEngine: false } as const;
  writeJob(results, { options: { command: [], results, ...engine }, tasks: 1, runs }, []);
  manifest = join(results, "manifest.json");
  calls = join(results, "calls");
  writeFileSync(join(results, "scontrol"), `#!/bin/sh\necho "$@" >> "${calls}"\n`);
  chmodSync(join(results, "scontrol"), 0o755);
  vi.stubEnv("PATH", `${results}:${process.env.PATH}`);
  vi.stubEnv("SLURM_CLUSTER_NAME", "test");
  vi.stubEnv("SLURM_JOB_ID", "47");
  vi.stubEnv("SLURM_ARRAY_JOB_ID", "46");
  vi.stubEnv("SLURM_ARRAY_TASK_ID", "0");
});

describe("a task that is warned of its time limit", () => {
  test("before it has made a step exits 3, says that the time is too short, and is not requeued", async () => {
    const io = { ...collectingIo(), signal: AbortSignal.abort("SIGUSR2") };
    expect(await workerCommand(manifest, {}, io)).toEqual({ final: 3 });
    expect(io.errors).toContain(
      "Expected at least one training step within the time limit, got none. Use --slurm time=TIME for more time.\n",
    );
    expect(existsSync(calls)).toBe(false);
  });

  test("after a step requeues itself and no other task, and exits 0", async () => {
    const stop = new AbortController();
    const io = { ...collectingIo(), signal: stop.signal };
    const look = setInterval(() => {
      if (hasMetrics(join(results, "tiny", "runs"))) stop.abort("SIGUSR2");
    }, 5);
    onTestFinished(() => clearInterval(look));
    expect(await workerCommand(manifest, {}, io)).toEqual({ final: 0 });
    expect(readFileSync(calls, "utf8")).toBe("requeue 46_0\n");
  });
});

test("a task that is warned during an analysis requeues itself, and goes on with the next part", async () => {
  const file = join(results, "tiny.yaml");
  writeFileSync(file, `${readFileSync(file, "utf8").replace("20000", "2")}analyses: { lesion: { images: 8 } }\n`);
  const write = (to: string) =>
    writeRunManifest([file], join(to, "manifest.json"), { results: to, engine: "native" }, collectingIo());
  const whole = temporaryDirectory();
  await write(whole);
  expect(await workerCommand(join(whole, "manifest.json"), {}, collectingIo())).toBe(0);
  const [id] = readdirSync(join(whole, "tiny", "runs"));
  const analysis = join("tiny", "runs", id!, "analyses", "lesion.json");

  await write(results);
  const path = join(results, analysis);
  const stop = new AbortController();
  const io = { ...collectingIo(), signal: stop.signal };
  const look = setInterval(() => {
    if (existsSync(path)) stop.abort("SIGUSR2");
  }, 0);
  expect(await workerCommand(manifest, {}, io)).toEqual({ final: 0 });
  clearInterval(look);
  expect(readFileSync(calls, "utf8")).toBe("requeue 46_0\n");
  const bytes = readFileSync(join(whole, analysis));
  expect(readFileSync(path).equals(bytes)).toBe(false);

  // Warned before the next part, it has made none of its own, whatever was done before.
  const early = new AbortController();
  const err = (text: string) => {
    if (/, part \d+ of/.test(text)) early.abort("SIGUSR2");
  };
  const terminal = { ...collectingIo(), stderrIsTerminal: true, signal: early.signal, err };
  expect(await workerCommand(manifest, {}, terminal)).toEqual({ final: 3 });
  expect(readFileSync(calls, "utf8")).toBe("requeue 46_0\n");
  expect(await workerCommand(manifest, {}, collectingIo())).toBe(0);
  expect(readFileSync(path).equals(bytes)).toBe(true);
});

/** Whether the only run has made a step. */
function hasMetrics(runs: string): boolean {
  const [id] = existsSync(runs) ? readdirSync(runs) : [];
  const found = id === undefined ? undefined : statSync(join(runs, id, "metrics.jsonl"), { throwIfNoEntry: false });
  return (found?.size ?? 0) > 0;
}
