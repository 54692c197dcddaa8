// Parallel runs, each in a child process: their numbers, and what happens if processes are killed.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type ProgramOptions, resnetExp, resnetExpHere, temporaryDirectory } from "../helpers/program.ts";

const experiment = `
name: tiny
dataset: { name: synthetic, trainImages: 96, testImages: 32 }
model: { family: cifar, depth: 8, width: 4 }
training: { batchSize: 16, iterations: 24, learningRate: { initial: 0.05 } }
evaluation: { every: 10, batchSize: 20 }
record: { trainEvery: 4, checkpointEvery: 6 }
seeds: [0, 1]
matrix: { model.block: [plain, basic] }
`;

/** Trains the tiny experiment; where options are given, in a process of its own. */
async function train(results: string, args: readonly string[], options?: ProgramOptions) {
  const file = join(results, "tiny.yaml");
  writeFileSync(file, experiment);
  const words = ["run", file, "--json", "--results", results, ...args];
  const finished = options ? await resnetExp(words, options) : await resnetExpHere(words);
  const lines = finished.out.trim().split("\n").filter(Boolean);
  return { ...finished, events: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

/** The bytes of every run that must not depend on how the run was trained. */
function numbersOf(results: string): Record<string, string> {
  const runs = join(results, "tiny", "runs");
  const digest = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
  return Object.fromEntries(
    readdirSync(runs)
      .sort()
      .flatMap((id) => ["metrics.jsonl", "weights.safetensors"].map((name) => [`${id}/${name}`, join(runs, id, name)]))
      .map(([name, path]) => [name, digest(path!)]),
  );
}

/** The process that holds the lock of the first run with that label. */
function trainingProcess(results: string, label: string): number {
  const runs = join(results, "tiny", "runs");
  const id = readdirSync(runs).find((name) => name.startsWith(label))!;
  return (JSON.parse(readFileSync(join(runs, id, "lock"), "utf8")) as { pid: number }).pid;
}

/** Of the study that is trained without a break, one run after another. */
let unbroken: Record<string, string>;
beforeAll(async () => {
  const results = mkdtempSync(join(tmpdir(), "resnet-exp-"));
  const { code, err } = await train(results, []);
  expect(code, err).toBe(0);
  unbroken = numbersOf(results);
  rmSync(results, { recursive: true });
});

describe("parallel runs", () => {
  test("give the same bytes as runs one after another, and their parent loads no engine", async () => {
    const [two, told] = [temporaryDirectory(), temporaryDirectory()];
    const preload = new URL("../helpers/tell-engine.mjs", import.meta.url).href;
    const env = { NODE_OPTIONS: `--import=${preload}`, TELL_ENGINE: told };
    const { code, events } = await train(two, ["--jobs", "2"], { env });
    expect(code).toBe(0);
    expect(numbersOf(two)).toEqual(unbroken);
    expect(Object.keys(numbersOf(two))).toHaveLength(8);
    expect(new Set(events.map(({ label, seed }) => `${label} ${seed}`))).toHaveLength(4);
    const processes = readdirSync(told).map((name) => JSON.parse(readFileSync(join(told, name), "utf8")));
    expect(processes).toContainEqual({ program: "resnet-exp.cjs", loaded: false });
    expect(processes.filter(({ program }) => program === "worker.js")).toEqual(
      Array.from({ length: 4 }, () => ({ program: "worker.js", loaded: true })),
    );
  });

  test("are trained if the process of one is killed; that run is interrupted, the exit code is 3, and the same command resumes it", async () => {
    const killed = temporaryDirectory();
    const act = () => process.kill(trainingProcess(killed, "resnet-8-s0"), "SIGKILL");
    const text = '"label":"ResNet-8","seed":0,"kind":"step","iteration":9,';
    const { code, events } = await train(killed, ["--jobs", "2"], { actAt: { text, act } });
    expect(code).toBe(3);
    const ends = events.filter(({ kind }) => kind === "end");
    expect(ends.map(({ outcome }) => outcome).sort()).toEqual(["crashed", "done", "done", "done"]);
    expect(ends.find(({ outcome }) => outcome === "crashed")).toMatchObject({
      label: "ResNet-8",
      seed: 0,
      message: "its process ended by SIGKILL; the same command resumes from its last checkpoint",
    });
    const { out } = await resnetExpHere(["ls", "--results", killed, "--json"]);
    const states = (JSON.parse(out) as { state: string }[]).map(({ state }) => state);
    expect(states.sort()).toEqual(["done", "done", "done", "interrupted"]);

    const resumed = await train(killed, ["--jobs", "2"], {});
    expect(resumed.code).toBe(0);
    expect(resumed.events.find(({ kind }) => kind === "start")).toMatchObject({ iteration: 6 });
    expect(numbersOf(killed)).toEqual(unbroken);
  });

  test("are all trained if there is a retry for the run whose process was killed", async () => {
    const killed = temporaryDirectory();
    const act = () => process.kill(trainingProcess(killed, "resnet-8-s0"), "SIGKILL");
    const text = '"label":"ResNet-8","seed":0,"kind":"step","iteration":9,';
    const { code, events } = await train(killed, ["--retries", "1"], { actAt: { text, act } });
    expect(code).toBe(0);
    expect(events.find(({ kind }) => kind === "warning")).toMatchObject({
      message: "crashed: its process ended by SIGKILL; the same command resumes from its last checkpoint; retry 1 of 1",
    });
    expect(events.filter(({ kind }) => kind === "end").map(({ outcome }) => outcome)).toEqual(Array(4).fill("done"));
    expect(numbersOf(killed)).toEqual(unbroken);
  });

  test("are trained if one runs out of memory, which fails alone and says how much memory a step needs", async () => {
    const scarce = temporaryDirectory();
    const preload = new URL("../helpers/break-kernel.mjs", import.meta.url).href;
    const env = { NODE_OPTIONS: `--import=${preload}`, BREAK_KERNEL: "native:Conv2D:no-memory" };
    const { code, events, err } = await train(scarce, [], { env });
    expect(code, err).toBe(3);
    const ends = events.filter(({ kind }) => kind === "end");
    expect(ends.map(({ outcome }) => outcome)).toEqual(["crashed", "done", "done", "done"]);
    expect(ends[0]!["message"]).toMatch(
      /^it ran out of memory; a step of 16 images needs at least 0\.0\d+ GB; a smaller training\.batchSize needs less$/,
    );
    expect((await train(scarce, [])).code).toBe(0);
    expect(numbersOf(scarce)).toEqual(unbroken);
  });

  test("all stop at a checkpoint after SIGTERM to their parent, which exits 143", async () => {
    const results = temporaryDirectory();
    const signalAt = { text: '"iteration":9,', signal: "SIGTERM" } as const;
    const { code, events } = await train(results, ["--jobs", "2"], { signalAt });
    expect(code).toBe(143);
    const begun = new Set(events.filter(({ kind }) => kind === "start").map(({ id }) => id));
    const ends = events.filter(({ kind }) => kind === "end");
    expect(ends).toHaveLength(begun.size);
    expect(ends.map(({ outcome }) => outcome)).toContain("interrupted");
    for (const { id } of ends.filter(({ outcome }) => outcome === "interrupted")) {
      expect(readdirSync(join(results, "tiny", "runs", String(id)))).not.toContain("lock");
      expect(events.findLast((event) => event["id"] === id && event["kind"] === "checkpoint")).toBeDefined();
    }
  });

  describe.each([
    ["in this process", [], undefined],
    ["in processes of their own", ["--jobs", "2"], {}],
  ])("of which one asks for too many images, %s", (_, args, options) => {
    const sizes = ["--only", "plain-* seed 0", "--set", "training.batchSize=16,128,32"];
    const refusal =
      "Expected training.batchSize to be at most the number of training images, 96, got 128. Set training.batchSize to 96 or less.";

    test("refuse that run before any is trained, leave no files of it, train the others, report and exit 3", async () => {
      const results = temporaryDirectory();
      const { code, events } = await train(results, [...sizes, ...args], options);
      expect(code).toBe(3);
      expect(events[0]).toMatchObject({
        kind: "end",
        outcome: "refused",
        label: "plain-8 batchSize=128",
        message: refusal,
      });
      const ends = events.filter(({ kind }) => kind === "end").map(({ label, outcome }) => [label, outcome]);
      expect(ends.slice(1).sort()).toEqual([
        ["plain-8 batchSize=16", "done"],
        ["plain-8 batchSize=32", "done"],
      ]);
      expect(readdirSync(join(results, "tiny", "runs")).join()).not.toContain("128");
      expect(readdirSync(join(results, "tiny"))).toContain("report.html");
    });

    test("are not trained with --fail-fast", async () => {
      const results = temporaryDirectory();
      const { code, events } = await train(results, [...sizes, ...args, "--fail-fast"], options);
      expect([code, events.map(({ outcome }) => outcome)]).toEqual([3, ["refused"]]);
      expect(readdirSync(results)).toEqual(["tiny.yaml"]);
    });
  });

  test("that all ask for too many images exit 2 with the hint, and leave no files", async () => {
    const results = temporaryDirectory();
    const { code, err, events } = await train(results, ["--set", "training.batchSize=128"]);
    expect([code, events]).toEqual([2, []]);
    expect(err).toBe(
      "Expected training.batchSize to be at most the number of training images, 96, got 128.\n  Set training.batchSize to 96 or less.\n",
    );
    expect(readdirSync(results)).toEqual(["tiny.yaml"]);
  });

  test("are trained if the data of another run is damaged, and exit 3", async () => {
    const results = temporaryDirectory();
    const data = temporaryDirectory();
    // The empty file is found before any whole copy elsewhere on the machine.
    writeFileSync(join(data, "train-images-idx3-ubyte.gz"), "");
    const sets = ["--only", "plain-8* seed 0", "--set", "dataset.name=fashion-mnist,synthetic", "--data", data];
    const { code, events } = await train(results, sets);
    expect(code).toBe(3);
    const ends = events.filter(({ kind }) => kind === "end");
    expect(ends.map(({ label, outcome }) => [label, outcome])).toEqual([
      ["plain-8 name=fashion-mnist", "refused"],
      ["plain-8 name=synthetic", "done"],
    ]);
    expect(ends[0]!["message"]).toMatch(
      /^Expected .*-ubyte\.gz to be a gzip file of .*, got unexpected end of file\.$/,
    );
  });

  test("are trained if the directory of another run cannot be written, and exit 3", async () => {
    const results = temporaryDirectory();
    const { events } = await train(results, ["--only", "plain-8*"]);
    const runs = join(results, "tiny", "runs");
    const id = String(events.find(({ kind, seed }) => kind === "end" && seed === 0)!["id"]);
    rmSync(join(runs, id), { recursive: true });
    writeFileSync(join(runs, id), "no directory");
    const again = await train(results, []);
    expect(again.code).toBe(3);
    const ends = again.events.filter(({ kind }) => kind === "end");
    expect(ends.map(({ outcome }) => outcome)).toEqual(["refused", "skipped", "done", "done"]);
    expect(ends[0]).toMatchObject({ id, message: expect.stringMatching(/^Expected to write .*, got E[A-Z]+/) });
  });

  test("exit 2 with the message if none of them can be trained", async () => {
    const results = temporaryDirectory();
    mkdirSync(join(results, "tiny"), { recursive: true });
    writeFileSync(join(results, "tiny", "runs"), "no directory");
    const { code, err } = await train(results, ["--jobs", "2"], {});
    expect(code).toBe(2);
    expect(err).toMatch(/^Expected to write .*tiny\/runs\/.*, got ENOTDIR.*\.\n/);
    expect(err).not.toMatch(/\n\s+at /);
  });
});
