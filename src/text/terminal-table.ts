// A table for a terminal of a given width. Where it is too narrow the least important columns go, and a line says which.
import { type Column, type ReadColumn, readColumns } from "./column.ts";
import { lengthOf, pad, wrapText } from "./lines.ts";

const gap = "  ";

interface Sized extends ReadColumn {
  readonly width: number;
}

/**
 * The table's lines, each ended by "\n"; none for no rows. Below stand the columns that were left out.
 * @param width in characters; Infinity where nothing needs to be left out, as in a pipe
 */
export function terminalTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number): string {
  const all = readColumns(columns, rows).map((column) => ({
    ...column,
    width: Math.max(...[column.title, ...column.cells].map(lengthOf)),
  }));
  if (all.length === 0) return "";
  const kept = fitting(all, width);
  const lines = [
    line(kept, ({ title }) => title),
    line(kept, (column) => "─".repeat(column.width)),
    ...rows.map((_, row) => line(kept, ({ cells }) => cells[row])),
  ];
  return `${lines.join("\n")}\n${leftOutLines(all, kept, width)}`;
}

/** The rows alone, a line each without its end; every column stays. */
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

function line(columns: readonly Sized[], textOf: (column: Sized) => string | undefined): string {
  const cells = columns.map((column) => pad(textOf(column) ?? "", column.width, column.align ?? "left"));
  return cells.join(gap).trimEnd();
}
