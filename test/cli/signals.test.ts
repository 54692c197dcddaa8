// What signals do to a run, and to a process that has just started.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { resnetExp, temporaryDirectory } from "../helpers/program.ts";

const experiment = `
name: tiny
dataset: { name: synthetic, trainImages: 64, testImages: 32 }
model: { family: cifar, depth: 8, width: 4 }
training: { batchSize: 16, iterations: 20000 }
record: { trainEvery: 100, checkpointEvery: 10000 }
`;

function study(): { results: string; args: string[] } {
  const results = temporaryDirectory();
  const file = join(results, "tiny.yaml");
  writeFileSync(file, experiment);
  return { results, args: ["run", file, "--json", "--results", results] };
}

function filesOf(results: string): string[] {
  const runs = join(results, "tiny", "runs");
  return readdirSync(join(runs, readdirSync(runs)[0]!), { recursive: true, encoding: "utf8" });
}

describe("a run", () => {
  test.each([
    ["SIGHUP", 129, []],
    ["SIGUSR1", 138, []],
    ["SIGUSR2", 140, []],
    ["SIGUSR2", 140, ["--jobs", "1"]],
  ] as const)(
    "stopped by %s exits %i after a checkpoint, with its lock given back (%j)",
    async (signal, code, more) => {
      const { results, args } = study();
      const finished = await resnetExp([...args, ...more], { signalAt: { text: '"iteration":9,', signal } });
      expect([finished.code, finished.err]).toEqual([code, ""]);
      const files = filesOf(results);
      expect(files).toContain("checkpoints/latest.json");
      expect(files).not.toContain("lock");
      expect(finished.out.trim().split("\n").at(-1)).toContain('"outcome":"interrupted"');
    },
  );

  test("stops within a step if the engine is slow, as if the step had not begun", async () => {
    const { results, args } = study();
    const signalAt = { text: '"kind":"start"', signal: "SIGTERM" } as const;
    const finished = await resnetExp([...args, "--engine", "cpu"], { signalAt });
    expect(finished.code).toBe(143);
    expect(filesOf(results)).toContain("checkpoints/00000000.safetensors");
    expect(finished.out).not.toContain('"step"');
  });

  test("that gets TERM twice, as from srun, still writes its checkpoint", async () => {
    const { results, args } = study();
    const act = (kill: (signal: NodeJS.Signals) => void) => {
      kill("SIGTERM");
      setTimeout(() => kill("SIGTERM"), 5);
    };
    const finished = await resnetExp(args, { actAt: { text: '"iteration":9,', act } });
    expect(finished.code).toBe(143);
    expect(filesOf(results)).toContain("checkpoints/latest.json");
    expect(filesOf(results)).not.toContain("lock");
  });

  test("started by nohup in a script ignores HUP and obeys TERM", async () => {
    const { args } = study();
    const act = (kill: (signal: NodeJS.Signals) => void) => {
      kill("SIGHUP");
      kill("SIGTERM");
    };
    const env = { _: "/usr/bin/nohup" };
    const finished = await resnetExp(args, { env, actAt: { text: '"iteration":9,', act } });
    expect(finished.code).toBe(143);
  });

  test("that gets one Ctrl-C twice, as through npx, still writes its checkpoint", async () => {
    const { results, args } = study();
    const act = (kill: (signal: NodeJS.Signals) => void) => {
      kill("SIGINT");
      setTimeout(() => kill("SIGINT"), 5);
    };
    const finished = await resnetExp(args, { actAt: { text: '"iteration":9,', act } });
    expect(finished.code).toBe(130);
    expect(filesOf(results)).toContain("checkpoints/latest.json");
  });
});

describe("a process that does not end by itself", () => {
  test("ends at once at the second Ctrl-C, but not at any other second signal", async () => {
    const signals = JSON.stringify(new URL("../../bin/signals.cjs", import.meta.url).pathname);
    const script = `const { stopSignal } = require(${signals});
      stopSignal.onabort = () => console.log("told by", stopSignal.reason);
      setInterval(() => {}, 1000);
      console.log("up");`;
    const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(child, "exit");
    let out = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
      if (text.includes("up")) for (const signal of ["SIGTERM", "SIGTERM", "SIGHUP"] as const) child.kill(signal);
      if (!text.includes("told")) return;
      child.kill("SIGINT");
      setTimeout(() => child.kill("SIGINT"), 400);
    });
    expect(await ended).toEqual([130, null]);
    expect(out).toMatch(/^up\ntold by SIG(TERM|HUP)\n$/);
  });
});

describe("a process that has just started", () => {
  test.each([
    ["SIGUSR1", 138],
    ["SIGUSR2", 140],
    ["SIGHUP", 129],
  ] as const)("obeys %s before it has loaded anything else: no debugger, exit code %i", async (signal, code) => {
    const { results, args } = study();
    const preload = new URL("../helpers/signal-early.mjs", import.meta.url).href;
    const env = { NODE_OPTIONS: `--import=${preload}`, SIGNAL_EARLY: signal };
    expect(await resnetExp(args, { env })).toEqual({ code, out: "", err: "" });
    expect(readdirSync(results)).toEqual(["tiny.yaml"]);
  });

  test("has its handlers before anything else is loaded", () => {
    const entry = readFileSync(new URL("../../bin/resnet-exp.cjs", import.meta.url), "utf8");
    expect(/require\("(.*?)"\)/.exec(entry)?.[1]).toBe("./signals.cjs");
  });
});
