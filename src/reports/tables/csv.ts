// CSV text from rows of cells. Data, so nothing is rounded: errors are fractions, numbers in their shortest exact form.
import { stringify } from "csv-stringify/sync";

/** A cell; undefined and null are empty. */
export type Cell = string | number | boolean | null | undefined;

/** A header line and one line a row, ended by "\n"; a missing key is an empty cell. */
export function csvText<Column extends string>(
  columns: readonly Column[],
  rows: readonly { readonly [key in Column]?: Cell }[],
): string {
  return stringify([...rows], { header: true, columns: [...columns], cast: { boolean: String } });
}

/** Cells as a part of a line, without its end. */
export function csvCells(cells: readonly Cell[]): string {
  return stringify([[...cells]], { cast: { boolean: String }, eof: false });
}
