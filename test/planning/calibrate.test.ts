// `plan --calibrate`, and what `run` says afterwards, with the built program: child processes do the measuring.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, it, vi } from "vitest";
import { resnetExp, temporaryDirectory } from "../helpers/program.ts";

const experiment = `name: tiny
dataset: { name: synthetic, trainImages: 64, testImages: 32 }
model: { family: cifar, depth: 8, width: 4 }
training: { batchSize: 16, iterations: 30 }
evaluation: { every: 15, batchSize: 16 }
record: { checkpointEvery: 10 }
seeds: [0, 1]
`;

let folder: string;
let args: string[];
beforeEach(() => {
  folder = temporaryDirectory();
  vi.stubEnv("RESNET_EXP_CACHE", join(folder, "cache"));
  writeFileSync(join(folder, "tiny.yaml"), experiment);
  args = [join(folder, "tiny.yaml"), "--results", join(folder, "results")];
});

it("a net is measured once, then its runs are predicted, and the predictions are compared with the actual costs", {
  timeout: 90_000,
}, async () => {
  const first = await resnetExp(["plan", ...args, "--calibrate", "--json"]);
  expect(first.code).toBe(0);
  expect(first.err).toMatch(
    /^Measuring ResNet-8 on native \(.*\) \(1 of 1\)\n(Its steps spread by \d+%: the machine may be busy\. --recalibrate measures again\.\n)?$/,
  );
  const [run, other] = JSON.parse(first.out);
  expect(run).toMatchObject({ state: "planned", actual: null, fits: null, secondsLeft: run.predicted.seconds });
  expect(run.predicted).toEqual(other.predicted);
  expect(run.predicted.seconds).toBeGreaterThan(0);
  expect(run.predicted.peakMemoryBytes).toBeGreaterThan(20e6);

  const again = await resnetExp(["plan", ...args, "--budget", "1s"]);
  expect([again.code, again.err]).toEqual([0, ""]);
  expect(again.out).toMatch(/\n {4}\d\.\d s, \d+ MB of memory, \d+ kB on the disk; (fits|does not fit)\n/);
  expect(again.out).toMatch(/\nLeft to train: .*\nBudget 1\.0 s: \d of 2 runs fit, \d\.\d s\.\n$/);

  const trained = await resnetExp(["run", ...args]);
  expect(trained.code).toBe(0);
  expect(trained.out).toMatch(/\npredicted, then actual .*\n.*\nResNet-8 seed 0 +\d\.\d s, \d\.\d s +[+−]\d+%/);

  const afresh = await resnetExp(["plan", ...args, "--recalibrate", "--json"]);
  expect(afresh.err).toMatch(/^Measuring ResNet-8 /);
  const [done] = JSON.parse(afresh.out);
  expect(done).toMatchObject({ state: "done", secondsLeft: 0 });
  expect(done.actual.seconds).toBeGreaterThan(0);
  // Sizes do not vary, except for the digits of numbers in the small files.
  expect(Math.abs(done.predicted.diskBytes / done.actual.diskBytes - 1)).toBeLessThan(0.05);
});

it("a wrong engine or budget is refused with a message", async () => {
  const budget = await resnetExp(["plan", ...args, "--budget", "soon"]);
  expect(budget).toMatchObject({
    code: 2,
    out: "",
    err: "error: option '--budget <time>' argument 'soon' is invalid. Expected a time, such as 2h, 90m, 1h30m or 45s.\n",
  });
  const threads = await resnetExp(["plan", ...args, "--calibrate", "--threads", "4000"]);
  expect(threads).toMatchObject({
    code: 2,
    err: "Expected threads to be a whole number from 1 to 1024, got 4000.\n",
  });
});
