// The layouts of the papers' tables: which heads a line has and which numbers stand in it. Ours is filled in elsewhere.
import { paperRows } from "../../paper/lookup.ts";
import type { PaperRow } from "../../paper/tables.ts";

/** One number of a line: a row of the paper and which of its errors. */
export interface LayoutEntry {
  readonly paper: PaperRow;
  /** Runs measure top-1 errors only. */
  readonly metric: "error" | "top5";
}

export interface LayoutLine {
  readonly heads: readonly string[];
  /** One for each of the layout's `entries`; undefined where the paper has no number. */
  readonly entries: readonly (LayoutEntry | undefined)[];
}

export interface Layout {
  /** Titles of the columns before the numbers. */
  readonly heads: readonly string[];
  /** Titles of the numbers. */
  readonly entries: readonly string[];
  /** Compares residual units, so that a net of ours of another depth may stand beside the paper's of the same units. */
  readonly anyDepth?: true;
  readonly lines: readonly LayoutLine[];
}

/** References with a layout of errors, as experiment files say them. */
export const layouts: Readonly<Record<string, (rows: readonly PaperRow[]) => Layout>> = {
  "table-2": (rows) =>
    grid({ heads: ["layers"], entries: ["plain", "ResNet"] }, rows, ({ label, model }) => ({
      line: `${model?.depth} layers`,
      entry: label.startsWith("plain") ? 0 : 1,
    })),
  "table-3": (rows) => topOneAndFive("model", rows),
  "table-4": (rows) => topOneAndFive("method", rows),
  "table-5": (rows) => ({
    heads: ["method"],
    entries: ["top-5 (test)"],
    lines: rows.map((paper) => ({ heads: [paper.label], entries: [{ paper, metric: "top5" }] })),
  }),
  "table-6": (rows) => ({
    heads: ["method", "layers", "parameters"],
    entries: ["error"],
    lines: rows.map((paper) => ({
      heads: [paper.label, paper.label.split("-")[1] ?? "", millions(paper.parameters)],
      entries: [{ paper, metric: "error" }],
    })),
  }),
  "identity-mappings-table-1": (rows) => ({
    heads: ["shortcut type"],
    entries: ["error"],
    anyDepth: true,
    lines: rows.map((paper) => ({ heads: [paper.label], entries: [{ paper, metric: "error" }] })),
  }),
  "identity-mappings-table-2": (rows) =>
    grid({ heads: ["unit"], entries: ["ResNet-110", "ResNet-164"], anyDepth: true }, rows, ({ model }) => ({
      line: model?.activation ?? "original",
      entry: model?.depth === 110 ? 0 : 1,
    })),
  "identity-mappings-table-3": (rows) =>
    grid({ heads: ["net"], entries: ["original", "pre-activation"] }, rows, ({ label, model }) => ({
      line: label.replace(/ \S+$/, ""),
      entry: model?.activation ? 1 : 0,
    })),
};

/** The layout of a reference; undefined where it is no table of errors. */
export function layoutOf(reference: string): Layout | undefined {
  return layouts[reference]?.(paperRows(reference));
}

function topOneAndFive(head: string, rows: readonly PaperRow[]): Layout {
  return {
    heads: [head],
    entries: ["top-1", "top-5"],
    lines: rows.map((paper) => ({
      heads: [paper.note ? `${paper.label} (${paper.note})` : paper.label],
      entries: [
        { paper, metric: "error" },
        { paper, metric: "top5" },
      ],
    })),
  };
}

/** Rows of the paper as a grid: each says in which line and at which of its entries it stands. */
function grid(
  titles: Omit<Layout, "lines">,
  rows: readonly PaperRow[],
  place: (row: PaperRow) => { readonly line: string; readonly entry: number },
): Layout {
  const lines = [...new Set(rows.map((row) => place(row).line))];
  return {
    ...titles,
    lines: lines.map((line) => ({
      heads: [line],
      entries: titles.entries.map((_, entry) => {
        const paper = rows.find((row) => place(row).line === line && place(row).entry === entry);
        return paper && { paper, metric: "error" };
      }),
    })),
  };
}

/** "0.27M", as printed. */
export function millions(parameters: number | undefined): string {
  if (parameters === undefined) return "";
  return `${Number((parameters / 1e6).toFixed(parameters < 1e7 ? 2 : 1))}M`;
}
