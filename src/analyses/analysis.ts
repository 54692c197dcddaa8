// An analysis: experiments on a finished run's net, in parts that each give rows of numbers. It knows no file and no engine
// by name. The same net, data and settings give the same rows.
import type { RunSections } from "../config/schema.ts";
import type { Batch, Batches, ModelInput, NamedTensor } from "../types.ts";

/** A finished run: its net, and the images that it was trained and tested on. */
export interface Subject {
  readonly sections: RunSections;
  readonly input: ModelInput;
  readonly seed: number;
  /** The final weights and running statistics. */
  readonly weights: readonly NamedTensor[];
  // Both throw an AbortError once the analysis is asked to stop.
  readonly testBatches: () => Batches;
  /** The batch of a 0-based iteration, augmented as in training. Iterations after the run's end have batches too. */
  readonly trainingBatch: (iteration: number) => Promise<Batch>;
}

/** A row of an analysis' table. null is a number that does not exist, such as a loss that is infinite. */
export type Row = Readonly<Record<string, string | number | null>>;

/** What is computed at once. An analysis that is stopped resumes with the next part. */
export interface Part {
  /** Unique in the analysis. */
  readonly name: string;
  readonly measure: () => Promise<readonly Row[]>;
}

export interface Analysis<Settings> {
  /** Raised when a change of the program changes its numbers: older results are then made again. */
  readonly version: number;
  /** Why it says nothing about such a net, as words that follow "as"; undefined where it does. */
  unsuited(sections: RunSections, settings: Settings): string | undefined;
  /** In an order that never changes. Parts do not depend on each other. */
  parts(subject: Subject, settings: Settings): readonly Part[];
}
