// What was measured of each layer as nets trained, as CSV in long format: one line a layer and iteration. Unrounded.
import type { RunRecord } from "../../records/record.ts";
import { csvText } from "./csv.ts";

const columns = ["label", "seed", "iteration", "layer", "responseStd", "gradientNorm", "dataset", "iterations", "id"];

/** Every measurement of every run, layers counted from 1 in the net's order; undefined where no run measured any. */
export function layersCsv(runs: readonly RunRecord[]): string | undefined {
  const lines = runs.flatMap(({ run: { id, datasetTitle, spec }, metrics }) => {
    const { label, seed, sections } = spec;
    const shared = { label, seed, dataset: datasetTitle, iterations: sections.training.iterations, id };
    return metrics.flatMap(({ iteration, layers }) =>
      (layers?.responseStd ?? []).map((responseStd, i) => {
        const gradientNorm = layers?.gradientNorm[i];
        return { ...shared, iteration, layer: i + 1, responseStd, gradientNorm };
      }),
    );
  });
  return lines.length > 0 ? csvText(columns, lines) : undefined;
}
