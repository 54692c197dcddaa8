// A table in every format, one below the other, for the snapshots of tables.
import { htmlTable } from "../../src/reports/page/html.ts";
import { type Column, exactRow, fieldsOf, readColumns } from "../../src/text/column.ts";
import { csvText } from "../../src/text/csv.ts";
import { latexTable } from "../../src/text/latex.ts";
import { markdownTable } from "../../src/text/markdown.ts";
import { terminalTable } from "../../src/text/terminal-table.ts";

/** The formats that the table has: a table only for people has no data, and a table only of data has no text. */
export function everyFormat<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const formats: readonly (readonly [name: string, text: string])[] = [
    ["Terminal", terminalTable(columns, rows, Number.POSITIVE_INFINITY)],
    ["Terminal of 60 characters", terminalTable(columns, rows, 60)],
    ...(readColumns(columns, rows).length > 0
      ? ([
          ["Markdown", markdownTable(columns, rows)],
          ["HTML", `${htmlTable("caption", columns, rows)}\n`],
          ["LaTeX", latexTable(columns, rows)],
        ] as const)
      : []),
    ...(fieldsOf(columns).length > 0
      ? ([
          ["CSV", csvText(columns, rows)],
          [
            "JSON",
            `${JSON.stringify(
              rows.map((row) => exactRow(columns, row)),
              undefined,
              2,
            )}\n`,
          ],
        ] as const)
      : []),
  ];
  return formats
    .filter(([, text]) => text !== "")
    .map(([name, text]) => `== ${name} ==\n${text}`)
    .join("\n");
}
