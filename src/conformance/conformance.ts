// The results of an engine's checks on this machine, collected from the process that runs them. Loads no engine itself.

import type { Engine, EngineOptions } from "../engines/engine.ts";
import type { EngineName } from "../engines/names.ts";
import { startChild } from "../system/child-process.ts";
import type { CheckTask } from "./check-process.ts";
import type { CheckEvent, Finding } from "./finding.ts";

/** An engine on this machine, and the results of its checks. */
export interface Conformance {
  readonly engine: Engine;
  readonly findings: readonly Finding[];
  /** Training images per second of a small net; absent if the process ended earlier. */
  readonly imagesPerSecond?: number;
  /** The peak of resident memory of the process that checked it. */
  readonly peakMB?: number;
  /** How the process ended, if it did not finish: "in convolution it ended by SIGSEGV". */
  readonly crash?: string;
  /** Whether every check passed. */
  readonly passed: boolean;
}

/** An engine that cannot be used here, and why; or an engine whose process ended before it was open. */
export type NotOpened = { readonly unavailable: string } | { readonly crash: string; readonly passed: false };

/** How to check engines. Only tests use other values. */
export interface CheckManner {
  /** The module that runs the checks, in a separate process. */
  readonly process: URL;
  /**
   * Seconds without a message after which an engine counts as hanging. The longest check, which compiles shaders, takes
   * far less.
   */
  readonly patience: number;
}

const usualManner: CheckManner = { process: new URL("./check-process.js", import.meta.url), patience: 300 };

/** Checks an engine in a separate process. */
export async function checkConformance(
  name: EngineName,
  options: EngineOptions,
  signal: AbortSignal,
  { process, patience }: CheckManner = usualManner,
): Promise<Conformance | NotOpened> {
  const child = startChild(process);
  const stop = () => void child.process.kill("SIGKILL");
  signal.addEventListener("abort", stop);
  let hangs = false;
  const silence = setTimeout(() => {
    hangs = true;
    stop();
  }, 1000 * patience);
  let doing = "loading";
  const events: CheckEvent[] = [];
  child.process.on("message", (event: CheckEvent) => {
    silence.refresh();
    events.push(event);
    if (event.kind === "checking") doing = event.check;
  });
  child.process.send({ name, options } satisfies CheckTask);
  const ending = await child.ended;
  clearTimeout(silence);
  signal.removeEventListener("abort", stop);
  signal.throwIfAborted();
  const words = hangs ? `sent no message for ${patience} s` : `ended ${ending}`;
  const crash = ending === undefined ? undefined : `in ${doing} it ${words}`;

  const opened = events.find((event) => event.kind === "opened");
  if (!opened) {
    const unavailable = events.find((event) => event.kind === "unavailable")?.reason;
    return unavailable === undefined ? { crash: crash ?? "it ended", passed: false } : { unavailable };
  }
  const findings = events.filter((event) => event.kind === "finding").map(({ finding }) => finding);
  const speed = events.find((event) => event.kind === "speed");
  return {
    engine: opened.engine,
    findings,
    ...(speed && { imagesPerSecond: speed.imagesPerSecond, peakMB: speed.peakMB }),
    ...(crash !== undefined && { crash }),
    passed: crash === undefined && findings.every(({ held }) => held),
  };
}
