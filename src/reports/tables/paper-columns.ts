// The columns of a table of the paper, and the table as CSV (exact fractions) and as Markdown.
import type { Column } from "../../text/column.ts";
import { csvText } from "../../text/csv.ts";
import { markdownList, markdownTable } from "../../text/markdown.ts";
import { percent } from "../../text/quantities.ts";
import { compareProtocols, type Protocol } from "../analysis/evaluated.ts";
import { lastTest } from "../analysis/measurement.ts";
import type { Setup } from "../analysis/setups.ts";
import { interval, type Statistic } from "../analysis/statistics.ts";
import { protocolWords } from "../protocol-words.ts";
import { deviationsText, meanText, points, statisticDetail } from "./format.ts";
import type { PaperTable, TableEntry, TableLine } from "./paper-table-lines.ts";
import { deviationLines } from "./summary.ts";
import { tableNotes } from "./table-notes.ts";

/** A line with the set-up of our nets. */
export interface PaperTableRow {
  readonly setup: Setup;
  readonly line: TableLine;
}

/** The rows of one set-up. */
export function rowsOf({ setup, lines }: PaperTable["parts"][number]): PaperTableRow[] {
  return lines.map((line) => ({ setup, line }));
}

/** The columns of the table. The name of a published line ends in " *". */
export function paperColumns(table: PaperTable): Column<PaperTableRow>[] {
  return [
    {
      data: {
        setup: ({ setup }) => setup.name,
        dataset: ({ setup }) => setup.rows[0]?.dataset,
        iterations: ({ setup }) => setup.rows[0]?.iterations,
      },
    },
    ...table.heads.map(
      ({ title, of }, i): Column<PaperTableRow> => ({
        title,
        text: ({ line }) => (i === 0 && line.published ? `${of(line)} *` : of(line)),
        data: { [title]: ({ line }) => of(line) },
      }),
    ),
    { data: { published: ({ line }) => line.published } },
    ...table.numbers.flatMap((_, i) => numberColumns(table, i)),
    { title: "grade", mark: true, text: ({ line }) => [...new Set(line.entries.flatMap(gradeOf))].join(", ") },
  ];
}

/** The columns of one number: the paper's, ours and how they compare. */
function numberColumns({ numbers, parts }: PaperTable, place: number): Column<PaperTableRow>[] {
  const title = numbers[place]?.title ?? "";
  const [name, key] = numbers.length > 1 ? [`${title}, `, `${camel(title)} `] : ["", ""];
  const entryOf = ({ line }: PaperTableRow): TableEntry | undefined => line.entries[place];
  const errorOf = (row: PaperTableRow) => entryOf(row)?.measured?.error;
  const paperOf = (row: PaperTableRow) => {
    const entry = entryOf(row);
    const { error, top5, fails, mean, std } = entry?.paper ?? {};
    return entry?.metric === "top5" ? { error: top5 } : { error: fails ? "fails" : error, mean, std };
  };
  const hasReference = parts.some(({ lines }) => lines.some(({ entries }) => entries[place]?.ours?.reference));
  const referenceOf = (row: PaperTableRow) => referenceError(entryOf(row));
  const referenceColumn: Column<PaperTableRow> = {
    title: `${name}reference`,
    align: "right",
    text: (row) => (referenceOf(row) ? meanText(referenceOf(row)) : ""),
    detail: (row) => (referenceOf(row) ? `n = ${referenceOf(row)?.count}` : ""),
    data: {
      [`${key}referenceRuns`]: (row) => referenceOf(row)?.count,
      [`${key}referenceMean`]: (row) => referenceOf(row)?.mean,
      [`${key}referenceStd`]: (row) => referenceOf(row)?.std,
    },
  };
  const isEvaluated = parts.some(({ lines }) =>
    lines.some(({ entries }) => entries.some(({ measured }) => measured?.protocol)),
  );
  return [
    {
      title: `${name}paper`,
      align: "right",
      text: (row) => paperText(entryOf(row)),
      data: {
        [`${key}paper`]: (row) => paperOf(row).error,
        [`${key}paperMean`]: (row) => paperOf(row).mean,
        [`${key}paperStd`]: (row) => paperOf(row).std,
      },
    },
    {
      title: `${name}ours`,
      align: "right",
      text: (row) => (entryOf(row)?.measured ? meanText(errorOf(row)) : ""),
      detail: (row) => statisticDetail(errorOf(row)),
      data: {
        [`${key}runs`]: (row) => errorOf(row)?.count,
        [`${key}mean`]: (row) => errorOf(row)?.mean,
        [`${key}std`]: (row) => errorOf(row)?.std,
        [`${key}intervalLow`]: (row) => intervalOf(row)?.[0],
        [`${key}intervalHigh`]: (row) => intervalOf(row)?.[1],
        [`${key}trainErrorMean`]: (row) => entryOf(row)?.ours?.trainError?.mean,
      },
    },
    ...(hasReference ? [referenceColumn] : []),
    {
      title: `${name}difference`,
      align: "right",
      text: (row) => points(entryOf(row)?.judgement?.difference),
      data: { [`${key}difference`]: (row) => entryOf(row)?.judgement?.difference },
    },
    {
      title: `${name}verdict`,
      mark: true,
      text: (row) => entryOf(row)?.judgement?.verdict ?? "",
      data: {
        [`${key}verdict`]: (row) => entryOf(row)?.judgement?.verdict,
        [`${key}reason`]: (row) => entryOf(row)?.judgement?.reason,
      },
    },
    {
      data: {
        [`${key}grade`]: (row) => entryOf(row)?.ours?.grade,
        [`${key}deviations`]: (row) => deviationsOf(entryOf(row)?.ours),
        ...(isEvaluated && { [`${key}protocol`]: (row: PaperTableRow) => protocolText(entryOf(row), row.setup) }),
      },
    },
  ];

  function intervalOf(row: PaperTableRow) {
    const error = errorOf(row);
    return error && interval(error);
  }
}

/** The error of the project's own runs, measured as ours was. */
export function referenceError(entry: TableEntry | undefined): Statistic | undefined {
  const { metric, ours, measured } = entry ?? {};
  if (!ours?.reference || !measured?.error) return undefined;
  const { protocol } = measured;
  if (!protocol) return lastTest(ours.reference).error;
  const test = ours.reference.evaluated?.find((other) => isSameProtocol(other.protocol, protocol));
  return metric === "top5" ? test?.top5 : test?.top1;
}

function isSameProtocol(a: Protocol, b: Protocol): boolean {
  return compareProtocols({ protocol: a, images: 0 }, { protocol: b, images: 0 }) === 0;
}

function deviationsOf(ours: TableEntry["ours"]): string | undefined {
  return ours && deviationsText(ours.deviations);
}

function gradeOf({ ours }: TableEntry) {
  return ours?.grade ?? [];
}

/** "8.75", "6.61 ± 0.16", "fails", or empty. */
export function paperText(entry: TableEntry | undefined): string {
  if (!entry?.paper) return "";
  const { error, top5, fails, mean, std } = entry.paper;
  if (entry.metric === "top5") return percent(top5);
  if (fails) return "fails (> 20)";
  return mean === undefined ? percent(error) : `${percent(error)} (${percent(mean)} ± ${percent(std)})`;
}

function protocolText(entry: TableEntry | undefined, { rows }: Setup): string | undefined {
  const { measured } = entry ?? {};
  if (measured?.protocol) return protocolWords(measured.protocol, rows[0]?.cropped ?? false);
  return measured?.error && "after the last iteration";
}

function camel(title: string): string {
  return title.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The table as a Markdown document with a section for each set-up. */
export function paperTableMarkdown(experiment: string, table: PaperTable): string {
  const sections = table.parts.map((part) =>
    [
      `## ${part.setup.name}\n`,
      markdownTable(paperColumns(table), rowsOf(part)),
      markdownList(deviationLines(part.setup.rows)),
    ].join("\n"),
  );
  return [`# ${experiment}: ${table.title}\n`, ...sections, markdownList(tableNotes(table))].join("\n");
}

/** The table as CSV: the lines of the paper's table, once for each set-up. */
export function paperTableCsv(table: PaperTable): string {
  return csvText(paperColumns(table), table.parts.flatMap(rowsOf));
}
