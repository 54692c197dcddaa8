// A run of a study as it is handed to what trains it, in this process or another.
import type { EngineOptions } from "../engines/engine.ts";
import type { EngineName } from "../engines/names.ts";
import type { RunSpec } from "../types.ts";

/** A run and the words of its experiment that go into its record. */
export interface StudyRun {
  readonly spec: RunSpec;
  readonly paper: readonly string[];
  readonly question?: string | undefined;
}

/** How the runs of a study are trained, the same for each. */
export interface StudyOptions {
  /** What was typed, for the records of new runs. */
  readonly command: readonly string[];
  readonly results: string;
  readonly data?: string | undefined;
  readonly engine: EngineName | "auto";
  readonly engineOptions: EngineOptions;
  /** Train on an engine that failed its last conformance. */
  readonly unproven: boolean;
  /** Go on with the engine even where another one trained a run so far. */
  readonly changeEngine: boolean;
}
