// A log or a reader of results that goes away: the work continues, and the exit code is that of the work.
import { spawn } from "node:child_process";
import { openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { resnetExp, temporaryDirectory } from "../helpers/program.ts";

const program = new URL("../../bin/resnet-exp.cjs", import.meta.url).pathname;

const experiment = `
name: tiny
dataset: { name: synthetic, trainImages: 32, testImages: 16 }
model: { family: cifar, depth: 8, width: 4 }
training: { batchSize: 8, iterations: 12 }
evaluation: { every: 3 }
record: { trainEvery: 1, checkpointEvery: 6 }
`;

function study(): { results: string; args: string[] } {
  const results = temporaryDirectory();
  const file = join(results, "tiny.yaml");
  writeFileSync(file, experiment);
  return { results, args: ["run", file, "--results", results] };
}

/** Runs the program and closes a stream after its first text. Resolves to the exit code and the other stream. */
function closing(name: "stdout" | "stderr", args: readonly string[]): Promise<{ code: number | null; other: string }> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let other = "";
  child[name === "stdout" ? "stderr" : "stdout"].setEncoding("utf8").on("data", (text: string) => (other += text));
  child[name].once("data", () => child[name].destroy());
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, other })));
}

/** Runs the program with a stream on a full disk. */
function onFullDisk(
  name: "stdout" | "stderr",
  args: readonly string[],
): Promise<{ code: number | null; other: string }> {
  const full = openSync("/dev/full", "w");
  const child = spawn(process.execPath, [program, ...args], {
    stdio: name === "stdout" ? ["ignore", full, "pipe"] : ["ignore", "pipe", full],
  });
  let other = "";
  (child.stdout ?? child.stderr)?.setEncoding("utf8").on("data", (text: string) => (other += text));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, other })));
}

async function stateOf(results: string): Promise<string[]> {
  const { out } = await resnetExp(["ls", "--results", results, "--json"]);
  return (JSON.parse(out) as { state: string }[]).map(({ state }) => state);
}

describe("a run", () => {
  test.each([[[]], [["--jobs", "1"]]])("continues when its log is closed, and exits 0 (%j)", async (more) => {
    const { results, args } = study();
    const { code, other } = await closing("stderr", [...args, ...more]);
    expect(code).toBe(0);
    expect(other).toContain("report.html");
    expect(await stateOf(results)).toEqual(["done"]);
  });

  test("continues when the reader of its events closes the pipe, and exits 0", async () => {
    const { results, args } = study();
    expect(await closing("stdout", [...args, "--json"])).toEqual({ code: 0, other: "" });
    expect(await stateOf(results)).toEqual(["done"]);
  });

  test("continues when the disk with its log is full, and exits 0", async () => {
    const { results, args } = study();
    expect(await onFullDisk("stderr", args)).toMatchObject({ code: 0 });
    expect(await stateOf(results)).toEqual(["done"]);
  });

  test("is trained to its end even if its results cannot be printed; then it says so and exits 2", async () => {
    const { results, args } = study();
    const { code, other } = await onFullDisk("stdout", args);
    expect(code).toBe(2);
    expect(other).toMatch(
      /\nExpected to write results to standard output, got ENOSPC: no space left on device, write\.\n$/,
    );
    expect(await stateOf(results)).toEqual(["done"]);
  });
});

describe("a command that prints", () => {
  test("ends quietly when its reader closes the pipe", async () => {
    expect(await closing("stdout", ["schema"])).toEqual({ code: 0, other: "" });
  });

  test("says that its results could not be written, and exits 2", async () => {
    expect(await onFullDisk("stdout", ["schema"])).toEqual({
      code: 2,
      other: "Expected to write results to standard output, got ENOSPC: no space left on device, write.\n",
    });
  });
});
