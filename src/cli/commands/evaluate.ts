// `evaluate RUN…`: tests finished runs by the paper's protocols, alone and as an ensemble, and records the scores in
// each run's directory.

import { openEngine } from "../../engines/choice.ts";
import type { Engine } from "../../engines/engine.ts";
import { UserError } from "../../errors.ts";
import { type Candidate, openCandidates } from "../../evaluation/candidates.ts";
import { looksOf, recordedProtocol } from "../../evaluation/protocol.ts";
import { recordScores, testRuns } from "../../evaluation/tested-runs.ts";
import { classResults, confusionOf } from "../../records/confusion.ts";
import type { RunRecord } from "../../records/record.ts";
import { looksWords } from "../../reports/protocol-words.ts";
import { wrapText } from "../../text/lines.ts";
import { grouped } from "../../text/quantities.ts";
import type { TestResult } from "../../training/protocols.ts";
import { findAllRecords } from "../arguments/find-run.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { evaluate } from "../syntax/evaluate.ts";
import { flagOf } from "../syntax/option.ts";
import { classTable } from "../terminal/class-table.ts";
import { datasetOpener } from "../terminal/dataset-opener.ts";
import type { Io } from "../terminal/io.ts";
import { scoreTable } from "../terminal/score-table.ts";
import { testObserver, unreadableNote } from "../terminal/test-observer.ts";

export type EvaluateOptions = OptionsOf<typeof evaluate>;

/** Options that describe a file of weights. A run's record already has these values. */
const needWeights = [
  "dataset",
  "block",
  "shortcut",
  "width",
  "stem",
  "strideIn",
  "emptyClasses",
  "testFraction",
] as const;

/**
 * Tests the runs that the names mean, prints their scores and records them. Always 0.
 * @throws UserError where a name means no run, a run is not finished, or the protocol does not fit
 */
export async function evaluateCommand(names: readonly string[], options: EvaluateOptions, io: Io): Promise<number> {
  const { weights } = options;
  if (weights !== undefined) {
    const { evaluateWeightsCommand } = await import("./evaluate-weights.ts");
    return evaluateWeightsCommand(names, { ...options, weights }, io);
  }
  const needless = needWeights.find((key) => key in options);
  if (needless)
    throw new UserError(`Expected ${flagOf(needless)} only with --weights FILE: a run's record already holds it.`);
  const looks = looksOf(options);
  const records = findFinished(names, options.results, io);
  const candidates = await openCandidates(records, options, datasetOpener(options.data, io));
  const { engine } = await openEngine(options.engine, { adapter: options.adapter, threads: options.threads });
  const observer = testObserver(io);
  const result = await testRuns(candidates, looks, options, observer);
  // Printed first, so that the scores are not lost if they cannot be recorded.
  if (options.json) {
    const figures = { ...jsonOf(candidates, result, options, engine), unreadableImages: [...observer.unreadable] };
    io.out(`${JSON.stringify(figures, undefined, 2)}\n`);
  } else {
    io.out(textOf(candidates, result, options, engine, io) + unreadableNote(observer, io.columns));
    const [only, ...others] = result.confusions;
    if (only && others.length === 0) io.out(`\n${classTable(confusionOf(candidates[0]!.dataset.classes, only), io)}`);
  }
  const files = recordScores(candidates, result, options, engine);
  if (!options.json) io.out(`\n${files.map((file) => `${file}\n`).join("")}`);
  return 0;
}

/** The runs that the names mean. @throws UserError where one of them is damaged or not finished */
function findFinished(names: readonly string[], results: string, io: Io): readonly RunRecord[] {
  const { records, damaged } = findAllRecords(names, results, io);
  const unusable = [
    ...damaged.map(({ path, reason }) => `${path} (${reason.replace(/\.$/, "")})`),
    ...records.filter(({ done }) => !done).map(({ run, status }) => `${run.id} (${status})`),
  ];
  if (unusable.length === 0) return records;
  throw new UserError(`Expected finished runs, got ${unusable.join(", ")}.`, ["`resnet-exp ls` lists all runs."]);
}

function jsonOf(candidates: readonly Candidate[], result: TestResult, options: EvaluateOptions, engine: Engine) {
  return {
    protocol: recordedProtocol(options),
    dataset: candidates[0]!.dataset.title,
    images: result.images,
    engine: engine.name,
    engineDescription: engine.description,
    runs: candidates.map(({ record: { run, path } }, index) => ({
      experiment: run.spec.experiment,
      id: run.id,
      label: run.spec.label,
      seed: run.spec.seed,
      path,
      ...result.each[index]!,
      classes: classResults(confusionOf(candidates[index]!.dataset.classes, result.confusions[index]!)),
    })),
    ensemble: candidates.length > 1 ? result.together : null,
  };
}

function textOf(
  candidates: readonly Candidate[],
  { each, together, images }: TestResult,
  options: EvaluateOptions,
  engine: Engine,
  { columns, tableWidth }: Io,
): string {
  const experiments = new Set(candidates.map(({ record }) => record.run.spec.experiment));
  const rows = candidates.map(({ record }, index) => {
    const { experiment, label, seed } = record.run.spec;
    return { name: `${experiments.size > 1 ? `${experiment}/` : ""}${label} seed ${seed}`, ...each[index]! };
  });
  const ensemble = candidates.length > 1 ? [{ name: `ensemble of ${candidates.length}`, ...together }] : [];
  const statistics =
    options.statistics === "precise"
      ? `statistics averaged over ${options.statisticsBatches} training batches`
      : "running statistics";
  const { test, title } = candidates[0]!.dataset;
  const looks = looksWords(recordedProtocol(options), !("pixels" in test));
  const head = `${looks}; ${statistics}; ${grouped(images)} test images of ${title}; ${engine.description}`;
  return `${wrapText(head, columns)}\n${scoreTable([...rows, ...ensemble], tableWidth)}`;
}
