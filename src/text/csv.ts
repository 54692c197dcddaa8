// A table as CSV. Nothing is rounded: numbers have their shortest exact form.
import { stringify } from "csv-stringify/sync";
import { type Column, fieldsOf, type Value } from "./column.ts";

const cast = { boolean: String };

/** A line of field names, then a line for each row. Each line ends in "\n". */
export function csvText<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const fields = fieldsOf(columns);
  return stringify([fields.map(([name]) => name), ...rows.map((row) => fields.map(([, read]) => read(row)))], { cast });
}

/** Values as part of a line, without a line end. */
export function csvCells(values: readonly Value[]): string {
  return stringify([[...values]], { cast, eof: false });
}
