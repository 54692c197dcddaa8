// summary.csv: one line a net and set-up. Errors are fractions, unrounded.

import { interval } from "../analysis/statistics.ts";
import type { SummaryRow } from "../analysis/tabulate.ts";
import { protocolWords } from "../protocol-words.ts";
import { type Cell, csvText } from "./csv.ts";

/** Columns of summary.csv, beside the experiment. */
const summaryColumns = [
  "label",
  "family",
  "depth",
  "block",
  "shortcut",
  "width",
  "dataset",
  "iterations",
  "runs",
  "unfinishedRuns",
  "trainErrorMean",
  "trainErrorStd",
  "testErrorMean",
  "testErrorStd",
  "testErrorLow",
  "testErrorHigh",
  "bestTestErrorMean",
  "paperReference",
  "paperError",
  "paperTrainError",
  "paperMeasures",
  "difference",
  "verdict",
  "reason",
  "grade",
  "deviations",
] as const;

/** What was held against the paper's number where that was measured by the paper's protocol, not by `testError`. */
const judgedColumns = ["judgedProtocol", "judgedRuns", "judgedMean", "judgedStd"] as const;

/** The columns that some rows have. */
export function summaryColumnsOf(rows: readonly SummaryRow[]) {
  return rows.some(({ judged }) => judged) ? [...summaryColumns, ...judgedColumns] : summaryColumns;
}

/** The text of summary.csv. */
export function summaryCsv(rows: readonly SummaryRow[]): string {
  return csvText(summaryColumnsOf(rows), rows.map(summaryCells));
}

/** A row's cells by column: errors are fractions, unrounded; low and high bound the 95 % interval. */
export function summaryCells(
  row: SummaryRow,
): Record<(typeof summaryColumns)[number], Cell> & Partial<Record<(typeof judgedColumns)[number], Cell>> {
  const { family, depth, block, shortcut, width } = row.model;
  const range = row.testError && interval(row.testError);
  return {
    family,
    depth,
    block,
    shortcut,
    width,
    label: row.label,
    dataset: row.dataset,
    iterations: row.iterations,
    runs: row.testError?.count ?? 0,
    unfinishedRuns: row.unfinishedRuns,
    trainErrorMean: row.trainError?.mean,
    trainErrorStd: row.trainError?.std,
    testErrorMean: row.testError?.mean,
    testErrorStd: row.testError?.std,
    testErrorLow: range?.[0],
    testErrorHigh: range?.[1],
    bestTestErrorMean: row.bestTestError?.mean,
    paperReference: row.paper?.reference,
    paperError: row.paperError,
    paperTrainError: row.paperTrainError,
    paperMeasures: row.paper?.protocol,
    difference: row.judgement?.difference,
    verdict: row.judgement?.verdict,
    reason: row.judgement?.reason,
    grade: row.grade,
    deviations: row.deviations.map(({ text }) => text).join("; "),
    ...(row.judged?.protocol && {
      judgedProtocol: protocolWords(row.judged.protocol, row.cropped ?? false),
      judgedRuns: row.judged.error?.count,
      judgedMean: row.judged.error?.mean,
      judgedStd: row.judged.error?.std,
    }),
  };
}
