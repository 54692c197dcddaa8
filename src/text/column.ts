// A column of a table for all formats: its heading, its importance, and how to get a cell from a row. A list of columns
// describes a table. The formats are in the other files here and in the page's html.ts.

/** An exact value for data files: errors are fractions, and nothing is rounded. Undefined and null are empty. */
export type Value = string | number | boolean | null | undefined;

/** What people read. */
export interface Readable<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  /** A detail for experts. The page shows it on a line of its own, other formats in brackets behind the text. */
  readonly detail?: (row: Row) => string;
  /** Aligns numbers to the right. Without it, text is aligned to the left. */
  readonly align?: "right";
  /** A narrow terminal leaves out columns of low importance first. A column without importance is always shown. */
  readonly importance?: number;
  /** The text is a state, a verdict or a grade, which the page and a terminal show in a colour of its own. */
  readonly mark?: true;
}

/** What programs read: the fields of CSV and JSON by name. */
export interface Exact<Row> {
  readonly data: Readonly<Record<string, (row: Row) => Value>>;
}

/** For people, for programs or for both. */
export type Column<Row> = (Readable<Row> & Partial<Exact<Row>>) | (Exact<Row> & { readonly title?: never });

/** A column that people read, with its cells in the order of the rows. */
export interface ReadColumn extends Omit<Readable<never>, "text" | "detail"> {
  /** Texts with their details behind them. */
  readonly cells: readonly string[];
  /** Texts and details apart, for formats that have room for two lines. */
  readonly parts: readonly (readonly [text: string, detail: string])[];
}

/** The columns that people read, without columns that are empty in every row. */
export function readColumns<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): ReadColumn[] {
  return columns
    .filter((column) => column.title !== undefined)
    .map(({ text, detail, data: _, ...column }) => {
      const parts = rows.map((row) => [text(row), detail?.(row) ?? ""] as const);
      return { ...column, parts, cells: parts.map(([each, more]) => (more ? `${each} (${more})` : each)) };
    })
    .filter(({ cells }) => cells.some((cell) => cell !== ""));
}

/** The fields of columns, each with a function that reads it from a row. */
export function fieldsOf<Row>(columns: readonly Column<Row>[]): [name: string, read: (row: Row) => Value][] {
  return columns.flatMap(({ data = {} }) => Object.entries(data));
}

/** A row as an object for JSON, its fields in the order of the columns. */
export function exactRow<Row>(columns: readonly Column<Row>[], row: Row): Record<string, Value> {
  return Object.fromEntries(fieldsOf(columns).map(([name, read]) => [name, read(row)]));
}
