// The rows of an analysis as CSV: a line for each row of each run, unrounded, in the order in which they were measured.
import type { AnalysisName } from "../../config/names.ts";
import type { RunRecord } from "../../records/record.ts";
import type { Column } from "../../text/column.ts";
import { csvText } from "../../text/csv.ts";
import { type FoundRow, rowsOfAnalysis } from "../analysis/analysed.ts";

interface Line {
  readonly run: RunRecord["run"];
  readonly row: FoundRow;
}

/** Undefined where no run has finished the analysis. */
export function analysisCsv(name: AnalysisName, runs: readonly RunRecord[]): string | undefined {
  const lines = runs.flatMap((record) => rowsOfAnalysis(record, name).map((row): Line => ({ run: record.run, row })));
  if (lines.length === 0) return undefined;
  const keys = [...new Set(lines.flatMap(({ row }) => Object.keys(row)))];
  const columns: readonly Column<Line>[] = [
    {
      data: {
        label: ({ run }) => run.spec.label,
        seed: ({ run }) => run.spec.seed,
        ...Object.fromEntries(keys.map((key) => [key, ({ row }: Line) => row[key]])),
        dataset: ({ run }) => run.datasetTitle,
        id: ({ run }) => run.id,
      },
    },
  ];
  return csvText(columns, lines);
}
