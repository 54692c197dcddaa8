// The process that `doctor` checks one engine in: takes the task as a message, answers with check events, and ends.
// Nothing of an engine reaches the process that asked, so that a crash in a native library is a finding there.
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
