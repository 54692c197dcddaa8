// The layouts of the papers' tables: the heads of a line and the numbers in it. paper-table.ts fills in our errors.
import { paperRows } from "../../paper/lookup.ts";
import type { PaperRow } from "../../paper/tables.ts";
import { groupBy } from "../analysis/group.ts";

/** A line of a table, with the rows of the paper that it holds. */
export interface LayoutLine extends LineHead {
  readonly rows: readonly PaperRow[];
}

/** The facts that the heads of a line show. */
export interface LineHead {
  readonly name: string;
  readonly layers?: string;
  readonly parameters?: number | undefined;
}

/** A column before the numbers. */
export interface Head {
  readonly title: string;
  readonly of: (line: LineHead) => string;
}

/** The paper's numbers in a column: which rows, and which error of each. */
export interface LayoutNumber {
  readonly title: string;
  /** Runs measure top-1 errors only. */
  readonly metric: "error" | "top5";
  /** Whether a row belongs here; where absent, all rows do. */
  readonly holds?: (row: PaperRow) => boolean;
}

export interface Layout {
  /** The first shows the line's name. */
  readonly heads: readonly Head[];
  readonly numbers: readonly LayoutNumber[];
  /** The table compares residual units, so that a net of ours with the same units may have another depth. */
  readonly anyDepth?: true;
  readonly lines: readonly LayoutLine[];
}

/** The layouts of tables of errors, by the reference that an experiment file names. */
const layouts: Readonly<Record<string, (rows: readonly PaperRow[]) => Layout>> = {
  "table-2": (rows) => ({
    heads: [named("layers")],
    numbers: [
      { title: "plain", metric: "error", holds: ({ label }) => label.startsWith("plain") },
      { title: "ResNet", metric: "error", holds: ({ label }) => !label.startsWith("plain") },
    ],
    lines: linesBy(rows, ({ model }) => `${model?.depth} layers`),
  }),
  "table-3": (rows) => topOneAndFive("model", rows),
  "table-4": (rows) => topOneAndFive("method", rows),
  "table-5": (rows) => ({
    heads: [named("method")],
    numbers: [{ title: "top-5 (test)", metric: "top5" }],
    lines: linesBy(rows, ({ label }) => label),
  }),
  "table-6": (rows) => ({
    heads: [
      named("method"),
      { title: "layers", of: ({ layers = "" }) => layers },
      { title: "parameters", of: ({ parameters }) => millions(parameters) },
    ],
    numbers: [{ title: "error", metric: "error" }],
    lines: rows.map((row) => ({
      name: row.label,
      layers: row.label.split("-")[1] ?? "",
      parameters: row.parameters,
      rows: [row],
    })),
  }),
  "identity-mappings-table-1": (rows) => ({
    heads: [named("shortcut type")],
    numbers: [{ title: "error", metric: "error" }],
    anyDepth: true,
    lines: linesBy(rows, ({ label }) => label),
  }),
  "identity-mappings-table-2": (rows) => ({
    heads: [named("unit")],
    numbers: [
      { title: "ResNet-110", metric: "error", holds: ({ model }) => model?.depth === 110 },
      { title: "ResNet-164", metric: "error", holds: ({ model }) => model?.depth !== 110 },
    ],
    anyDepth: true,
    lines: linesBy(rows, ({ model }) => model?.activation ?? "original"),
  }),
  "identity-mappings-table-3": (rows) => ({
    heads: [named("net")],
    numbers: [
      { title: "original", metric: "error", holds: ({ model }) => !model?.activation },
      { title: "pre-activation", metric: "error", holds: ({ model }) => model?.activation !== undefined },
    ],
    lines: linesBy(rows, ({ label }) => label.replace(/ \S+$/, "")),
  }),
};

/** The layout of a reference; undefined where it is not a table of errors. */
export function layoutOf(reference: string): Layout | undefined {
  return layouts[reference]?.(paperRows(reference));
}

function topOneAndFive(title: string, rows: readonly PaperRow[]): Layout {
  return {
    heads: [named(title)],
    numbers: [
      { title: "top-1", metric: "error" },
      { title: "top-5", metric: "top5" },
    ],
    lines: linesBy(rows, ({ label, note }) => (note ? `${label} (${note})` : label)),
  };
}

function named(title: string): Head {
  return { title, of: ({ name }) => name };
}

/** A line for each name, in the order of the paper. */
function linesBy(rows: readonly PaperRow[], nameOf: (row: PaperRow) => string): LayoutLine[] {
  return [...groupBy(rows, nameOf)].map(([name, own]) => ({ name, rows: own }));
}

/** "0.27M", as printed. */
function millions(parameters: number | undefined): string {
  if (parameters === undefined) return "";
  return `${Number((parameters / 1e6).toFixed(parameters < 1e7 ? 2 : 1))}M`;
}
