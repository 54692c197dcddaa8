// The summary of any experiments as one document. CSV and JSON hold exact fractions; Markdown and LaTeX hold percent, like
// the table on the terminal.

import type { RunRecord } from "../records/record.ts";
import { type Column, exactRow } from "../text/column.ts";
import { csvText } from "../text/csv.ts";
import { latexComment, latexTable } from "../text/latex.ts";
import { markdownList, markdownTable } from "../text/markdown.ts";
import { type SummaryRow, tabulate } from "./analysis/tabulate.ts";
import { notes } from "./tables/summary.ts";
import { experimentColumn, summaryColumns } from "./tables/summary-columns.ts";

export const exportFormats = ["csv", "json", "md", "tex"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** The rows of the runs as a document that ends in "\n", one experiment after another. */
export function exportText(runs: readonly RunRecord[], format: ExportFormat): string {
  const rows = tabulate(runs);
  return writers[format]([experimentColumn(rows), ...summaryColumns(rows)], rows);
}

const writers = {
  csv: csvText<SummaryRow>,
  json: (columns, rows) =>
    `${JSON.stringify(
      rows.map((row) => exactRow(columns, row)),
      undefined,
      2,
    )}\n`,
  md: (columns, rows) => `${markdownTable(columns, rows)}\n${markdownList(notes(rows))}`,
  tex: (columns, rows) => `${latexTable(columns, rows)}${latexComment(notes(rows))}`,
} satisfies Record<ExportFormat, (columns: readonly Column<SummaryRow>[], rows: readonly SummaryRow[]) => string>;
