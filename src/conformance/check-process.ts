// The process in which `doctor` checks one engine. It receives its task as a message, answers with check events, and ends.
// The calling process does not load the engine, so a crash in a native library becomes a finding.
import type { EngineOptions } from "../engines/engine.ts";
import type { EngineName } from "../engines/names.ts";
import { checkEngine } from "./check.ts";

/** The engine to check, and its options. */
export interface CheckTask {
  readonly name: EngineName;
  readonly options: EngineOptions;
}

process.once("message", async ({ name, options }: CheckTask) => {
  for await (const event of checkEngine(name, options)) process.send?.(event);
  process.disconnect();
});
