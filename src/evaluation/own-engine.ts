// The engine that looks at a finished run again: by default the one that trained it.
import { openEngine } from "../engines/choice.ts";
import type { Engine } from "../engines/engine.ts";
import { type EngineName, engineNames } from "../engines/names.ts";
import { UserError } from "../errors.ts";
import { lastEngine } from "../records/provenance.ts";
import type { RunRecord } from "../records/record.ts";

/** The engine that tests the weights. */
export interface WantedEngine {
  /** auto: the engine that trained the run, where this machine has it. */
  readonly engine: EngineName | "auto";
  readonly adapter?: string | undefined;
  readonly threads?: number | undefined;
}

/** The engine asked for; by itself the one that trained the run, and where that is not here the fastest. */
export async function engineFor(
  { run }: Pick<RunRecord, "run">,
  { engine, adapter, threads }: WantedEngine,
): Promise<Engine> {
  const own = engineNames.find((name) => name === lastEngine(run.provenance).name);
  if (engine !== "auto" || own === undefined) return (await openEngine(engine, { adapter, threads })).engine;
  try {
    return (await openEngine(own, { adapter, threads })).engine;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return (await openEngine("auto", { adapter, threads })).engine;
  }
}
