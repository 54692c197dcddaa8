// The measurements of layers during training as CSV in long format: one line for each layer and iteration, unrounded.
import type { RunRecord } from "../../records/record.ts";
import type { Column } from "../../text/column.ts";
import { csvText } from "../../text/csv.ts";

interface Line {
  readonly run: RunRecord["run"];
  readonly iteration: number;
  /** Counted from 1 in the net's order. */
  readonly layer: number;
  readonly responseStd: number;
  readonly gradientNorm: number | undefined;
}

const columns: readonly Column<Line>[] = [
  {
    data: {
      label: ({ run }) => run.spec.label,
      seed: ({ run }) => run.spec.seed,
      iteration: ({ iteration }) => iteration,
      layer: ({ layer }) => layer,
      responseStd: ({ responseStd }) => responseStd,
      gradientNorm: ({ gradientNorm }) => gradientNorm,
      dataset: ({ run }) => run.datasetTitle,
      iterations: ({ run }) => run.spec.sections.training.iterations,
      id: ({ run }) => run.id,
    },
  },
];

/** Every measurement of every run; undefined where no run measured any. */
export function layersCsv(runs: readonly RunRecord[]): string | undefined {
  const lines = runs.flatMap(({ run, metrics }) =>
    metrics.flatMap(({ iteration, layers }) =>
      (layers?.responseStd ?? []).map((responseStd, i) => {
        return { run, iteration, layer: i + 1, responseStd, gradientNorm: layers?.gradientNorm[i] };
      }),
    ),
  );
  return lines.length > 0 ? csvText(columns, lines) : undefined;
}
