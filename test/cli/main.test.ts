// The built program as a user sees it: exit codes, streams, help, and errors in words.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { commands } from "../../src/cli/syntax/commands.ts";
import type { AnyDefinition } from "../../src/cli/syntax/definition.ts";
import { datasetNames } from "../../src/config/names.ts";
import { alternatives } from "../../src/config/vocabulary.ts";
import { resnetExp, resnetExpHere, temporaryDirectory } from "../helpers/program.ts";

const binary = fileURLToPath(new URL("../../bin/resnet-exp.cjs", import.meta.url));

/** The first words of all commands that help lists. */
const listed = Object.entries<AnyDefinition>(commands).filter(([, { hidden }]) => !hidden);
const names = [...new Set(listed.map(([name]) => name.split(" ")[0]!))];

describe("resnet-exp", () => {
  test("prints help on standard output and exits 0", async () => {
    const { code, out, err } = await resnetExp(["--help"]);
    expect([code, err]).toEqual([0, ""]);
    for (const name of names) expect(out).toMatch(new RegExp(`^ {2}${name}\\b`, "m"));
  });

  test.each(["run", "datasets"])("%s --help exits 0", async (command) => {
    const { code, out } = await resnetExpHere([command, "--help"]);
    expect(code).toBe(0);
    expect(out).toContain(`Usage: resnet-exp ${command}`);
  });

  test("in a directory that was removed says so and exits 2", () => {
    const gone = temporaryDirectory();
    const script = `cd ${gone} && rmdir ${gone} && exec ${process.execPath} ${binary} ls`;
    expect(spawnSync("sh", ["-c", script], { encoding: "utf8" })).toMatchObject({
      status: 2,
      stderr:
        "Expected the working directory to exist, got one that was removed.\n  Change to a directory that exists, then type the same command again.\n",
    });
  });

  test.each([24, 64])("with a limit of %i open files says so and exits 2", (limit) => {
    const script = `ulimit -n ${limit} && exec ${process.execPath} ${binary} ls`;
    expect(spawnSync("sh", ["-c", script], { encoding: "utf8" })).toMatchObject({
      status: 2,
      stderr:
        "Expected to open more files at once, got EMFILE: the limit is reached.\n  Raise it in this shell with `ulimit -n 1024`, then type the same command again.\n",
    });
  });

  test("without a command prints help on standard error and exits 2", async () => {
    const { code, out, err } = await resnetExp([]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain("Usage: resnet-exp");
  });

  test.each([
    [["rn"], "error: unknown command 'rn'\n(Did you mean run?)\n"],
    [["run"], "error: missing required argument 'file'\n"],
    [["run", "x.yaml", "--engin", "cpu"], "error: unknown option '--engin'\n(Did you mean --engine?)\n"],
    [
      ["run", "x.yaml", "--engine", "gpu"],
      "error: option '--engine <name>' argument 'gpu' is invalid. Allowed choices are auto, native, tensorflow, webgpu, cpu.\n",
    ],
    [
      ["run", "x.yaml", "--threads", "0"],
      "error: option '--threads <n>' argument '0' is invalid. Expected a whole number from 1 up.\n",
    ],
    [
      ["run", "x.yaml", "--seeds", "1,b"],
      "error: option '--seeds <list>' argument '1,b' is invalid. Expected whole numbers or ranges, such as 0,1,2 or 0-4.\n",
    ],
    [
      ["run", "x.yaml", "--seeds", "4-0"],
      "error: option '--seeds <list>' argument '4-0' is invalid. Expected whole numbers or ranges, such as 0,1,2 or 0-4.\n",
    ],
    [
      ["run", "x.yaml", "--seeds", "0..4"],
      "error: option '--seeds <list>' argument '0..4' is invalid. Expected whole numbers or ranges, such as 0,1,2,3,4.\n",
    ],
    [
      ["watch", "--port", "99999"],
      "error: option '--port <n>' argument '99999' is invalid. Expected a port, a whole number from 0 to 65535.\n",
    ],
    [
      ["run", "x.yaml", "--slurm", "partition=gpu"],
      "Expected --slurm and --detach together with --on slurm, got them without it.\n  Add --on slurm.\n",
    ],
    [
      ["run", "x.yaml", "--on", "slurm", "--json"],
      "Expected --on slurm without --json, got both.\n  `resnet-exp ls --json` says how far the runs are.\n",
    ],
    [
      ["run", "x.yaml", "--on", "slurm", "--slurm", "array=1-2"],
      "Expected --slurm without array, which resnet-exp sets itself, got array=1-2.\n  --jobs N trains at most N runs at once.\n",
    ],
    [
      ["describe", "resnext-50"],
      'Expected a net as FAMILY-DEPTH, such as cifar-56 or imagenet-50, got "resnext-50".\n  Families: cifar (20, 32, 44, 56, 110 …) and imagenet (18, 34, 50, 101, 152).\n  resnet50 is imagenet-50, resnet56 is cifar-56, and plain34 is imagenet-34 without shortcuts.\n',
    ],
    [
      ["describe", "plain34", "--block", "basic"],
      "Expected --block of plain34 to be a block without a shortcut, got basic.\n  imagenet-34 is the net with shortcuts.\n",
    ],
    [["describe", "cifar-21"], "Expected depth to be 6n+2 (20, 32, 44, 56, 110 …), got 21.\n"],
    [
      ["describe", "imagenet-34", "--block", "bottleneck"],
      "Expected depth to be 50, 101 or 152 for block bottleneck, got 34.\n",
    ],
    [
      ["ls", "nowhere"],
      "Expected the name of an experiment with results under results, got nowhere.\n  `resnet-exp run FILE` makes results; --results DIR looks in another directory.\n",
    ],
    [
      ["datasets", "fetch", "cifar"],
      `Expected the data set to be ${alternatives(datasetNames)}, got "cifar".\n  Did you mean cifar10?\n`,
    ],
  ])("answers %j in words and exits 2", async (args, message) => {
    const { code, out, err } = await resnetExpHere(args, { cwd: temporaryDirectory() });
    expect([code, out, err]).toEqual([2, "", message]);
  });

  test("names a missing file and exits 2, from any directory", async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "plain-vs-res.yaml"), "");
    const { code, err } = await resnetExpHere(["run", "plain-vs-rse.yaml"], { cwd: directory });
    expect(code).toBe(2);
    expect(err).toMatch(/plain-vs-rse\.yaml/);
    expect(err).toMatch(/Did you mean plain-vs-res\.yaml\?/);
    expect(err).not.toMatch(/\n\s+at /);
  });

  test("writes no control codes into a pipe", async () => {
    const directory = temporaryDirectory();
    const file = join(directory, "tiny.yaml");
    writeFileSync(
      file,
      "name: tiny\ndataset: { name: synthetic, trainImages: 32, testImages: 16 }\nmodel: { family: cifar, depth: 8, width: 4 }\ntraining: { batchSize: 8, iterations: 3 }\n",
    );
    const { code, out, err } = await resnetExp(["run", file, "--results", directory]);
    expect(code).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test looks for control characters
    expect(out + err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
    expect(err).toMatch(
      /^1 run on native \(.*\)\n\[1\/1\] ResNet-8 seed 0: iteration 3\/3, loss \d\.\d{3}, train error /,
    );
    expect(out).toMatch(/^ResNet-8 .* \d+\.\d\d +\d+\.\d\d/m);
    expect(out).toContain(join(directory, "tiny", "tables"));
  });
});

describe("describe", () => {
  test.each([
    [["imagenet-50"], 25_557_032, 50],
    [["imagenet-34", "--shortcut", "A"], 21_623_848, 34],
    [["cifar-110"], 1_727_962, 110],
    [["cifar-56", "--block", "plain"], 853_018, 56],
    [["cifar-164", "--block", "bottleneck", "--shortcut", "B"], 1_704_154, 164],
  ])("%j counts parameters and weighted layers", async (args, parameters, weightedLayers) => {
    const { code, out } = await resnetExpHere(["describe", ...args, "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ parameters, weightedLayers });
  });

  test("prints a row for each layer, and the sums", async () => {
    const { out } = await resnetExpHere(["describe", "cifar-20"]);
    expect(out).toMatch(/^stage2\.block1\.shortcut +identity \/2 +16×16×32 +0 +0$/m);
    expect(out).toMatch(/^parameters +269,722$/m);
    expect(out).toMatch(/^multiply-adds +40,55\d,\d{3} an image$/m);
  });
});

describe("bench", () => {
  test("gives the figures that scripts rely on", async () => {
    const args = ["bench", "cifar-8", "--width", "4", "--batch", "4", "--steps", "2", "--size", "16", "--json"];
    const { code, out } = await resnetExp(args);
    expect(code).toBe(0);
    const { parts, ...figures } = JSON.parse(out) as Record<string, number> & { parts: Record<string, number> };
    expect(Object.keys(parts)).toEqual(["data", "forward", "backward", "update"]);
    expect(Math.min(...Object.values(parts))).toBeGreaterThan(0);
    expect(figures["imagesPerSecond"]).toBeCloseTo(4 / figures["secondsPerStep"]!, 6);
    expect(figures["peakMB"]).toBeGreaterThan(20);
  });
});
