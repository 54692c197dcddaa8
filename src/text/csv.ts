// A table as CSV. Data, so nothing is rounded: numbers are in their shortest exact form.
import { stringify } from "csv-stringify/sync";
import { type Column, fieldsOf, type Value } from "./column.ts";

const cast = { boolean: String };

/** A line of the fields' names and one line a row, ended by "\n". */
export function csvText<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const fields = fieldsOf(columns);
  return stringify([fields.map(([name]) => name), ...rows.map((row) => fields.map(([, read]) => read(row)))], { cast });
}

/** Values as a part of a line, without its end. */
export function csvCells(values: readonly Value[]): string {
  return stringify([[...values]], { cast, eof: false });
}
