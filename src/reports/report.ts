// Writes the tables and figure data of one experiment from its runs. All of it can be deleted and made again.
// No clock and no engine: the same runs give the same bytes.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeError, writeFileAtomically } from "../records/atomic-file.ts";
import type { RunRecord } from "../records/record.ts";
import { type Cell, csvText } from "./csv.ts";
import { curvesCsv, paperCurvesCsv } from "./curves.ts";
import { paperTable, paperTableCsv, paperTableMarkdown } from "./paper-table.ts";
import { listSetups } from "./setups.ts";
import { interval } from "./statistics.ts";
import { summaryMarkdown } from "./summary.ts";
import { type SummaryRow, tabulate } from "./tabulate.ts";

/**
 * Writes tables/*.csv, tables/summary.md and figures/*.csv under results/<experiment>.
 * @param runs all runs of the experiment, in the order of `readRuns`
 * @returns the files' paths
 * @throws UserError where they cannot be written
 */
export function writeReport(results: string, experiment: string, runs: readonly RunRecord[]): string[] {
  const rows = tabulate(runs);
  const setups = listSetups(runs);
  const references = [...new Set(runs.flatMap(({ run }) => run.paper))].sort();
  const files: [folder: "tables" | "figures", name: string, text: string | undefined][] = [
    ["tables", "summary.csv", summaryCsv(rows)],
    ["tables", "summary.md", summaryMarkdown(experiment, runs)],
    ["tables", "runs.csv", runsCsv(runs)],
    ...references.flatMap((name): typeof files => {
      const table = paperTable(name, setups);
      if (!table) return [];
      return [
        ["tables", `${name}.csv`, paperTableCsv(table)],
        ["tables", `${name}.md`, paperTableMarkdown(experiment, table)],
      ];
    }),
    ["figures", "curves.csv", curvesCsv(runs)],
    ...references.map(
      (name) => ["figures", `paper-${name}.csv`, paperCurvesCsv(name)] satisfies (typeof files)[number],
    ),
  ];
  return files.flatMap(([folder, name, text]) => {
    if (text === undefined) return [];
    const path = join(results, experiment, folder, name);
    try {
      mkdirSync(join(results, experiment, folder), { recursive: true });
    } catch (error) {
      throw writeError(path, error);
    }
    writeFileAtomically(path, text);
    return [path];
  });
}

/** Columns of summary.csv, beside the experiment. */
export const summaryColumns = [
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

/** One line a net and set-up. */
function summaryCsv(rows: readonly SummaryRow[]): string {
  return csvText(summaryColumns, rows.map(summaryCells));
}

/** A row's cells by column: errors are fractions, unrounded; low and high bound the 95 % interval. */
export function summaryCells(row: SummaryRow): Record<(typeof summaryColumns)[number], Cell> {
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
  };
}

/** One line a run, whatever its state, with the machine of its time. */
function runsCsv(runs: readonly RunRecord[]): string {
  return csvText(
    [
      "id",
      "label",
      "seed",
      "state",
      "family",
      "depth",
      "block",
      "shortcut",
      "width",
      "dataset",
      "batchSize",
      "iterations",
      "iteration",
      "learningRate",
      "trainLoss",
      "trainError",
      "testLoss",
      "testError",
      "bestTestError",
      "bestTestIteration",
      "trainSeconds",
      "imagesPerSecond",
      "engine",
      "engineDescription",
      "engineVersion",
      "threads",
      "cpu",
      "cores",
      "os",
      "node",
      "createdAt",
      "gitCommit",
      "gitDirty",
      "trainerVersion",
      "datasetDigest",
      "specHash",
      "weightsSha256",
      "failure",
    ],
    runs.map(({ run, status, metrics, done, failed }) => ({
      ...run.spec.sections.model,
      ...metrics.at(-1),
      id: run.id,
      label: run.spec.label,
      seed: run.spec.seed,
      state: status,
      dataset: run.datasetTitle,
      batchSize: run.spec.sections.training.batchSize,
      iterations: run.spec.sections.training.iterations,
      bestTestError: done?.bestTestError.value,
      bestTestIteration: done?.bestTestError.iteration,
      trainSeconds: done?.trainSeconds,
      imagesPerSecond: done?.imagesPerSecond,
      engine: run.provenance.engine.name,
      engineDescription: run.provenance.engine.description,
      engineVersion: run.provenance.engine.version,
      threads: run.provenance.engine.threads,
      cpu: run.provenance.cpu,
      cores: run.provenance.cores,
      os: run.provenance.os,
      node: run.provenance.node,
      createdAt: run.provenance.createdAt,
      gitCommit: run.provenance.gitCommit,
      gitDirty: run.provenance.gitDirty,
      trainerVersion: run.trainerVersion,
      datasetDigest: run.datasetDigest,
      specHash: run.specHash,
      weightsSha256: done?.weightsSha256,
      failure: failed?.reason,
    })),
  );
}
