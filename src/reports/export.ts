// The summary rows of any experiments as one document: CSV and JSON hold exact fractions, Markdown and LaTeX hold percent
// as the table in the terminal does.

import type { RunRecord } from "../records/record.ts";
import { markdownTable, type TextColumn } from "../text/text-table.ts";
import { groupBy } from "./analysis/group.ts";
import { type SummaryRow, tabulate } from "./analysis/tabulate.ts";
import { csvText } from "./tables/csv.ts";
import { latexTable, latexText } from "./tables/latex.ts";
import { notes, tableCells, tableColumns } from "./tables/summary.ts";
import { summaryCells, summaryColumnsOf } from "./tables/summary-csv.ts";

export const exportFormats = ["csv", "json", "md", "tex"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** The rows of the runs, of one experiment after another, as a document that ends in "\n". */
export function exportText(runs: readonly RunRecord[], format: ExportFormat): string {
  return writers[format](tabulate(runs));
}

const writers = {
  csv: (rows) => csvText(["experiment", ...summaryColumnsOf(rows)], rows.map(exactCells)),
  json: (rows) => `${JSON.stringify(rows.map(exactCells), undefined, 2)}\n`,
  md: (rows) => {
    const { columns, cells } = readableTable(rows);
    return `${markdownTable(columns, cells)}\n${notes(rows)
      .map((line) => `- ${line}\n`)
      .join("")}`;
  },
  tex: (rows) => {
    const { columns, cells } = readableTable(rows);
    return `${latexTable(columns, cells)}${notes(rows)
      .map((line) => `% ${latexText(line)}\n`)
      .join("")}`;
  },
} satisfies Record<ExportFormat, (rows: readonly SummaryRow[]) => string>;

function exactCells(row: SummaryRow) {
  return { experiment: row.experiment, ...summaryCells(row) };
}

/** The table that people read, with a column for the experiment where there are several. */
function readableTable(rows: readonly SummaryRow[]): { columns: TextColumn[]; cells: string[][] } {
  const experiments = groupBy(rows, ({ experiment }) => experiment);
  const cells = [...experiments].flatMap(([name, group]) =>
    tableCells(group).map((row) => [experiments.size > 1 ? name : "", ...row]),
  );
  return { columns: [{ title: "experiment", align: "left", importance: 7 }, ...tableColumns], cells };
}
