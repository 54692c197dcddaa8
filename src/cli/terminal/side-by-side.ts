// Values of several runs beside each other.
import { type Difference, readableValues } from "../../records/differences.ts";
import type { Column } from "../../text/column.ts";
import { textList } from "../../text/lines.ts";
import { terminalTable } from "../../text/terminal-table.ts";

/**
 * A column a run where that fits a terminal `width` characters wide, else a paragraph a path. Ends in "\n".
 * @param title of the column of paths
 * @param names of the runs, in the order of their values
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
