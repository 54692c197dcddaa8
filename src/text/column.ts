// A column of a table: its heading, its importance and its cell in one entry, for every format. A list of columns is a table;
// the formats are in the files beside this one and in the page's html.ts.

/** An exact value, as data files hold it: errors are fractions, nothing is rounded. Undefined and null are empty. */
export type Value = string | number | boolean | null | undefined;

/** What people read. */
export interface Readable<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  /** Numbers stand right; left without it. */
  readonly align?: "right";
  /** A narrow terminal leaves out the lowest first; a column without it always stays. */
  readonly importance?: number;
  /** The text is a verdict or a grade, which the page shows as a mark of its own. */
  readonly mark?: true;
}

/** What programs read, by the names of the fields in CSV and JSON. */
export interface Exact<Row> {
  readonly data: Readonly<Record<string, (row: Row) => Value>>;
}

/** For people, for programs or for both. */
export type Column<Row> = (Readable<Row> & Partial<Exact<Row>>) | (Exact<Row> & { readonly title?: never });

/** A column that people read, with its cells in the order of the rows. */
export interface ReadColumn extends Omit<Readable<never>, "text"> {
  readonly cells: readonly string[];
}

/** The columns that people read; one that is empty in every row is left out. */
export function readColumns<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): ReadColumn[] {
  return columns
    .filter((column) => column.title !== undefined)
    .map(({ text, data: _, ...column }) => ({ ...column, cells: rows.map(text) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ""));
}

/** The fields of some columns, each with how to read it from a row. */
export function fieldsOf<Row>(columns: readonly Column<Row>[]): [name: string, read: (row: Row) => Value][] {
  return columns.flatMap(({ data = {} }) => Object.entries(data));
}

/** A row as an object for JSON, its fields in the order of the columns. */
export function exactRow<Row>(columns: readonly Column<Row>[], row: Row): Record<string, Value> {
  return Object.fromEntries(fieldsOf(columns).map(([name, read]) => [name, read(row)]));
}
