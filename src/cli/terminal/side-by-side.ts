// Prints values of several runs side by side.
import { type Difference, readableValues } from "../../records/differences.ts";
import type { Column } from "../../text/column.ts";
import { textList } from "../../text/lines.ts";
import { terminalTable } from "../../text/terminal-table.ts";

/**
 * A column for each run if that fits a terminal `width` characters wide, else a paragraph for each path. Ends in "\n".
 * @param title the heading of the column of paths
 * @param names the runs' names, in the order of their values
 */
export function sideBySide(
  title: string,
  rows: readonly Difference[],
  names: readonly string[],
  width: number,
  align?: "right",
): string {
  const columns: readonly Column<Difference>[] = [
    { title, text: ({ path }) => path },
    ...names.map((name, run) => ({
      title: name,
      ...(align && { align }),
      text: (row: Difference) => readableValues(row)[run] ?? "",
    })),
  ];
  const table = terminalTable(columns, rows, width);
  if (table.split("\n").every((line) => [...line].length <= width)) return table;
  return rows
    .map((row) => {
      const values = readableValues(row).map((value, i) => [names[i] ?? "", value] as const);
      return `${row.path}\n${textList(values, width)}`;
    })
    .join("");
}
