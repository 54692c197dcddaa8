// Runs from experiment file to record, in child processes: killed, resumed, on one thread and on two.
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nativeVariants } from "../../src/engines/native/engine.ts";
import type { Provenance } from "../../src/records/provenance.ts";
import { type ProgramOptions, resnetExp, resnetExpHere, temporaryDirectory } from "../helpers/program.ts";

const experiment = `
name: tiny
dataset: { name: synthetic, trainImages: 96, testImages: 32, validationImages: 16 }
model: { family: cifar, depth: 8, width: 4 }
training: { batchSize: 16, iterations: 24, learningRate: { initial: 0.05, dropAt: [12], warmUp: { untilTrainError: 0.98 } } }
evaluation: { every: 10, batchSize: 20 }
record: { trainEvery: 4, checkpointEvery: 6 }
matrix: { model.block: [plain, basic] }
`;

/** Trains the tiny experiment and returns the bytes that must not depend on how it got there. */
async function trainTiny(results: string, args: readonly string[] = [], options?: ProgramOptions) {
  const file = join(results, "tiny.yaml");
  writeFileSync(file, experiment);
  const words = ["run", file, "--json", "--results", results, ...args];
  const finished = options ? await resnetExp(words, options) : await resnetExpHere(words);
  return {
    ...finished,
    events: finished.out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

function resultsOf(results: string): Record<string, string> {
  const runs = join(results, "tiny", "runs");
  return Object.fromEntries(
    readdirSync(runs)
      .sort()
      .flatMap((id) =>
        ["metrics.jsonl", "weights.safetensors"].map((name) => {
          const bytes = readFileSync(join(runs, id, name));
          return [
            `${id}/${name}`,
            name.endsWith("jsonl") ? bytes.toString() : createHash("sha256").update(bytes).digest("hex"),
          ];
        }),
      ),
  );
}

/** The study trained without a break on one thread. */
let unbroken: string;
beforeAll(async () => {
  unbroken = mkdtempSync(join(tmpdir(), "resnet-exp-"));
  const { code, err } = await trainTiny(unbroken, ["--threads", "1"]);
  expect(code, err).toBe(0);
});
afterAll(() => rmSync(unbroken, { recursive: true }));

describe("a study", () => {
  test("killed with -9 many times and resumed equals the unbroken study byte for byte, on any number of threads", async () => {
    const killed = temporaryDirectory();
    // In the first run after a checkpoint, before the next one, after the last line of metrics, and in the second run.
    for (const text of [
      '"iteration":8,',
      '"iteration":11,',
      '"kind":"metric"',
      '"iteration":24,',
      '"ResNet-8","seed":0,"kind":"step","iteration":3,',
    ]) {
      const { code } = await trainTiny(killed, ["--threads", "2"], { signalAt: { text, signal: "SIGKILL" } });
      expect(["SIGKILL", 0]).toContain(code);
    }
    const last = await trainTiny(killed, ["--threads", "3"]);
    expect(last.code).toBe(0);
    expect(resultsOf(killed)).toEqual(resultsOf(unbroken));
    expect(Object.keys(resultsOf(killed))).toHaveLength(4);
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("stopped by %s writes a checkpoint, exits %i, and resumes from that step", async (signal, code) => {
    const stopped = temporaryDirectory();
    const first = await trainTiny(stopped, [], { signalAt: { text: '"iteration":9,', signal } });
    expect(first.code).toBe(code);
    expect(first.events.at(-1)).toMatchObject({ kind: "end", outcome: "interrupted" });
    const checkpoint = first.events.findLast(({ kind }) => kind === "checkpoint")!;
    const second = await trainTiny(stopped);
    expect(second.events.find(({ kind }) => kind === "start")).toMatchObject({ iteration: checkpoint["iteration"] });
    expect(resultsOf(stopped)).toEqual(resultsOf(unbroken));
    const { gitCommit, gitDirty, engine, sittings } = provenanceOf(stopped);
    expect(sittings).toEqual([
      { iteration: checkpoint["iteration"], startedAt: expect.any(String), gitCommit, gitDirty, engine },
    ]);
  });

  test("that is done is not trained again", async () => {
    const results = temporaryDirectory();
    cpSync(unbroken, results, { recursive: true });
    const again = await trainTiny(results);
    expect(again.code).toBe(0);
    expect(again.events.map(({ kind, outcome }) => [kind, outcome])).toEqual([
      ["end", "skipped"],
      ["end", "skipped"],
    ]);
  });

  test("trains the other runs after one diverges, records the iteration and exits 3", async () => {
    const results = temporaryDirectory();
    const { code, events } = await trainTiny(results, ["--set", "training.learningRate.warmUp.learningRate=0.01,1e30"]);
    expect(code).toBe(3);
    const ends = events.filter(({ kind }) => kind === "end").map(({ label, outcome }) => [label, outcome]);
    expect(ends).toEqual([
      ["plain-8 learningRate=0.01", "done"],
      ["plain-8 learningRate=1e+30", "failed"],
      ["ResNet-8 learningRate=0.01", "done"],
      ["ResNet-8 learningRate=1e+30", "failed"],
    ]);
    const failed = events.find(({ outcome }) => outcome === "failed")!;
    expect(failed["message"]).toMatch(
      /^Expected the training loss to (be a finite number|stay below 230 .*), got .* at iteration \d+\.$/,
    );
    const { out } = await resnetExpHere(["ls", "--results", results, "--json"]);
    const states = (JSON.parse(out) as { state: string }[]).map(({ state }) => state);
    expect(states.sort()).toEqual(["done", "done", "failed", "failed"]);
  });

  test("begun on one engine resumes on another only with --change-engine, and its record says from which iteration", async () => {
    const results = temporaryDirectory();
    const small = ["batchSize=4", "iterations=8"].map((value) => `training.${value}`);
    const few = ["dataset.testImages=4", "dataset.validationImages=4", "evaluation.every=4"];
    const one = ["--only", "plain-8", ...[...small, ...few].flatMap((value) => ["--set", value])];
    await trainTiny(results, [...one, "--engine", "native"], {
      signalAt: { text: '"kind":"step","iteration":2,', signal: "SIGINT" },
    });
    const refused = await trainTinyQuietly(results, [...one, "--engine", "cpu"]);
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(
      /^Expected plain-8-s0-[0-9a-f]{10} to resume with the native engine that trained it so far, got cpu\.\n {2}--engine native resumes it; --change-engine resumes it with cpu and notes that in the record\.\n {2}To start again, delete .*\/runs\/plain-8-s0-[0-9a-f]{10}\.$/m,
    );

    const changed = await trainTinyQuietly(results, [...one, "--engine", "cpu", "--change-engine"]);
    expect(changed.code).toBe(0);
    expect(changed.err).toMatch(/It was trained on native \(.*\) and resumes on cpu \(plain JavaScript, 1 thread\): /);
    const { engine, sittings } = provenanceOf(results);
    expect(engine.name).toBe("native");
    // On a busy machine the signal may arrive a step or two later.
    expect(sittings).toMatchObject([
      { iteration: expect.any(Number), engine: { name: "cpu", version: expect.any(String) } },
    ]);
    expect([2, 3, 4, 5, 6, 7]).toContain(sittings?.[0]?.iteration);
  });

  test.skipIf(nativeVariants().length < 2)("says where it goes on with other instructions of one engine", async () => {
    const results = temporaryDirectory();
    const [best, other] = [nativeVariants()[0]!, nativeVariants().at(-1)!];
    const options = { signalAt: { text: '"iteration":7,', signal: "SIGINT" } } as const;
    await trainTiny(results, ["--only", "plain-8"], { ...options, env: { RESNET_EXP_NATIVE_VARIANT: other } });
    const { code, events } = await trainTiny(results, ["--only", "plain-8"]);
    expect(code).toBe(0);
    expect(events.find(({ kind }) => kind === "warning")!["message"]).toMatch(/the last digits may differ/);
    const { engine, sittings } = provenanceOf(results);
    expect([engine.variant, sittings?.map((sitting) => sitting.engine.variant)]).toEqual([other, [best]]);
  });
});

/** The record of the only run. */
function provenanceOf(results: string): Provenance {
  const runs = join(results, "tiny", "runs");
  return JSON.parse(readFileSync(join(runs, readdirSync(runs)[0]!, "run.json"), "utf8")).provenance;
}

async function trainTinyQuietly(results: string, args: readonly string[]) {
  return resnetExp(["run", join(results, "tiny.yaml"), "--results", results, ...args]);
}
