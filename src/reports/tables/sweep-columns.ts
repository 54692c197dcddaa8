// The columns of the table of a sweep: each value that the matrix varies, our errors, and how far each setting lies above the
// best.
import type { Column } from "../../text/column.ts";
import { csvText } from "../../text/csv.ts";
import { welchMargin } from "../analysis/statistics.ts";
import { testedRows } from "../analysis/sweep-answer.ts";
import { axisTitle, axisValue, axisWords, isSweep, type Part, type Sweep } from "../analysis/sweeps.ts";
import type { SummaryRow } from "../analysis/tabulate.ts";
import { points } from "./format.ts";
import { summaryColumns } from "./summary-columns.ts";

/** What the columns beside the test error of sweeps show. */
export function sweepNotes(parts: readonly Part[]): string[] {
  const sweeps = parts.filter(isSweep);
  const isTested = sweeps.some(({ rows }) => rows.some((row) => compareWithBest(rows).scatter(row) !== ""));
  return [
    ...(sweeps.length > 0 ? ["Above best: how far the mean test error lies above the lowest, in points."] : []),
    ...(isTested
      ? ["Scatter: whether Welch's t-test at the 5 % level can tell a setting from the best (beyond) or not (within)."]
      : []),
  ];
}

/** The columns of a sweep. The net's label is shown only where the values do not tell the rows apart. */
function sweepColumns({ axes, rows }: Pick<Sweep, "axes" | "rows">): Column<SummaryRow>[] {
  const paths = axes.flatMap((axis) => axis.paths);
  const told = new Set(rows.map((row) => JSON.stringify(paths.map((path) => axisWords(row, path)))));
  const hidden = ["images", "iterations", ...(told.size === rows.length ? ["net"] : [])];
  return [
    ...paths.map((path) => axisColumn(path, rows)),
    ...summaryColumns(rows).flatMap((column): Column<SummaryRow>[] => {
      if (column.title === "test error") return [column, ...bestColumns(rows)];
      if (column.title !== undefined && hidden.includes(column.title))
        return column.data ? [{ data: column.data }] : [];
      return [column];
    }),
  ];
}

/** The columns of a sweep, or of a set-up that is in none. */
export function partColumns(part: Part): Column<SummaryRow>[] {
  return isSweep(part) ? sweepColumns(part) : summaryColumns(part.rows);
}

/** The table as CSV: errors are fractions, unrounded. */
export function sweepCsv(sweep: Sweep): string {
  return csvText(sweepColumns(sweep), sweep.rows);
}

function axisColumn(path: string, rows: readonly SummaryRow[]): Column<SummaryRow> {
  const isNumeric = rows.every((row) => typeof axisValue(row, path) === "number");
  return {
    title: axisTitle(path),
    ...(isNumeric && { align: "right" as const }),
    text: (row) => axisWords(row, path),
    data: { [path]: (row) => (isNumeric ? Number(axisValue(row, path)) : axisWords(row, path)) },
  };
}

function bestColumns(rows: readonly SummaryRow[]): Column<SummaryRow>[] {
  const { best, above, margin, scatter } = compareWithBest(rows);
  return [
    {
      title: "above best",
      align: "right",
      importance: 7,
      text: (row) => (row === best ? "best" : points(above(row))),
      // The half width of its 95 % interval.
      data: { aboveBest: above, aboveBestMargin: margin },
    },
    { title: "scatter", importance: 6, text: scatter },
  ];
}

/** How each row compares with the row of the lowest test error. */
function compareWithBest(rows: readonly SummaryRow[]) {
  const [best] = testedRows(rows);
  const above = ({ testError }: SummaryRow) =>
    best && testError && Number.isFinite(testError.mean) ? testError.mean - best.error.mean : undefined;
  const margin = ({ testError }: SummaryRow) =>
    best && testError && testError !== best.error ? welchMargin(best.error, testError) : undefined;
  const scatter = (row: SummaryRow) => {
    const [difference, half] = [above(row), margin(row)];
    if (difference === undefined || half === undefined) return "";
    return difference > half ? "beyond" : "within";
  };
  return { best: best?.row, above, margin, scatter };
}
