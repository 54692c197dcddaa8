// A table of the paper with ours beside it, set-up by set-up: as cells, as CSV (exact fractions) and as Markdown.
import { isSameNet, isSameUnit } from "../../paper/lookup.ts";
import { markdownTable, type TextColumn } from "../../text/text-table.ts";
import { lastTest, measure } from "../analysis/measurement.ts";
import type { Setup } from "../analysis/setups.ts";
import { interval } from "../analysis/statistics.ts";
import type { SummaryRow } from "../analysis/tabulate.ts";
import { judge } from "../analysis/verdict.ts";
import { protocolWords } from "../protocol-words.ts";
import { type Cell, csvText } from "./csv.ts";
import { ensembleLines } from "./ensemble-lines.ts";
import { percent, points, statisticText } from "./format.ts";
import { type LayoutEntry, layoutOf } from "./layouts.ts";
import type { PaperTable, TableEntry, TableLine } from "./paper-table-lines.ts";
import { deviationLines } from "./summary.ts";
import { tableNotes } from "./table-notes.ts";

/** The table of a reference; undefined where it is no table of errors. */
export function paperTable(reference: string, setups: readonly Setup[]): PaperTable | undefined {
  const layout = layoutOf(reference);
  const first = layout?.lines.flatMap(({ entries }) => entries).find((entry) => entry !== undefined)?.paper;
  if (!layout || !first) return undefined;
  const numbers = layout.lines.flatMap(({ entries }) => entries.flatMap((entry) => entry ?? []));
  const ensemble = numbers.every(({ metric }) => metric === "top5") ? numbers.at(-1)?.paper : undefined;
  const parts = setups.map((setup) => {
    const lines = layout.lines.map(({ heads, entries }) => ({
      heads,
      published: entries.every((entry) => !entry?.paper.model),
      entries: entries.map((entry) =>
        entry ? compare(entry, setup.rows, layout.anyDepth) : { metric: "error" as const },
      ),
    }));
    const single = layout.entries.length === 1 && lines.every(({ entries }) => entries[0]?.metric === "error");
    const own = single ? ownLines(lines, layout.heads, setup.rows) : ensemble ? ensembleLines(setup, ensemble) : [];
    return { setup, lines: [...lines, ...own] };
  });
  const { heads, entries } = layout;
  const { table: title, protocol: measures } = first;
  return { reference, title, measures, heads, entries, ...(ensemble && { ensemble }), parts };
}

function compare({ paper, metric }: LayoutEntry, rows: readonly SummaryRow[], anyDepth = false): TableEntry {
  const { model } = paper;
  const ours =
    model &&
    (rows.find((row) => isSameNet(model, row.model)) ??
      (anyDepth ? rows.find((row) => isSameUnit(model, row.model)) : undefined));
  const measured = ours && measure(paper, metric, ours);
  // Training counts no top-5 error.
  if (!ours || !measured || (metric === "top5" && !measured.error)) return { paper, metric };
  return { paper, metric, ours, measured, judgement: judge(paper, ours, measured, metric) };
}

// Nets of the study that the paper's table lacks.
function ownLines(lines: readonly TableLine[], titles: readonly string[], rows: readonly SummaryRow[]): TableLine[] {
  const placed = new Set<unknown>(lines.flatMap(({ entries }) => entries.map(({ ours }) => ours)));
  return rows
    .filter((row) => !placed.has(row))
    .map((ours) => ({
      heads: titles.map((head, i) => (i === 0 ? ours.label : head === "layers" ? String(ours.model.depth) : "")),
      published: false,
      entries: [{ metric: "error", ours, measured: lastTest(ours) }],
    }));
}

/** "8.75", "6.61 ± 0.16", "fails", or empty. */
export function paperText({ paper, metric }: TableEntry): string {
  if (!paper) return "";
  if (metric === "top5") return paper.top5 === undefined ? "–" : percent(paper.top5);
  if (paper.fails) return "fails (> 20)";
  if (paper.mean !== undefined) return `${percent(paper.error)} (${percent(paper.mean)} ± ${percent(paper.std)})`;
  return percent(paper.error);
}

/** Titles and cells as people read them; a published line's name ends in " *". */
export function readableCells(
  table: PaperTable,
  lines: readonly TableLine[],
): { columns: TextColumn[]; cells: string[][] } {
  const left = (title: string): TextColumn => ({ title, align: "left", importance: 1 });
  const right = (title: string): TextColumn => ({ title, align: "right", importance: 1 });
  const columns = [
    ...table.heads.map(left),
    ...table.entries.flatMap((title) => {
      const name = table.entries.length > 1 ? `${title}, ` : "";
      return [right(`${name}paper`), right(`${name}ours`), right(`${name}difference`), left(`${name}verdict`)];
    }),
    left("grade"),
  ];
  const cells = lines.map(({ heads, published, entries }) => [
    ...heads.map((head, i) => (i === 0 && published ? `${head} *` : head)),
    ...entries.flatMap((entry) => [
      paperText(entry),
      entry.measured ? statisticText(entry.measured.error) : "",
      points(entry.judgement?.difference),
      entry.judgement?.verdict ?? "",
    ]),
    [...new Set(entries.flatMap(({ ours }) => ours?.grade ?? []))].join(", "),
  ]);
  return { columns, cells };
}

/** The table as a Markdown document, a section a set-up. */
export function paperTableMarkdown(experiment: string, table: PaperTable): string {
  const sections = table.parts.map(({ setup, lines }) => {
    const { columns, cells } = readableCells(table, lines);
    return [
      `## ${setup.name}\n`,
      markdownTable(columns, cells),
      deviationLines(setup.rows)
        .map((line) => `- ${line}\n`)
        .join(""),
    ].join("\n");
  });
  const notes = tableNotes(table)
    .map((line) => `- ${line}\n`)
    .join("");
  return [`# ${experiment}: ${table.title}\n`, ...sections, notes].join("\n");
}

/** The table as CSV: a line of the paper's table a line, once for each set-up, its numbers side by side. */
export function paperTableCsv(table: PaperTable): string {
  const keys = table.entries.map((title) => (table.entries.length > 1 ? `${camel(title)} ` : ""));
  const isEvaluated = table.parts.some(({ lines }) =>
    lines.some(({ entries }) => entries.some(({ measured }) => measured?.protocol)),
  );
  const columnsOf = (key: string) =>
    [...entryColumns, ...(isEvaluated ? ["protocol"] : [])].map((column) => key + column);
  const columns = ["setup", "dataset", "iterations", ...table.heads, "published", ...keys.flatMap(columnsOf)];
  const rows = table.parts.flatMap(({ setup, lines }) =>
    lines.map(({ heads, published, entries }) => {
      const cells: Record<string, Cell> = {
        setup: setup.name,
        dataset: setup.rows[0]?.dataset,
        iterations: setup.rows[0]?.iterations,
        published,
      };
      for (const [i, head] of table.heads.entries()) cells[head] = heads[i];
      for (const [i, entry] of entries.entries()) {
        for (const [column, value] of Object.entries(entryCells(entry, setup))) cells[(keys[i] ?? "") + column] = value;
      }
      return cells;
    }),
  );
  return csvText(columns, rows);
}

const entryColumns = [
  "paper",
  "paperMean",
  "paperStd",
  "runs",
  "mean",
  "std",
  "intervalLow",
  "intervalHigh",
  "trainErrorMean",
  "difference",
  "verdict",
  "reason",
  "grade",
  "deviations",
] as const;

function entryCells(
  { paper, metric, ours, measured, judgement }: TableEntry,
  { rows }: Setup,
): Record<(typeof entryColumns)[number] | "protocol", Cell> {
  const error = measured?.error;
  const range = error && interval(error);
  return {
    paper: metric === "top5" ? paper?.top5 : paper?.fails ? "fails" : paper?.error,
    paperMean: metric === "top5" ? undefined : paper?.mean,
    paperStd: metric === "top5" ? undefined : paper?.std,
    runs: error?.count,
    mean: error?.mean,
    std: error?.std,
    intervalLow: range?.[0],
    intervalHigh: range?.[1],
    trainErrorMean: ours?.trainError?.mean,
    difference: judgement?.difference,
    verdict: judgement?.verdict,
    reason: judgement?.reason,
    grade: ours?.grade,
    deviations: ours?.deviations.map(({ text }) => text).join("; "),
    protocol: measured?.protocol
      ? protocolWords(measured.protocol, rows[0]?.cropped ?? false)
      : error && "after the last iteration",
  };
}

function camel(title: string): string {
  return title.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
