// `report`: rebuilds tables and figure data from the run directories, and prints the summary of each experiment.
import { join } from "node:path";
import type { UserError } from "../../errors.ts";
import { type RunRecord, readRuns } from "../../records/record.ts";
import { reportedRuns, smokeNotes } from "../../reports/analysis/smoke.ts";
import { tabulate } from "../../reports/analysis/tabulate.ts";
import { claimResultsOf } from "../../reports/claims/claim-result.ts";
import { claimSummary } from "../../reports/claims/claim-text.ts";
import { referenceRuns } from "../../reports/reference.ts";
import { runsLost, writeIndex, writeReport, writtenLines } from "../../reports/report.ts";
import { summaryTable } from "../../reports/tables/summary.ts";
import { noRuns, resultsOption } from "../arguments/no-runs.ts";
import { chooseExperiments, orTell, reportSkipped, tellOfLost, tellWithoutPng } from "../arguments/selection.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { report } from "../syntax/report.ts";
import type { Io } from "../terminal/io.ts";

/** Reports on the named experiments, or on all. @throws UserError for a name without results, or no results at all */
export async function reportCommand(
  experiments: readonly string[],
  options: OptionsOf<typeof report>,
  io: Io,
): Promise<number> {
  const { results } = options;
  const chosen = chooseExperiments(results, experiments);
  // All runs are read because the index covers all. Problems of experiments that were not named are not reported.
  const { runs: all, skipped: everything } = readRuns(results);
  const skipped = everything.filter(
    ({ path }) => path === results || chosen.some((name) => `${path}/`.startsWith(join(results, name, "/"))),
  );
  reportSkipped(skipped, io);
  const problems: UserError[] = [];
  const reports: { experiment: string; runs: readonly RunRecord[]; files: readonly string[] }[] = [];
  for (const experiment of chosen) {
    const own = all.filter(({ run }) => run.spec.experiment === experiment);
    tellOfLost(experiment, runsLost(results, experiment, own), own.length === 0, io);
    if (own.length === 0) continue;
    const files = await orTell(
      () => writeReport(results, experiment, own, (problem) => tellWithoutPng(problem, io)),
      problems,
      io,
    );
    for (const note of smokeNotes(own)) io.err(`${experiment}: ${note}\n`);
    reports.push({ experiment, runs: reportedRuns(own), files: files ?? [] });
  }
  if (reports.length === 0) throw noRuns(results, skipped);
  const index = await orTell(() => writeIndex(results, all), problems, io);
  const code = problems.length > 0 ? 2 : 0;
  if (options.json) {
    const list = reports.map(({ experiment, runs, files }) => ({
      experiment,
      files,
      rows: tabulate(runs).map(({ setup: _setup, runs: _runs, ...row }) => row),
    }));
    io.out(`${JSON.stringify(list, undefined, 2)}\n`);
    return code;
  }
  const texts = reports.map(
    ({ experiment, runs, files }) =>
      `${reports.length > 1 ? `${experiment}\n\n` : ""}${summaryTable(runs, io.columns, io.tableWidth, io.paint, referenceRuns(results, experiment))}\n${claimSummary(claimResultsOf(runs), `resnet-exp check ${experiment}${resultsOption(results)}`, io.columns)}${writtenLines(files)}`,
  );
  io.out(`${texts.join("\n\n")}${index === undefined ? "" : `${index}\n`}`);
  return code;
}
