// Opens data sets for commands that work on several runs: each only once, with a progress bar if it is downloaded.
import type { DatasetConfig } from "../../config/schema.ts";
import { openDataset } from "../../datasets/dataset.ts";
import type { Dataset } from "../../types.ts";
import { downloadBar } from "./download-bar.ts";
import type { Io } from "./io.ts";

/** Opens what a run's `dataset` section describes. @throws UserError as `openDataset` does */
export type DatasetOpener = (config: DatasetConfig) => Promise<Dataset>;

/** @param data the directory given by --data */
export function datasetOpener(data: string | undefined, io: Io): DatasetOpener {
  const opened = new Map<string, Dataset>();
  return async (config) => {
    const key = JSON.stringify(config);
    const known = opened.get(key);
    if (known) return known;
    const bar = downloadBar(io);
    try {
      const dataset = await openDataset(config, { data, onProgress: bar.onProgress, signal: io.signal });
      opened.set(key, dataset);
      for (const note of dataset.notes ?? []) io.err(`${dataset.name}: ${note}\n`);
      return dataset;
    } finally {
      bar.stop();
    }
  };
}
