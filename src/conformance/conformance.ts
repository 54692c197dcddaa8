// What an engine was found to be on this machine, gathered from a process that checks it. Loads no engine itself.
import { fork } from "node:child_process";
import type { Engine, EngineOptions } from "../engines/engine.ts";
import type { EngineName } from "../engines/names.ts";
import type { CheckTask } from "./check-process.ts";
import type { CheckEvent, Finding } from "./finding.ts";

/** An engine that is here, and how it did. */
export interface Conformance {
  readonly engine: Engine;
  readonly findings: readonly Finding[];
  /** Training images a second of a small net; absent where its process ended before. */
  readonly imagesPerSecond?: number;
  /** Resident memory of the process that checked it, at most. */
  readonly peakMB?: number;
  /** How the process ended, where it did not get to the end: "it ended by SIGSEGV in convolution". */
  readonly crash?: string;
  /** Whether every check held. */
  readonly passed: boolean;
}

/**
 * Checks an engine in a process of its own.
 * @returns what was found, or why the engine cannot be used here
 */
export async function checkConformance(
  name: EngineName,
  options: EngineOptions,
  signal: AbortSignal,
): Promise<Conformance | { readonly unavailable: string }> {
  const child = fork(new URL("./check-process.js", import.meta.url), {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    serialization: "advanced",
    signal,
  });
  let [lastWords, doing] = ["", "loading"];
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    lastWords = (lastWords + text).slice(-2000);
  });
  const events: CheckEvent[] = [];
  child.on("message", (event: CheckEvent) => {
    events.push(event);
    if (event.kind === "checking") doing = event.check;
  });
  child.send({ name, options } satisfies CheckTask);
  const crash = await new Promise<string | undefined>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, killed) => {
      if (code === 0) resolve(undefined);
      else resolve(`it ended ${killed ? `by ${killed}` : `with exit code ${code}`} in ${doing}`);
    });
  });

  const opened = events.find((event) => event.kind === "opened");
  if (!opened) {
    const reason = events.find((event) => event.kind === "unavailable")?.reason;
    return { unavailable: reason ?? withLastWords(crash ?? "it gave no answer", lastWords) };
  }
  const findings = events.filter((event) => event.kind === "finding").map(({ finding }) => finding);
  const speed = events.find((event) => event.kind === "speed");
  return {
    engine: opened.engine,
    findings,
    ...(speed && { imagesPerSecond: speed.imagesPerSecond, peakMB: speed.peakMB }),
    ...(crash !== undefined && { crash: withLastWords(crash, lastWords) }),
    passed: crash === undefined && findings.every(({ held }) => held),
  };
}

/** With the message of an error that it printed. */
function withLastWords(crash: string, printed: string): string {
  const message = printed.split("\n").find((line) => /error|fatal|abort/i.test(line));
  return message ? `${crash}: ${message.trim()}` : crash;
}
