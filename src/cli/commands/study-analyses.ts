// The analyses of runs for commands: `run` does those of the experiment file, `analyze` those of the runs' records.
import { basename } from "node:path";
import type { AnalysesConfig } from "../../config/analysis-schemas.ts";
import type { Experiment } from "../../config/load.ts";
import type { AnalysisName } from "../../config/names.ts";
import { UserError } from "../../errors.ts";
import { type AnalysisOutcome, analyseRun } from "../../evaluation/analysed-runs.ts";
import { engineFor, type WantedEngine } from "../../evaluation/own-engine.ts";
import { type BareRecord, readRuns } from "../../records/record.ts";
import type { TrainedRun } from "../../running/study.ts";
import { datasetOpener } from "../terminal/dataset-opener.ts";
import type { Io } from "../terminal/io.ts";

export interface AnalysisOptions extends WantedEngine {
  readonly results: string;
  readonly data?: string | undefined;
  readonly json?: boolean | undefined;
}

/** A run with the analyses to do. */
export interface RunToAnalyse {
  readonly record: BareRecord;
  readonly wanted: AnalysesConfig;
}

/** What became of an analysis, with the run. */
export interface AnalysedRun extends AnalysisOutcome {
  readonly record: BareRecord;
}

/**
 * Does the analyses of runs one after another.
 * @param onDone called after each part of an analysis
 * @throws UserError and AbortError as `analyseRun` does
 */
export async function* analyseRuns(
  runs: readonly RunToAnalyse[],
  options: AnalysisOptions,
  io: Io,
  onDone: () => void = () => {},
): AsyncGenerator<AnalysedRun> {
  const open = datasetOpener(options.data, io);
  for (const { record, wanted } of runs) {
    const { label, seed } = record.run.spec;
    let current: AnalysisName | undefined;
    const onPart = (name: AnalysisName, done: number, parts: number) => {
      // Parts that are done at the first call of an analysis were done before.
      if (name === current) onDone();
      current = name;
      if (!io.stderrIsTerminal) return;
      io.err(done < parts ? `\r\x1b[K${label} seed ${seed}: ${name}, part ${done + 1} of ${parts}` : "\r\x1b[K");
    };
    const means = { open, engine: () => engineFor(record, options), signal: io.signal, onPart };
    for await (const outcome of analyseRun(record, record.done!, wanted, means)) yield { ...outcome, record };
  }
}

/** Does the analyses that an experiment file asks for, of its runs that are done. Problems do not stop the report. */
export async function analyseStudy(
  { document }: Experiment,
  trained: readonly TrainedRun[],
  options: AnalysisOptions,
  problems: UserError[],
  io: Io,
): Promise<void> {
  const { name, analyses } = document;
  if (analyses === undefined) return;
  const chosen = new Set(trained.filter(({ spec }) => spec.experiment === name).map(({ id }) => id));
  const records = readRuns(options.results, [name]).runs.filter(({ run, done }) => done && chosen.has(run.id));
  const runs = records.map((record) => ({ record, wanted: analyses }));
  const problem = await analyseAndTell(runs, options, io);
  if (problem) problems.push(problem);
}

/**
 * Does the analyses of runs until a signal comes, and tells of each. Returns the problem that stopped them.
 * @param onDone called after each part of an analysis
 */
export async function analyseAndTell(
  runs: readonly RunToAnalyse[],
  options: AnalysisOptions,
  io: Io,
  onDone?: () => void,
): Promise<UserError | undefined> {
  try {
    for await (const analysed of analyseRuns(runs, options, io, onDone)) {
      if (options.json) io.out(`${JSON.stringify({ kind: "analysis", ...analysisJson(analysed) })}\n`);
      else if (analysed.state !== "kept") io.err(analysisLine(analysed));
    }
  } catch (error) {
    if (io.signal.aborted) return undefined;
    if (!(error instanceof UserError)) throw error;
    io.err(`${error.message}\n`);
    return error;
  }
  return undefined;
}

/** A line for people. */
export function analysisLine({ record: { run, path }, name, state, reason }: AnalysedRun): string {
  const { label, seed } = run.spec;
  const words = {
    done: `done: ${basename(path)}/analyses/${name}.json`,
    kept: "was done before, with the same settings",
    unsuited: `left out, as ${reason}`,
  };
  return `${label} seed ${seed}: ${name} ${words[state]}\n`;
}

export function analysisJson({ record: { run }, name, state, reason }: AnalysedRun) {
  const { experiment, label, seed } = run.spec;
  return { experiment, label, seed, id: run.id, analysis: name, state, ...(reason !== undefined && { reason }) };
}
