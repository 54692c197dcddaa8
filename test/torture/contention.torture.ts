// Many processes on one results directory: each run is trained once, and only locks of dead processes are taken over.
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { random } from "../../src/random.ts";
import { resnetExp, temporaryDirectory } from "../helpers/program.ts";
import { scaled } from "./scale.ts";
import { finalBytes, runs, writeStudy } from "./study.ts";

const program = new URL("../../bin/resnet-exp.cjs", import.meta.url).pathname;
const processes = 6;

interface Event {
  readonly kind: string;
  readonly id: string;
  readonly iteration?: number;
  readonly outcome?: string;
}

const events = (out: string): Event[] =>
  out
    .trim()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Event);

test("processes that start together train each run once", async () => {
  const unbroken = temporaryDirectory();
  const args = (results: string) => ["run", writeStudy(results), "--threads", "1", "--json", "--results", results];
  expect((await resnetExp(args(unbroken))).code).toBe(0);
  for (let round = 0; round < scaled(10); round++) {
    const results = temporaryDirectory();
    const all = await Promise.all(Array.from({ length: processes }, () => resnetExp(args(results))));
    // A process exits 3 if another was still training a run when it had nothing else to do.
    for (const { code, out, err } of all) expect([0, out.includes('"busy"') ? 3 : 0], err).toContain(code);
    expect(all.map(({ code }) => code)).toContain(0);
    const seen = all.flatMap(({ out }) => events(out));
    const starts = seen.filter(({ kind }) => kind === "start");
    expect(starts).toHaveLength(runs);
    expect(new Set(starts.map(({ id }) => id)).size).toBe(runs);
    expect(seen.filter(({ outcome }) => outcome === "done")).toHaveLength(runs);
    expect(finalBytes(results)).toEqual(finalBytes(unbroken));
    rmSync(results, { recursive: true });
  }
});

test("processes that die and are replaced, in any order, never train a step of a run twice from one state", async () => {
  const unbroken = temporaryDirectory();
  const args = (results: string) => ["run", writeStudy(results), "--threads", "1", "--json", "--results", results];
  expect((await resnetExp(args(unbroken))).code).toBe(0);
  const results = temporaryDirectory();
  for (let round = 0; round < scaled(30); round++) {
    const children = Array.from({ length: 3 }, () => spawn(process.execPath, [program, ...args(results)]));
    const ends = children.map((child) => new Promise((resolve) => child.stdout.resume() && child.on("close", resolve)));
    for (const [index, child] of children.entries()) {
      await setTimeout(500 * random(9, "conformance", round, index));
      child.kill("SIGKILL");
    }
    await Promise.all(ends);
  }
  const last = await resnetExp(args(results));
  expect(last.code, last.err).toBe(0);
  expect(finalBytes(results)).toEqual(finalBytes(unbroken));
});
