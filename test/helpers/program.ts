// The program, run as a user would run it: the built one in its own process, or the sources in the process of the test.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { answer } from "../../src/cli/main.ts";
import type { Io } from "../../src/cli/terminal/io.ts";

const program = new URL("../../bin/resnet-exp.cjs", import.meta.url).pathname;

export interface Finished {
  /** Exit code, or the name of the signal that ended it. */
  readonly code: number | string;
  readonly out: string;
  readonly err: string;
}

export interface ProgramOptions {
  readonly cwd?: string;
  /** Variables in addition to this process's. */
  readonly env?: NodeJS.ProcessEnv;
  /** Acts once, as soon as standard output contains the text. */
  readonly actAt?: { readonly text: string; readonly act: (kill: (signal: NodeJS.Signals) => void) => void };
  /** Sends the signal as soon as standard output contains the text. */
  readonly signalAt?: { readonly text: string; readonly signal: NodeJS.Signals; readonly of?: "err" };
}

/** Runs resnet-exp with the arguments. Resolves when it has ended. */
export function resnetExp(args: readonly string[], options: ProgramOptions = {}): Promise<Finished> {
  const { RESNET_EXP_DATA: _, ...env } = process.env;
  const child = spawn(process.execPath, [program, ...args], {
    cwd: options.cwd,
    // `_` names the program that started the tests, which may be nohup.
    env: { ...env, LC_ALL: "C.UTF-8", _: process.execPath, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  const { signalAt } = options;
  const actAt = signalAt ? { text: signalAt.text, act: () => child.kill(signalAt.signal) } : options.actAt;
  let acted = false;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
    if (!actAt || acted || !out.includes(actAt.text)) return;
    acted = true;
    actAt.act((signal) => child.kill(signal));
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
    if (signalAt?.of !== "err" || acted || !err.includes(signalAt.text)) return;
    acted = true;
    child.kill(signalAt.signal);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code: code ?? signal ?? "", out, err }));
  });
}

/**
 * Runs resnet-exp with the arguments in this process, as into a pipe: for what does not depend on the process. It takes a
 * tenth of the time.
 */
export async function resnetExpHere(
  args: readonly string[],
  { cwd }: { readonly cwd?: string } = {},
): Promise<Finished> {
  let [out, err] = ["", ""];
  const io: Io = {
    out(text) {
      out += text;
    },
    err(text) {
      err += text;
    },
    ...{ columns: 80, tableWidth: Number.POSITIVE_INFINITY, stderrIsTerminal: false, isUtf8: true },
    signal: new AbortController().signal,
  };
  const before = process.cwd();
  if (cwd !== undefined) process.chdir(cwd);
  try {
    const code = await answer(args, io);
    return { code: typeof code === "object" ? code.final : code, out, err };
  } finally {
    process.chdir(before);
  }
}

/** An empty directory that is deleted after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "resnet-exp-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
