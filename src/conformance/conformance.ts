// What an engine was found to be on this machine, gathered from a process that checks it. Loads no engine itself.
import { startChild } from "../child-process.ts";
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
  /** How the process ended, where it did not get to the end: "in convolution it ended by SIGSEGV". */
  readonly crash?: string;
  /** Whether every check held. */
  readonly passed: boolean;
}

/** An engine that cannot be used here, and why; or one that ended its process before it was open. */
export type NotOpened = { readonly unavailable: string } | { readonly crash: string; readonly passed: false };

/** Checks an engine in a process of its own. */
export async function checkConformance(
  name: EngineName,
  options: EngineOptions,
  signal: AbortSignal,
): Promise<Conformance | NotOpened> {
  const child = startChild(new URL("./check-process.js", import.meta.url));
  const stop = () => void child.process.kill();
  signal.addEventListener("abort", stop);
  let doing = "loading";
  const events: CheckEvent[] = [];
  child.process.on("message", (event: CheckEvent) => {
    events.push(event);
    if (event.kind === "checking") doing = event.check;
  });
  child.process.send({ name, options } satisfies CheckTask);
  const ending = await child.ended;
  signal.removeEventListener("abort", stop);
  signal.throwIfAborted();
  const crash = ending === undefined ? undefined : `in ${doing} it ended ${ending}`;

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
