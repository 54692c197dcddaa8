// The data sets of a study. Each is opened once before training starts, to find the runs that cannot be trained on it.
import type { DatasetConfig } from "../config/schema.ts";
import { openDataset } from "../datasets/dataset.ts";
import { batchesPerEpoch } from "../datasets/enough.ts";
import type { DatasetOptions } from "../datasets/source.ts";
import { errorMessage, isOutOfMemory, UserError } from "../errors.ts";
import type { Dataset, RunSpec } from "../types.ts";

type SpecOnly = { readonly spec: RunSpec };

/** For each run: what was kept of its data set, or why the run cannot be trained. */
export interface StudyData<T> {
  /** What was kept of the data set. Only for a run that is not refused. */
  of(run: SpecOnly): T;
  refusal(run: SpecOnly): UserError | undefined;
}

/** What is kept of a data set, or why it cannot be opened. */
type Opened<T> = { readonly trainImages: number; readonly kept: T } | UserError;

/** Opens each data set that the runs need and keeps what `keep` returns. One that cannot be opened refuses only its runs. */
export async function openStudyData<T>(
  runs: readonly SpecOnly[],
  options: DatasetOptions,
  keep: (dataset: Dataset) => T,
): Promise<StudyData<T>> {
  const opened = new Map<string, Opened<T>>();
  const keyOf = ({ spec }: SpecOnly) => JSON.stringify(spec.sections.dataset);
  for (const run of runs) {
    const key = keyOf(run);
    if (!opened.has(key)) opened.set(key, await open(run.spec.sections.dataset, options, keep));
  }
  const refusals = new Map(runs.map((run) => [run.spec, refusalOf(run, opened.get(keyOf(run))!)]));
  return {
    refusal: ({ spec }) => refusals.get(spec),
    of: (run) => {
      const found = opened.get(keyOf(run))!;
      if (found instanceof UserError) throw found;
      return found.kept;
    },
  };
}

async function open<T>(
  config: DatasetConfig,
  options: DatasetOptions,
  keep: (dataset: Dataset) => T,
): Promise<Opened<T>> {
  try {
    const dataset = await openDataset(config, options);
    return { trainImages: dataset.train.count, kept: keep(dataset) };
  } catch (error) {
    if (error instanceof UserError) return error;
    if (!isOutOfMemory(error)) throw error;
    return new UserError(`Expected ${config.name} to fit into memory, got ${errorMessage(error)}.`, [
      "Set dataset.trainImages and dataset.testImages to fewer images.",
    ]);
  }
}

function refusalOf<T>({ spec }: SpecOnly, opened: Opened<T>): UserError | undefined {
  if (opened instanceof UserError) return opened;
  try {
    batchesPerEpoch(opened.trainImages, spec.sections.training.batchSize);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  return undefined;
}
