// A table of the paper, filled in: the paper's layout with the paper's errors and ours, set-up by set-up.
import { isSameNet, isSameUnit } from "../../paper/lookup.ts";
import type { PaperRow } from "../../paper/tables.ts";
import { lastTest, measure } from "../analysis/measurement.ts";
import type { Setup } from "../analysis/setups.ts";
import type { SummaryRow } from "../analysis/tabulate.ts";
import { judge } from "../analysis/verdict.ts";
import { ensembleLines } from "./ensemble-lines.ts";
import { type Layout, type LayoutLine, type LayoutNumber, layoutOf } from "./layouts.ts";
import type { PaperTable, TableEntry, TableLine } from "./paper-table-lines.ts";

/** The table of a reference; undefined where it is not a table of errors. */
export function paperTable(reference: string, setups: readonly Setup[]): PaperTable | undefined {
  const layout = layoutOf(reference);
  const first = layout?.lines[0]?.rows[0];
  if (!layout || !first) return undefined;
  const { heads, numbers } = layout;
  const ensemble = numbers.every(({ metric }) => metric === "top5") ? layout.lines.at(-1)?.rows.at(-1) : undefined;
  const single = numbers.length === 1 && numbers[0]?.metric === "error";
  const parts = setups.map((setup) => {
    const lines = layout.lines.map((line) => fillLine(line, layout, setup.rows));
    const own = single ? ownLines(lines, setup.rows) : ensemble ? ensembleLines(setup, ensemble) : [];
    return { setup, lines: [...lines, ...own] };
  });
  const { table: title, protocol: measures } = first;
  return { reference, title, measures, heads, numbers, ...(ensemble && { ensemble }), parts };
}

function fillLine(
  { rows, ...head }: LayoutLine,
  { numbers, anyDepth }: Layout,
  ours: readonly SummaryRow[],
): TableLine {
  return {
    ...head,
    published: rows.every(({ model }) => !model),
    entries: numbers.map(({ metric, holds = () => true }) => {
      const paper = rows.find(holds);
      return paper ? compare(paper, metric, ours, anyDepth) : { metric };
    }),
  };
}

function compare(
  paper: PaperRow,
  metric: LayoutNumber["metric"],
  rows: readonly SummaryRow[],
  anyDepth = false,
): TableEntry {
  const { model } = paper;
  const ours =
    model &&
    (rows.find((row) => isSameNet(model, row.model)) ??
      (anyDepth ? rows.find((row) => isSameUnit(model, row.model)) : undefined));
  const measured = ours && measure(paper, metric, ours);
  // Tests during training count no top-5 error.
  if (!ours || !measured || (metric === "top5" && !measured.error)) return { paper, metric };
  return { paper, metric, ours, measured, judgement: judge(paper, ours, measured, metric) };
}

// Nets of the study that the paper's table lacks.
function ownLines(lines: readonly TableLine[], rows: readonly SummaryRow[]): TableLine[] {
  const placed = new Set<unknown>(lines.flatMap(({ entries }) => entries.map(({ ours }) => ours)));
  return rows
    .filter((row) => !placed.has(row))
    .map((ours) => ({
      name: ours.label,
      layers: String(ours.model.depth),
      published: false,
      entries: [{ metric: "error", ours, measured: lastTest(ours) }],
    }));
}
