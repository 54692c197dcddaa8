// A program that runs to its end, with its exit code and output.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { errorCode } from "../../errors.ts";

export interface CommandOptions {
  readonly cwd?: string | undefined;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with each line of standard output as it comes. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** How a program ended. */
export interface Ending {
  /** 0 if it succeeded; undefined if there is no such program, or a signal ended it. */
  readonly code: number | undefined;
  /** Standard output, then standard error. */
  readonly text: string;
}

/** Runs a program without a shell. If `signal` fires, it ends the program and throws the reason of the signal. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Ending> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    signal: options.signal,
  });
  const texts = { stdout: "", stderr: "" };
  createInterface(child.stdout).on("line", (line) => {
    texts.stdout += `${line}\n`;
    options.onLine?.(line);
  });
  child.stderr.on("data", (text) => {
    texts.stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", (error) => {
      if (errorCode(error) === "ENOENT") resolve({ code: undefined, text: `${command}: not found` });
      else reject(options.signal?.aborted ? options.signal.reason : error);
    });
    child.on("close", (code, signal) => {
      const ended = signal ? `\nended by ${signal}` : "";
      resolve({ code: code ?? undefined, text: `${texts.stdout}${texts.stderr}${ended}`.trim() });
    });
  });
}
