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
import { reportedRuns, smokeNotes } from "../analysis/smoke.ts";
import { isSweep, listParts, type Part } from "../analysis/sweeps.ts";
import type { SummaryRow } from "../analysis/tabulate.ts";
import { protocolWords } from "../protocol-words.ts";
import { deviationsText, scatterNote } from "./format.ts";
import { protocolColumns, protocolNotes, protocolSections } from "./protocol-table.ts";
import { referenceNotes } from "./reference-notes.ts";
import { partColumns, sweepNotes } from "./sweep-columns.ts";

/**
 * A table for each sweep or set-up: its nets with our errors, the paper's and the verdict. Notes below say what the numbers
 * measure and which runs are not done. The answer comes last.
 * @param columns the width of sentences in characters
 * @param paint colours verdicts and grades
 * @param tableWidth the width of tables in characters; Infinity where no column may be left out
 * @param reference the project's own runs of the experiment
 */
export function summaryTable(
  runs: readonly RunRecord[],
  columns: number,
  tableWidth = columns,
  paint?: Paint,
  reference: readonly RunRecord[] = [],
): string {
  if (runs.length === 0) return "No runs yet.\n";
  const parts = listParts(runs, reference);
  const tables = parts.map((part) => {
    const table = terminalTable(partColumns(part), part.rows, tableWidth, paint);
    return parts.length > 1 ? `${wrapText(part.name, columns)}\n${table}` : table;
  });
  const sections = protocolSections(parts);
  const protocols = sections.map(({ name, rows: own }) => {
    const title = `Testing protocols${parts.length > 1 ? ` of ${name}` : ""}`;
    return `${wrapText(title, columns)}${terminalTable(protocolColumns(own), own, tableWidth)}`;
  });
  const paragraphs = [...allNotes(parts, sections), dataNotes(runs), unfinishedLines(runs), answerLines(parts)].filter(
    (lines) => lines.length > 0,
  );
  return [
    ...tables,
    ...protocols,
    ...paragraphs.map((lines) => lines.map((line) => wrapText(line, columns)).join("")),
  ].join("\n");
}

/** The same as a Markdown document, with the answer first and the deviations of each net last. */
export function summaryMarkdown(
  experiment: string,
  all: readonly RunRecord[],
  reference: readonly RunRecord[] = [],
): string {
  const runs = reportedRuns(all);
  const parts = listParts(runs, reference);
  const sweeps = parts.filter(isSweep);
  const lone = parts.filter((part) => !isSweep(part));
  const question = runs.find(({ run }) => run.question)?.run.question;
  const sections = protocolSections(parts);
  const paragraphs = [
    ...allNotes(parts, sections),
    dataNotes(runs),
    [...deviationLines(lone.flatMap((part) => part.rows)), ...sweeps.flatMap(partDeviationLines)],
    [...unfinishedLines(runs), ...smokeNotes(all)],
  ].filter((lines) => lines.length > 0);
  return [
    `# ${experiment}\n`,
    ...(question ? [`${question}\n`] : []),
    ...answerLines(parts).map((line) => `**${line}**\n`),
    ...parts.map((part) => {
      const table = markdownTable(partColumns(part), part.rows);
      return parts.length > 1 ? `## ${part.name}\n\n${table}` : table;
    }),
    ...sections.map(({ name, rows: own }) => {
      const title = `## Testing protocols${parts.length > 1 ? `: ${name}` : ""}`;
      return `${title}\n\n${markdownTable(protocolColumns(own), own)}`;
    }),
    ...paragraphs.map(markdownList),
  ].join("\n");
}

// The notes on nets, then those on protocols. A note that both have is said once.
function allNotes(parts: readonly Part[], sections: ReturnType<typeof protocolSections>): string[][] {
  const own = partNotes(parts);
  const others = protocolNotes(sections.flatMap((section) => section.rows));
  return [own, others.filter((line) => !own.includes(line))];
}

/** Notes on what the numbers of all tables measure. */
export function partNotes(parts: readonly Part[]): string[] {
  const rows = parts.flatMap((part) => part.rows);
  return [...notes(rows), ...sweepNotes(parts), ...referenceNotes(rows)];
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

/** The same of a part. The settings of a sweep share a line; what they differ in is in their table. */
export function partDeviationLines(part: Part): string[] {
  if (!isSweep(part)) return deviationLines(part.rows);
  const [first, ...others] = part.rows.map(({ deviations }) => deviations);
  const shared = (first ?? []).filter(({ text }) => others.every((own) => own.some((other) => other.text === text)));
  const found = [...new Set(part.rows.map(({ grade }) => grade))].join(", ");
  return [`Every setting (${found}): ${deviationsText(shared)}. The table has the values in which settings differ.`];
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
