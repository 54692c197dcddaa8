// The report at the end of a study. It is written again until no run has begun or ended in the meantime. The table of
// this command's runs is printed.
import type { Experiment } from "../../config/load.ts";
import type { UserError } from "../../errors.ts";
import { type RunRecord, readRuns } from "../../records/record.ts";
import { runPath, runStatus } from "../../records/run-directory.ts";
import { statesSignature } from "../../records/signature.ts";
import { referenceRuns } from "../../reports/reference.ts";
import { runsLost, writeIndex, writeReport, writtenLines } from "../../reports/report.ts";
import { summaryTable } from "../../reports/tables/summary.ts";
import type { TrainedRun } from "../../running/study.ts";
import { writeEventFile } from "../../tensorboard/event-file.ts";
import { orTell, tellOfLost, tellWithoutPng } from "../arguments/selection.ts";
import { outcomeTable } from "../terminal/cost-text.ts";
import type { Io } from "../terminal/io.ts";

export interface ReportOptions {
  readonly results: string;
  readonly json?: boolean | undefined;
  readonly tensorboard?: boolean | undefined;
}

/** Whether a run is done by now. A busy run may have been finished by another process. */
export function isFinished({ spec, id, outcome }: TrainedRun, results: string): boolean {
  if (outcome === "busy") return runStatus(runPath(results, spec.experiment, id)) === "done";
  return outcome === "done" || outcome === "skipped";
}

/** Writes the report of an experiment and prints the table of this command's runs. */
export async function reportStudy(
  { document }: Experiment,
  trained: readonly TrainedRun[],
  options: ReportOptions,
  problems: UserError[],
  io: Io,
): Promise<void> {
  const { name } = document;
  const before = readRuns(options.results, [name]).runs;
  tellOfLost(name, runsLost(options.results, name, before), before.length === 0, io);
  const written = await orTell(() => latestReport(options.results, name, io), problems, io);
  const { runs, paths } = written ?? { runs: readRuns(options.results, [name]).runs, paths: [] };
  if (runs.length === 0) return;
  const chosen = new Set(trained.filter(({ spec }) => spec.experiment === name).map(({ id }) => id));
  const byId = new Map(runs.map((record) => [record.run.id, record]));
  const inOrder = [...chosen].flatMap((id) => byId.get(id) ?? []);
  // Runs that were trained earlier without --tensorboard have no event file yet.
  if (options.tensorboard) for (const record of inOrder) if (record.status !== "running") writeEventFile(record);
  if (options.json) return;
  const outcomes = outcomeTable(inOrder, io.tableWidth);
  io.out(
    `\n${summaryTable(inOrder, io.columns, io.tableWidth, io.paint, referenceRuns(options.results, name))}\n${outcomes && `${outcomes}\n`}${writtenLines(paths)}`,
  );
}

/** Writes the report until no run has begun or ended in the meantime: the last of several processes then reports all runs. */
async function latestReport(
  results: string,
  experiment: string,
  io: Io,
): Promise<{ runs: RunRecord[]; paths: string[] }> {
  for (;;) {
    const states = statesSignature(results);
    const { runs: all } = readRuns(results);
    const runs = all.filter(({ run }) => run.spec.experiment === experiment);
    // If every run was refused there is nothing to report.
    if (runs.length === 0) return { runs, paths: [] };
    const paths = [
      ...(await writeReport(results, experiment, runs, (problem) => tellWithoutPng(problem, io))),
      writeIndex(results, all),
    ];
    if (statesSignature(results) === states) return { runs, paths };
  }
}
