// A run of a study, as the trainer gets it, in this process or another.
import type { EngineOptions } from "../engines/engine.ts";
import type { EngineName } from "../engines/names.ts";
import type { RunSpec } from "../types.ts";

/** A run, and the texts of its experiment file that go into its record. */
export interface StudyRun {
  readonly spec: RunSpec;
  readonly paper: readonly string[];
  readonly question?: string | undefined;
}

/** How the runs of a study are trained, the same for each. */
export interface StudyOptions {
  /** The command line, for the records of new runs. */
  readonly command: readonly string[];
  readonly results: string;
  readonly data?: string | undefined;
  readonly engine: EngineName | "auto";
  readonly engineOptions: EngineOptions;
  /** Train on an engine that failed its last conformance. */
  readonly unproven: boolean;
  /** Resume with the engine even if another engine trained a run so far. */
  readonly changeEngine: boolean;
}
