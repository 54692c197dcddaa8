// The rows that analyses of runs found. An analysis that is not finished counts as none.
import type { AnalysisName } from "../../config/names.ts";
import { type AnalysisRecord, isWhole } from "../../records/analyses.ts";
import type { RunRecord } from "../../records/record.ts";

/** A row of an analysis; its keys are the analysis' own. */
export type FoundRow = AnalysisRecord["done"][number]["rows"][number];

/** The rows of a run's finished analysis, in the order in which they were measured; none where there is none. */
export function rowsOfAnalysis({ analyses = [] }: RunRecord, name: AnalysisName): readonly FoundRow[] {
  const found = analyses.find(({ analysis }) => analysis === name);
  return found && isWhole(found) ? found.done.flatMap(({ rows }) => rows) : [];
}

/** A number of a row; NaN where it has none. */
export function numberIn(row: FoundRow, key: string): number {
  const value = row[key];
  return typeof value === "number" ? value : Number.NaN;
}
