// The Job in docs/cluster.md: its fields, and its command, run here with the variables that Kubernetes sets.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { lsCommand } from "../../src/cli/commands/ls.ts";
import { collectingIo } from "../cli/results.ts";
import { resnetExpHere, temporaryDirectory } from "../helpers/program.ts";

const page = readFileSync(new URL("../../docs/cluster.md", import.meta.url), "utf8");
const job = parse(/```yaml\n(.*?)```/s.exec(page)![1]!);
const command = /npx resnet-exp (run \S+ .*--manifest .*)/.exec(page)![1]!;
const program = new URL("../../bin/resnet-exp.cjs", import.meta.url).pathname;

describe("the Job for Kubernetes", () => {
  it("is an Indexed Job whose pods share a volume and are started again when they fail", () => {
    expect([job.apiVersion, job.kind, job.spec.completionMode]).toEqual(["batch/v1", "Job", "Indexed"]);
    expect(job.metadata.name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
    expect(job.spec.parallelism).toBeLessThanOrEqual(job.spec.completions);
    // Both are needed for backoffLimitPerIndex and for rules about failures.
    const { spec } = job.spec.template;
    expect([spec.restartPolicy, job.spec.backoffLimitPerIndex]).toEqual(["Never", expect.any(Number)]);
    const [container] = spec.containers;
    const volumes = spec.volumes.map(({ name }: { name: string }) => name);
    for (const { name, mountPath } of container.volumeMounts) {
      expect(volumes).toContain(name);
      expect(container.workingDir.startsWith(mountPath)).toBe(true);
    }
    expect(command).toContain(`--jobs ${job.spec.completions}`);
  });

  it("trains each run once, with the page's commands", async () => {
    const study = temporaryDirectory();
    writeFileSync(
      join(study, "tiny.yaml"),
      `name: tiny
dataset: { name: synthetic, trainImages: 16, testImages: 8 }
model: { family: cifar, depth: 8, width: 2 }
training: { batchSize: 8, iterations: 2 }
seeds: [0, 1, 2]
`,
    );
    const words = command.split(" ").map((word) => (word.startsWith("experiments/") ? "tiny.yaml" : word));
    const profile = words.indexOf("--profile");
    words.splice(profile, 2);
    const { code, err } = await resnetExpHere(words, { cwd: study });
    expect([code, err]).toEqual([
      0,
      "Wrote 3 runs for 4 tasks. Task N, from 0, trains its share: resnet-exp worker results/tasks.json --index N\n",
    ]);

    const bin = join(study, "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "resnet-exp"), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
    chmodSync(join(bin, "resnet-exp"), 0o755);
    const [file, ...args] = job.spec.template.spec.containers[0].command as [string, ...string[]];
    const codes = await Promise.all(
      Array.from({ length: job.spec.completions }, async (_, index) => {
        const PATH = `${bin}${delimiter}${process.env.PATH}`;
        const env = { ...process.env, PATH, JOB_COMPLETION_INDEX: String(index) };
        return (await once(spawn(file, args, { cwd: study, env, stdio: "ignore" }), "exit"))[0];
      }),
    );
    expect(codes).toEqual([0, 0, 0, 0]);
    const io = collectingIo();
    await lsCommand([], { results: join(study, "results"), json: true }, io);
    expect(JSON.parse(io.text).map(({ state, seed }: { state: string; seed: number }) => [seed, state])).toEqual([
      [0, "done"],
      [1, "done"],
      [2, "done"],
    ]);
    const again = await resnetExpHere(words, { cwd: study });
    expect(again.err).toMatch(/^Wrote 0 runs for 4 tasks\. /);
  });

  it("does the analyses that the file asks for, and those that are left", async () => {
    const study = temporaryDirectory();
    writeFileSync(
      join(study, "tiny.yaml"),
      `name: tiny
dataset: { name: synthetic, trainImages: 16, testImages: 8 }
model: { family: cifar, depth: 8, width: 2 }
training: { batchSize: 8, iterations: 2 }
analyses: { signal: {} }
`,
    );
    const write = async () =>
      (await resnetExpHere(["run", "tiny.yaml", "--manifest", "tasks.json"], { cwd: study })).err;
    const work = () => resnetExpHere(["worker", "tasks.json", "--index", "0"], { cwd: study });
    const rest = "Task N, from 0, trains its share: resnet-exp worker tasks.json --index N\n";
    expect(await write()).toBe(`Wrote 1 run for 1 task. ${rest}`);
    const first = await work();
    expect(first.code).toBe(0);
    expect(first.err).toContain("ResNet-8 seed 0: signal done: ");
    const [id] = readdirSync(join(study, "results/tiny/runs"));
    const analysis = join(study, "results/tiny/runs", id!, "analyses/signal.json");
    const bytes = readFileSync(analysis);
    expect(await write()).toBe(`Wrote 0 runs for 1 task. ${rest}`);

    rmSync(dirname(analysis), { recursive: true });
    expect(await write()).toBe(`Wrote 1 run for 1 task. ${rest}`);
    expect((await work()).code).toBe(0);
    expect(readFileSync(analysis).equals(bytes)).toBe(true);
  });
});
