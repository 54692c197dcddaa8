// The table that `run` and `report` print, and its Markdown twin: percent, rounded; data files hold the exact fractions.
import type { RunRecord } from "../records/record.ts";
import { degradationLines, setupName } from "./degradation.ts";
import { groupBy } from "./group.ts";
import type { Statistic } from "./statistics.ts";
import { type SummaryRow, tabulate } from "./tabulate.ts";
import { markdownTable, type TextColumn, textTable, wrapText } from "./text-table.ts";

const never = Number.POSITIVE_INFINITY;

/**
 * The nets of some runs with the paper's numbers beside ours, for a terminal `columns` characters wide. Below the table
 * stand what the numbers measure, which runs are not done, and at the end the measured degradation, each where there is any.
 */
export function summaryTable(runs: readonly RunRecord[], columns: number): string {
  if (runs.length === 0) return "No runs yet.\n";
  const rows = tabulate(runs);
  const table = textTable(tableColumns, tableCells(rows), columns);
  const paragraphs = [notes(rows), unfinished(runs), degradationLines(rows)].filter((lines) => lines.length > 0);
  return [table, ...paragraphs.map((lines) => lines.map((line) => wrapText(line, columns)).join(""))].join("\n");
}

/** The same as a Markdown document. */
export function summaryMarkdown(experiment: string, runs: readonly RunRecord[]): string {
  const rows = tabulate(runs);
  const question = runs.find(({ run }) => run.question)?.run.question;
  const paragraphs = [notes(rows), unfinished(runs)].filter((lines) => lines.length > 0);
  return [
    `# ${experiment}\n`,
    ...(question ? [`${question}\n`] : []),
    markdownTable(tableColumns, tableCells(rows)),
    ...paragraphs.map((lines) => lines.map((line) => `- ${line}\n`).join("")),
    ...degradationLines(rows).map((line) => `**${line}**\n`),
  ].join("\n");
}

/** Columns of the table that people read; `summaryCsv` has those for programs. */
export const tableColumns: readonly TextColumn[] = [
  { title: "net", align: "left", importance: never },
  { title: "images", align: "left", importance: 6 },
  { title: "iterations", align: "right", importance: 4 },
  { title: "runs", align: "right", importance: 3 },
  { title: "train error", align: "right", importance: never },
  { title: "test error", align: "right", importance: never },
  { title: "best test", align: "right", importance: 1 },
  { title: "paper train", align: "right", importance: 2 },
  { title: "paper", align: "right", importance: 8 },
  { title: "difference", align: "right", importance: 5 },
];

/** The rows' cells, in percent. */
export function tableCells(rows: readonly SummaryRow[]): string[][] {
  const several = new Set(rows.map(setupName)).size > 1;
  return rows.map((row) => [
    row.label,
    several ? row.dataset : "",
    several ? String(row.iterations) : "",
    row.unfinishedRuns
      ? `${row.testError?.count ?? 0} of ${(row.testError?.count ?? 0) + row.unfinishedRuns}`
      : String(row.testError?.count ?? 0),
    percentOf(row.trainError),
    percentOf(row.testError),
    percentOf(row.bestTestError),
    row.paperTrainError === undefined ? "" : percent(row.paperTrainError),
    row.paperError === undefined ? "" : percent(row.paperError),
    row.difference === undefined ? "" : `${row.difference < 0 ? "−" : "+"}${percent(Math.abs(row.difference))}`,
  ]);
}

/** What the numbers of the table measure, a sentence each. */
export function notes(rows: readonly SummaryRow[]): string[] {
  const lines = [
    "Errors in %. Train: the last line of metrics, on augmented batches. Test: after the last iteration.",
    ...unique(rows.map(({ bestTestError }) => (bestTestError ? "Best test was chosen on the test images." : ""))),
    ...unique(rows.map(({ paper }) => (paper ? `Paper: ${paper.table}, ${paper.protocol}.` : ""))),
    ...unique(
      rows.map(({ comparison }) =>
        comparison.startsWith("not") ? `${comparison[0]?.toUpperCase()}${comparison.slice(1)}.` : "",
      ),
    ),
  ];
  if (rows.some(({ testError }) => testError?.std !== undefined)) {
    lines.splice(1, 0, "±: standard deviation over runs, n−1 in the denominator.");
  }
  // What differs from the recipe matters where numbers are compared at all.
  const comparable = rows.filter(({ comparison, deviations }) => comparison === "comparable" && deviations.length > 0);
  for (const [text, same] of groupBy(comparable, ({ deviations }) => deviations.join("; "))) {
    lines.push(`${same.map(({ label }) => label).join(", ")} deviate from the paper's recipe: ${text}.`);
  }
  return lines;
}

function unfinished(runs: readonly RunRecord[]): string[] {
  return runs
    .filter(({ status }) => status !== "done")
    .map(({ run: { spec }, status, metrics, failed }) => {
      const name = `${spec.label} seed ${spec.seed}`;
      if (failed) return `${name} failed at iteration ${failed.iteration}: ${failed.message}`;
      const reached = metrics.at(-1)?.iteration ?? 0;
      return `${name} is ${status}, at ${reached} of ${spec.sections.training.iterations} iterations.`;
    });
}

function percentOf(value: Statistic | undefined): string {
  if (!value) return "–";
  return value.std === undefined ? percent(value.mean) : `${percent(value.mean)} ± ${percent(value.std)}`;
}

function percent(fraction: number): string {
  return Number.isFinite(fraction) ? (fraction * 100).toFixed(2) : "–";
}

function unique(lines: readonly string[]): string[] {
  return [...new Set(lines)].filter((line) => line !== "");
}
