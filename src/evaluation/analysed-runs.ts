// Analyses a finished run: opens its net, data and engine, does the parts that are not done, and records each.
import { setImmediate } from "node:timers/promises";
import type { Row, Subject } from "../analyses/analysis.ts";
import { analysisOf } from "../analyses/registry.ts";
import type { AnalysesConfig } from "../config/analysis-schemas.ts";
import { type AnalysisName, analysisNames } from "../config/names.ts";
import type { DatasetConfig, RunSections } from "../config/schema.ts";
import { openFeed } from "../datasets/feed.ts";
import { type Engine, sameCode } from "../engines/engine.ts";
import { UserError } from "../errors.ts";
import { type AnalysisRecord, isWhole, readAnalysis, writeAnalysis } from "../records/analyses.ts";
import { finalWeights } from "../records/final-weights.ts";
import { type BareRecord, readRun } from "../records/record.ts";
import type { DoneFile } from "../records/run-files.ts";
import type { Dataset, RunSpec } from "../types.ts";
import { inputOf, interruptible } from "./finished-run.ts";

/** What opens data and engine. Called only if something is left to do. */
export interface AnalysisMeans {
  readonly open: (config: DatasetConfig) => Promise<Dataset>;
  readonly engine: () => Promise<Engine>;
  readonly signal: AbortSignal;
  /** Called before each part, with the number of parts that are done. */
  readonly onPart: (name: AnalysisName, done: number, parts: number) => void;
}

/** What became of an analysis of a run. */
export interface AnalysisOutcome {
  readonly name: AnalysisName;
  /** "kept": it was done before, with the same settings. */
  readonly state: "done" | "kept" | "unsuited";
  /** Why it says nothing about the net, as words that follow "as". */
  readonly reason?: string;
}

/**
 * Does the analyses of a run that are not done, in the order of the vocabulary.
 * @throws UserError where data, weights or engine cannot be opened, and AbortError once the signal fires; parts that are
 * done stay done
 */
export async function* analyseRun(
  record: BareRecord,
  done: DoneFile,
  wanted: AnalysesConfig,
  means: AnalysisMeans,
): AsyncGenerator<AnalysisOutcome> {
  for (const name of analysisNames) {
    const settings = wanted[name];
    if (settings === undefined) continue;
    const reason = analysisOf(name).unsuited(record.run.spec.sections, settings);
    if (reason !== undefined) yield { name, state: "unsuited", reason };
    else {
      const found = earlier(record, done, name, settings);
      const isKept = found !== undefined && isWhole(found);
      if (!isKept) await analyse(record, done, name, settings, found, means);
      yield { name, state: isKept ? "kept" : "done" };
    }
  }
}

/** The analyses that suit a run's net, and those of them that are left to do. */
export interface AnalysisStates {
  readonly suited: readonly AnalysisName[];
  readonly left: readonly AnalysisName[];
}

/** What `analyseRun` would do of a run. Without a record, everything is left. */
export function analysisStates(
  sections: RunSections,
  record: BareRecord | undefined,
  wanted: AnalysesConfig,
): AnalysisStates {
  const suited = analysisNames.filter((name) => {
    const settings = wanted[name];
    return settings !== undefined && analysisOf(name).unsuited(sections, settings) === undefined;
  });
  const { done } = record ?? {};
  const isLeft = (name: AnalysisName) => {
    const found = record && done && earlier(record, done, name, wanted[name]!);
    return found === undefined || !isWhole(found);
  };
  return { suited, left: suited.filter(isLeft) };
}

/** Whether nothing is left to analyse of a run under `results` that is done. */
export function isAnalysed(spec: RunSpec, id: string, wanted: AnalysesConfig, results: string): boolean {
  const record = readRun(results, spec.experiment, id);
  return record !== undefined && analysisStates(spec.sections, record, wanted).left.length === 0;
}

type AnySettings = NonNullable<AnalysesConfig[AnalysisName]>;

async function analyse(
  record: BareRecord,
  done: DoneFile,
  name: AnalysisName,
  settings: AnySettings,
  found: AnalysisRecord | undefined,
  { open, engine: openEngine, signal, onPart }: AnalysisMeans,
): Promise<void> {
  const { run, path } = record;
  const dataset = await open(run.spec.sections.dataset);
  if (dataset.digest !== run.datasetDigest) {
    throw new UserError(`Expected the data set that ${run.id} was trained on, got another: ${dataset.title}.`, [
      "--data DIR names the directory of the original files.",
    ]);
  }
  const { name: engineName, version, variant, device } = await openEngine();
  const engine = { name: engineName, version, ...(variant !== undefined && { variant }), device: { ...device } };
  const { version: analysisVersion, parts: partsOf } = analysisOf(name);
  const parts = partsOf(subjectOf(record, dataset, signal), settings);
  const precision = run.spec.sections.training.precision;
  let analysis: AnalysisRecord = {
    analysis: name,
    version: analysisVersion,
    settings: { ...settings },
    weightsSha256: done.weightsSha256,
    datasetDigest: run.datasetDigest,
    engine,
    parts: parts.length,
    // Numbers of two engines are not mixed.
    done: found && sameCode(found.engine, engine, precision) ? found.done : [],
  };
  const known = new Set(analysis.done.map((part) => part.name));
  for (const part of parts) {
    if (known.has(part.name)) continue;
    onPart(name, analysis.done.length, parts.length);
    await setImmediate();
    signal.throwIfAborted();
    const rows = (await part.measure()).map(finite);
    analysis = { ...analysis, done: [...analysis.done, { name: part.name, rows }] };
    writeAnalysis(path, analysis);
  }
  onPart(name, parts.length, parts.length);
}

/** What is recorded of the same analysis of the same weights; undefined where there is none. */
function earlier(
  { run, path }: BareRecord,
  { weightsSha256 }: DoneFile,
  name: AnalysisName,
  settings: AnySettings,
): AnalysisRecord | undefined {
  const found = readAnalysis(path, name);
  const same =
    found?.version === analysisOf(name).version &&
    found.weightsSha256 === weightsSha256 &&
    found.datasetDigest === run.datasetDigest &&
    JSON.stringify(found.settings) === JSON.stringify(settings);
  return same ? found : undefined;
}

function subjectOf({ run, path }: BareRecord, dataset: Dataset, signal: AbortSignal): Subject {
  const { sections, seed } = run.spec;
  const feed = openFeed(dataset, sections, seed);
  return {
    sections,
    input: inputOf(dataset),
    seed,
    weights: finalWeights(path),
    testBatches: () => interruptible(feed.testBatches(), signal),
    async trainingBatch(iteration) {
      await setImmediate();
      signal.throwIfAborted();
      return feed.trainingBatch(iteration);
    },
  };
}

/** JSON has no infinite number and no NaN. */
function finite(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [
      key,
      typeof value === "number" && !Number.isFinite(value) ? null : value,
    ]),
  );
}
