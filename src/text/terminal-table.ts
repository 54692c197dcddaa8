// A table for a terminal of a given width. If the terminal is too narrow, the least important columns are left out, and a
// line below the table names them.
import { type Column, type ReadColumn, readColumns } from "./column.ts";
import { lengthOf, pad, wrapText } from "./lines.ts";
import { type Paint, toneOf } from "./tone.ts";

const gap = "  ";

interface Sized extends ReadColumn {
  readonly width: number;
}

/**
 * The lines of the table, each ending in "\n"; none if there are no rows. The last line names the columns left out.
 * @param width in characters; Infinity, for example in a pipe, shows all columns
 * @param paint colours states, verdicts and grades
 */
export function terminalTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
  paint?: Paint,
): string {
  const all = readColumns(columns, rows).map((column) => ({
    ...column,
    width: Math.max(...[column.title, ...column.cells].map(lengthOf)),
  }));
  if (all.length === 0) return "";
  const kept = fitting(all, width);
  const lines = [
    line(kept, ({ title }) => title),
    line(kept, (column) => "─".repeat(column.width)),
    ...rows.map((_, row) => line(kept, ({ cells }) => cells[row], paint)),
  ];
  return `${lines.join("\n")}\n${leftOutLines(all, kept, width)}`;
}

/** Only the rows, as lines without line ends, with all columns. */
export function alignedLines<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  const all = readColumns(columns, rows).map((column) => ({
    ...column,
    width: Math.max(...column.cells.map(lengthOf)),
  }));
  return rows.map((_, row) => line(all, ({ cells }) => cells[row]));
}

function fitting(columns: readonly Sized[], width: number): readonly Sized[] {
  if (totalWidth(columns) <= width) return columns;
  const least = Math.min(...columns.map(importanceOf));
  if (least === Number.POSITIVE_INFINITY) return columns;
  return fitting(
    columns.filter((column) => importanceOf(column) !== least),
    width,
  );
}

function leftOutLines(all: readonly Sized[], kept: readonly Sized[], width: number): string {
  const titles = all.filter((column) => !kept.includes(column)).map(({ title }) => title);
  if (titles.length === 0) return "";
  return wrapText(
    `Left out here: ${titles.join(", ")}. A window of ${totalWidth(all)} characters or a pipe (|cat) shows all.`,
    width,
  );
}

function importanceOf({ importance = Number.POSITIVE_INFINITY }: Sized): number {
  return importance;
}

function totalWidth(columns: readonly Sized[]): number {
  return columns.reduce((sum, column) => sum + column.width + gap.length, -gap.length);
}

function line(columns: readonly Sized[], textOf: (column: Sized) => string | undefined, paint?: Paint): string {
  const cells = columns.map((column) => {
    const text = textOf(column) ?? "";
    const cell = pad(text, column.width, column.align ?? "left");
    const tone = column.mark && paint && toneOf(text);
    // What pads a word has no colour.
    return tone ? cell.replace(text, () => paint(text, tone)) : cell;
  });
  return cells.join(gap).trimEnd();
}
