// Tables and lists in Markdown.
import { type Column, type ReadColumn, readColumns } from "./column.ts";

/** A table of all columns that are not empty; ends in "\n". */
export function markdownTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const all = readColumns(columns, rows);
  const line = (textOf: (column: ReadColumn) => string | undefined) =>
    `| ${all.map((column) => (textOf(column) ?? "").replaceAll("|", "\\|")).join(" | ")} |\n`;
  return [
    line(({ title }) => title),
    line(({ align }) => (align === "right" ? "---:" : "---")),
    ...rows.map((_, row) => line(({ cells }) => cells[row])),
  ].join("");
}

/** A list with a line for each item; each line ends in "\n". */
export function markdownList(items: readonly string[]): string {
  return items.map((item) => `- ${item}\n`).join("");
}
