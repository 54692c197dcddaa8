// What a trainer gets: a run of a study and the options of the study. It may be in another process.
import type { EngineOptions } from "../engines/engine.ts";
import type { EngineName } from "../engines/names.ts";
import type { RunSpec } from "../types.ts";

/** A run, and the texts from its experiment file for its record. */
export interface StudyRun {
  readonly spec: RunSpec;
  readonly paper: readonly string[];
  readonly question?: string | undefined;
}

/** The training options that all runs of a study share. */
export interface StudyOptions {
  /** The command line, for the records of new runs. */
  readonly command: readonly string[];
  readonly results: string;
  readonly data?: string | undefined;
  readonly engine: EngineName | "auto";
  readonly engineOptions: EngineOptions;
  /** Train on an engine even if it failed its last conformance test. */
  readonly unproven: boolean;
  /** Resume runs with this engine even if another engine has trained them so far. */
  readonly changeEngine: boolean;
}
