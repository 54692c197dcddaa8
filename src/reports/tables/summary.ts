// The summary that `run` and `report` print, and the same in Markdown. Errors are rounded percent; data files hold exact
// fractions.
import type { RunRecord } from "../../records/record.ts";
import { wrapText } from "../../text/lines.ts";
import { markdownList, markdownTable } from "../../text/markdown.ts";
import { terminalTable } from "../../text/terminal-table.ts";
import type { Paint } from "../../text/tone.ts";
import { answerLines } from "../analysis/answer.ts";
import { dataNotes } from "../analysis/data-notes.ts";
import { gradeMeanings, grades } from "../analysis/grade.ts";
import { groupBy } from "../analysis/group.ts";
import { listSetups } from "../analysis/setups.ts";
import { reportedRuns, smokeNotes } from "../analysis/smoke.ts";
import type { SummaryRow } from "../analysis/tabulate.ts";
import { protocolWords } from "../protocol-words.ts";
import { deviationsText, scatterNote } from "./format.ts";
import { protocolColumns, protocolNotes, protocolSections } from "./protocol-table.ts";
import { summaryColumns } from "./summary-columns.ts";

/**
 * A table for each set-up: its nets with our errors, the paper's and the verdict. Notes below say what the numbers measure
 * and which runs are not done. The answer comes last.
 * @param columns the width of sentences in characters
 * @param paint colours verdicts and grades
 * @param tableWidth the width of tables in characters; Infinity where no column may be left out
 */
export function summaryTable(runs: readonly RunRecord[], columns: number, tableWidth = columns, paint?: Paint): string {
  if (runs.length === 0) return "No runs yet.\n";
  const setups = listSetups(runs);
  const rows = setups.flatMap((setup) => setup.rows);
  const tables = setups.map((setup) => {
    const table = terminalTable(summaryColumns(setup.rows), setup.rows, tableWidth, paint);
    return setups.length > 1 ? `${wrapText(setup.name, columns)}\n${table}` : table;
  });
  const sections = protocolSections(setups);
  const protocols = sections.map(({ name, rows: own }) => {
    const title = `Testing protocols${setups.length > 1 ? ` of ${name}` : ""}`;
    return `${wrapText(title, columns)}${terminalTable(protocolColumns(own), own, tableWidth)}`;
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

/** The same as a Markdown document, with the answer first and the deviations of each net last. */
export function summaryMarkdown(experiment: string, all: readonly RunRecord[]): string {
  const runs = reportedRuns(all);
  const setups = listSetups(runs);
  const rows = setups.flatMap((setup) => setup.rows);
  const question = runs.find(({ run }) => run.question)?.run.question;
  const sections = protocolSections(setups);
  const paragraphs = [
    ...allNotes(rows, sections),
    dataNotes(runs),
    deviationLines(rows),
    [...unfinishedLines(runs), ...smokeNotes(all)],
  ].filter((lines) => lines.length > 0);
  return [
    `# ${experiment}\n`,
    ...(question ? [`${question}\n`] : []),
    ...answerLines(setups).map((line) => `**${line}**\n`),
    ...setups.map((setup) => {
      const table = markdownTable(summaryColumns(setup.rows), setup.rows);
      return setups.length > 1 ? `## ${setup.name}\n\n${table}` : table;
    }),
    ...sections.map(({ name, rows: own }) => {
      const title = `## Testing protocols${setups.length > 1 ? `: ${name}` : ""}`;
      return `${title}\n\n${markdownTable(protocolColumns(own), own)}`;
    }),
    ...paragraphs.map(markdownList),
  ].join("\n");
}

// The notes on nets, then those on protocols. A note that both have is said once.
function allNotes(rows: readonly SummaryRow[], sections: ReturnType<typeof protocolSections>): string[][] {
  const own = notes(rows);
  const others = protocolNotes(sections.flatMap((section) => section.rows));
  return [own, others.filter((line) => !own.includes(line))];
}

/** Notes on what the numbers of the table measure. */
export function notes(rows: readonly SummaryRow[]): string[] {
  const lines = [
    "Errors are in %. The training error is the last one recorded, on augmented batches. The test error is measured after the last iteration.",
    ...unique(
      rows.map(({ bestTestError }) =>
        bestTestError ? "The best test error is the lowest of all tests, so it was chosen on the test images." : "",
      ),
    ),
    ...unique(
      rows.map(({ judged, cropped = false }) =>
        judged?.protocol ? `Paper's protocol: ${protocolWords(judged.protocol, cropped)}.` : "",
      ),
    ),
    ...unique(rows.map(({ paper }) => (paper ? `The paper's errors are from ${paper.table}: ${paper.protocol}.` : ""))),
    ...unique(
      rows.map(({ judgement }) =>
        judgement && /^no/.test(judgement.verdict) ? `${capital(judgement.verdict)}: ${judgement.reason}.` : "",
      ),
    ),
    ...grades
      .filter((grade) => rows.some((row) => row.grade === grade))
      .map((grade) => `${capital(grade)} means ${gradeMeanings[grade]}.`),
  ];
  if (rows.some(({ testError }) => testError?.std !== undefined)) {
    lines.splice(1, 0, scatterNote);
  }
  return lines;
}

/** How nets deviate from the paper's recipe. Nets that deviate alike share a line. */
export function deviationLines(rows: readonly SummaryRow[]): string[] {
  const groups = groupBy(rows, ({ deviations }) => deviationsText(deviations));
  return [...groups].map(([text, same]) => {
    const names = [...new Set(same.map(({ label }) => label))].join(", ");
    return `${names} (${same[0]?.grade}): ${text || "as in the paper"}.`;
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
