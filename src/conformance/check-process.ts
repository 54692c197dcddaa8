// The process that `doctor` checks one engine in: receives the task as a message, answers with check events, and ends.
// The engine stays out of the calling process, so a crash in a native library is only a finding.
import type { EngineOptions } from "../engines/engine.ts";
import type { EngineName } from "../engines/names.ts";
import { checkEngine } from "./check.ts";

/** What is checked. */
export interface CheckTask {
  readonly name: EngineName;
  readonly options: EngineOptions;
}

process.once("message", async ({ name, options }: CheckTask) => {
  for await (const event of checkEngine(name, options)) process.send?.(event);
  process.disconnect();
});
