// The table that `run` and `report` print, and its Markdown twin: percent, rounded; data files hold the exact fractions.
import type { RunRecord } from "../../records/record.ts";
import { markdownTable, type TextColumn, textTable, wrapText } from "../../text/text-table.ts";
import { answerLines } from "../analysis/answer.ts";
import { dataNotes } from "../analysis/data-notes.ts";
import { gradeMeanings, grades } from "../analysis/grade.ts";
import { groupBy } from "../analysis/group.ts";
import { listSetups } from "../analysis/setups.ts";
import type { SummaryRow } from "../analysis/tabulate.ts";
import { protocolWords } from "../protocol-words.ts";
import { meanText, percent, points, scatterNote } from "./format.ts";
import { protocolCells, protocolColumns, protocolNotes, protocolSections } from "./protocol-table.ts";

const never = Number.POSITIVE_INFINITY;

/**
 * The nets of some runs with the paper's numbers and the verdict beside ours, for a terminal `columns` characters wide,
 * a table for each set-up.
 * Below the table stand what the numbers measure and which runs are not done, and at the end the answer in a sentence.
 */
export function summaryTable(runs: readonly RunRecord[], columns: number): string {
  if (runs.length === 0) return "No runs yet.\n";
  const setups = listSetups(runs);
  const rows = setups.flatMap((setup) => setup.rows);
  const tables = setups.map((setup) => {
    const table = textTable(tableColumns, tableCells(setup.rows), columns);
    return setups.length > 1 ? `${wrapText(setup.name, columns)}\n${table}` : table;
  });
  const sections = protocolSections(setups);
  const protocols = sections.map(({ name, rows: own }) => {
    const title = `Testing protocols${setups.length > 1 ? ` of ${name}` : ""}`;
    return `${wrapText(title, columns)}${textTable(protocolColumns, protocolCells(own), columns)}`;
  });
  const paragraphs = [...allNotes(rows, sections), dataNotes(runs), unfinishedLines(runs), answerLines(setups)].filter(
    (lines) => lines.length > 0,
  );
  return [
    ...tables,
    ...protocols,
    ...paragraphs.map((lines) => lines.map((line) => wrapText(line, columns)).join("")),
  ].join("\n");
}

/** The same as a Markdown document, the answer first, with what each net deviates in. */
export function summaryMarkdown(experiment: string, runs: readonly RunRecord[]): string {
  const setups = listSetups(runs);
  const rows = setups.flatMap((setup) => setup.rows);
  const question = runs.find(({ run }) => run.question)?.run.question;
  const sections = protocolSections(setups);
  const paragraphs = [...allNotes(rows, sections), dataNotes(runs), deviationLines(rows), unfinishedLines(runs)].filter(
    (lines) => lines.length > 0,
  );
  return [
    `# ${experiment}\n`,
    ...(question ? [`${question}\n`] : []),
    ...answerLines(setups).map((line) => `**${line}**\n`),
    ...setups.map((setup) => {
      const table = markdownTable(tableColumns, tableCells(setup.rows));
      return setups.length > 1 ? `## ${setup.name}\n\n${table}` : table;
    }),
    ...sections.map(({ name, rows: own }) => {
      const title = `## Testing protocols${setups.length > 1 ? `: ${name}` : ""}`;
      return `${title}\n\n${markdownTable(protocolColumns, protocolCells(own))}`;
    }),
    ...paragraphs.map((lines) => lines.map((line) => `- ${line}\n`).join("")),
  ].join("\n");
}

// Of nets, then of protocols; what both would say, once.
function allNotes(rows: readonly SummaryRow[], sections: ReturnType<typeof protocolSections>): string[][] {
  const own = notes(rows);
  const others = protocolNotes(sections.flatMap((section) => section.rows));
  return [own, others.filter((line) => !own.includes(line))];
}

/** Columns of the table that people read. */
export const tableColumns: readonly TextColumn[] = [
  { title: "net", align: "left", importance: never },
  { title: "images", align: "left", importance: 6 },
  { title: "iterations", align: "right", importance: 4 },
  { title: "runs", align: "right", importance: 3 },
  { title: "train error", align: "right", importance: never },
  { title: "test error", align: "right", importance: never },
  { title: "best test", align: "right", importance: 1 },
  { title: "paper's protocol", align: "right", importance: 6 },
  { title: "paper train", align: "right", importance: 2 },
  { title: "paper", align: "right", importance: 8 },
  { title: "difference", align: "right", importance: 5 },
  { title: "verdict", align: "left", importance: 7 },
  { title: "grade", align: "left", importance: 2 },
];

/** The rows' cells, in percent. */
export function tableCells(rows: readonly SummaryRow[]): string[][] {
  const several = new Set(rows.map(({ setup }) => setup)).size > 1;
  return rows.map((row) => [
    row.label,
    several ? row.dataset : "",
    several ? String(row.iterations) : "",
    row.unfinishedRuns
      ? `${row.testError?.count ?? 0} of ${(row.testError?.count ?? 0) + row.unfinishedRuns}`
      : String(row.testError?.count ?? 0),
    meanText(row.trainError),
    meanText(row.testError),
    meanText(row.bestTestError),
    row.judged ? meanText(row.judged.error) : "",
    row.paperTrainError === undefined ? "" : percent(row.paperTrainError),
    row.paper?.fails ? "fails" : row.paperError === undefined ? "" : percent(row.paperError),
    points(row.judgement?.difference),
    row.judgement?.verdict ?? "",
    row.grade,
  ]);
}

/** What the numbers of the table measure, a sentence each. */
export function notes(rows: readonly SummaryRow[]): string[] {
  const lines = [
    "Errors in %. Train: the last line of metrics, on augmented batches. Test: after the last iteration.",
    ...unique(rows.map(({ bestTestError }) => (bestTestError ? "Best test was chosen on the test images." : ""))),
    ...unique(
      rows.map(({ judged, cropped = false }) =>
        judged?.protocol ? `Paper's protocol: ${protocolWords(judged.protocol, cropped)}.` : "",
      ),
    ),
    ...unique(rows.map(({ paper }) => (paper ? `Paper: ${paper.table}, ${paper.protocol}.` : ""))),
    ...unique(
      rows.map(({ judgement }) =>
        judgement && /^no/.test(judgement.verdict) ? `${capital(judgement.verdict)}: ${judgement.reason}.` : "",
      ),
    ),
    ...grades
      .filter((grade) => rows.some((row) => row.grade === grade))
      .map((grade) => `${capital(grade)}: ${gradeMeanings[grade]}.`),
  ];
  if (rows.some(({ testError }) => testError?.std !== undefined)) {
    lines.splice(1, 0, scatterNote);
  }
  return lines;
}

/** How nets deviate from the paper's recipe, those that deviate alike together. */
export function deviationLines(rows: readonly SummaryRow[]): string[] {
  const groups = groupBy(rows, ({ deviations }) => deviations.map(({ text }) => text).join("; "));
  return [...groups].map(([text, same]) => {
    const names = [...new Set(same.map(({ label }) => label))].join(", ");
    return `${names} (${same[0]?.grade}): ${text || "as the paper"}.`;
  });
}

/** The runs that are not done, and why. */
export function unfinishedLines(runs: readonly RunRecord[]): string[] {
  return runs
    .filter(({ status }) => status !== "done")
    .map(({ run: { spec }, status, metrics, failed }) => {
      const name = `${spec.label} seed ${spec.seed}`;
      if (failed) return `${name} failed at iteration ${failed.iteration}: ${failed.message}`;
      const reached = metrics.at(-1)?.iteration ?? 0;
      return `${name} is ${status}, at ${reached} of ${spec.sections.training.iterations} iterations.`;
    });
}

function capital(text: string): string {
  return `${text[0]?.toUpperCase()}${text.slice(1)}`;
}

function unique(lines: readonly string[]): string[] {
  return [...new Set(lines)].filter((line) => line !== "");
}
