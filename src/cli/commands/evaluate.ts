// `evaluate RUN…`: tests finished runs by the paper's protocols, several of them as an ensemble too, and writes down what
// came out beside each run.
import { join } from "node:path";
import type { RunSections } from "../../config/schema.ts";
import { openTest } from "../../datasets/feed.ts";
import { openEngine } from "../../engines/choice.ts";
import type { Engine } from "../../engines/engine.ts";
import type { EngineName } from "../../engines/names.ts";
import { UserError } from "../../errors.ts";
import { interruptible, laterTrainingBatches, loadModel, sectionsOf } from "../../evaluation/finished-run.ts";
import { appendEvaluation, type EvaluationRecord } from "../../records/evaluations.ts";
import type { RunRecord } from "../../records/record.ts";
import { looksWords } from "../../reports/protocol-words.ts";
import { wrapText } from "../../text/text-table.ts";
import { averageStatistics } from "../../training/precise-statistics.ts";
import { type Examination, type Examinee, examine, type Score } from "../../training/protocols.ts";
import type { Dataset } from "../../types.ts";
import { findAllRecords } from "../arguments/find-run.ts";
import { batchSizeFor, looksOf, type ProtocolOptions } from "../arguments/protocol.ts";
import { datasetOpener } from "../terminal/dataset-opener.ts";
import { imageCounter } from "../terminal/image-counter.ts";
import type { Io } from "../terminal/io.ts";
import { scoreTable } from "../terminal/score-table.ts";
import { unreadableReporter } from "../terminal/unreadable.ts";

export interface EvaluateOptions extends ProtocolOptions {
  readonly statistics: "running" | "precise";
  /** Training batches that precise statistics are averaged over. */
  readonly statisticsBatches: number;
  readonly results: string;
  readonly data?: string | undefined;
  readonly engine: EngineName | "auto";
  readonly adapter?: string | undefined;
  readonly threads?: number | undefined;
  readonly json?: boolean | undefined;
}

/** Options that say of a file of weights what a run's record says of the run. */
const needWeights = ["dataset", "block", "shortcut", "width", "stem", "strideIn"] as const;

/** A run with what it is tested on. */
interface Candidate {
  readonly record: RunRecord;
  readonly sections: RunSections;
  readonly dataset: Dataset;
}

/**
 * Tests the runs that the names mean, prints their scores and records them. Always 0.
 * @throws UserError where a name means no run, a run is not finished, or the protocol does not fit
 */
export async function evaluateCommand(names: readonly string[], options: EvaluateOptions, io: Io): Promise<number> {
  const needless = needWeights.find((key) => key in options);
  if (needless)
    throw new UserError(
      `Expected --${needless.replace("strideIn", "stride-in")} with --weights FILE only: a run says it itself.`,
    );
  const looks = looksOf(options);
  const candidates = await openCandidates(names, options, io);
  const first = candidates[0]!;
  const { engine } = await openEngine(options.engine, { adapter: options.adapter, threads: options.threads });
  const sizes = candidates.map(({ sections }) => sections.evaluation.batchSize);
  const batchSize = batchSizeFor(options, Math.min(...sizes), first.dataset.test.height);
  const examinees: Examinee[] = [];
  let result: Examination;
  try {
    for (const { record, sections, dataset } of candidates) {
      const model = loadModel(record.path, sections, dataset);
      const test = openTest(dataset, sections.evaluation, "of training", batchSize, unreadableReporter(io));
      const batches = looks.map((look) => interruptible(test(look), io.signal));
      examinees.push({ model, looks: batches });
      if (options.statistics === "running") continue;
      const later = laterTrainingBatches(sections, record.run.spec.seed, dataset, options.statisticsBatches);
      await averageStatistics(model, interruptible(later, io.signal));
    }
    result = await examine(examinees, imageCounter(first.dataset.test.count, io));
  } finally {
    for (const { model } of examinees) model.dispose();
  }
  // Printed first: where the disk refuses the record, the scores are not lost.
  if (options.json) io.out(`${JSON.stringify(jsonOf(candidates, result, options, engine), undefined, 2)}\n`);
  else io.out(textOf(candidates, result, options, engine, io.columns));
  const files = recordScores(candidates, result, options, engine);
  if (!options.json) io.out(`\n${files.map((file) => `${file}\n`).join("")}`);
  return 0;
}

/** Finds the runs and opens their data; all must have the same test images. */
async function openCandidates(names: readonly string[], options: EvaluateOptions, io: Io): Promise<Candidate[]> {
  const { records, damaged } = findAllRecords(names, options.results);
  const unusable = [
    ...damaged.map(({ path, reason }) => `${path} (${reason.replace(/\.$/, "")})`),
    ...records.filter(({ done }) => !done).map(({ run, status }) => `${run.id} (${status})`),
  ];
  if (unusable.length > 0) {
    throw new UserError(`Expected finished runs, got ${unusable.join(", ")}.`, ["`resnet-exp ls` lists all runs."]);
  }
  const open = datasetOpener(options.data, io);
  const candidates: Candidate[] = [];
  for (const record of records) {
    const sections = sectionsOf(record.run);
    if (options.crops === 10 && sections.training.augmentation === "none") {
      throw new UserError(`Expected --crops 1 for ${record.run.id}, which was trained on whole images only, got 10.`);
    }
    const dataset = await open(sections.dataset);
    if (dataset.digest !== record.run.datasetDigest) {
      throw new UserError(`Expected the images that ${record.run.id} was trained on, got other ones.`, [
        "--data DIR says where data sets are; `resnet-exp verify` has details.",
      ]);
    }
    candidates.push({ record, sections, dataset });
  }
  const [first, ...others] = candidates;
  const stranger = others.find(({ dataset }) => !sameImages(dataset, first!.dataset));
  if (stranger) {
    throw new UserError(
      `Expected runs with the same test images, got ${first!.record.run.id} and ${stranger.record.run.id}.`,
    );
  }
  return candidates;
}

function sameImages(one: Dataset, other: Dataset): boolean {
  const [a, b] = [one.test, other.test];
  if (a === b) return true;
  if ("pixels" in a && "pixels" in b) {
    return Buffer.compare(a.pixels, b.pixels) === 0 && Buffer.compare(a.labels, b.labels) === 0;
  }
  return one.digest === other.digest && a.count === b.count;
}

/** Appends each run's own score, and that of the ensemble where there are several, to its evaluations. */
function recordScores(
  candidates: readonly Candidate[],
  { each, together, images }: Examination,
  options: EvaluateOptions,
  { name, description, version }: Engine,
): string[] {
  const common = {
    createdAt: new Date().toISOString(),
    protocol: protocolOf(options),
    images,
    engine: { name, description, version },
  };
  const write = ({ record }: Candidate, members: string[], { top1Error, top5Error, loss }: Score) => {
    const evaluation: EvaluationRecord = {
      ...common,
      members,
      top1Error,
      top5Error: top5Error ?? null,
      loss: Number.isFinite(loss) ? loss : null,
      datasetDigest: record.run.datasetDigest,
    };
    appendEvaluation(record.path, evaluation);
  };
  const ids = candidates.map(({ record }) => record.run.id);
  candidates.forEach((candidate, index) => {
    write(candidate, [ids[index]!], each[index]!);
    if (candidates.length > 1) write(candidate, ids, together);
  });
  return candidates.map(({ record }) => join(record.path, "evaluations.jsonl"));
}

/** The protocol as it is recorded. */
function protocolOf({ crops, scales, statistics, statisticsBatches }: EvaluateOptions): EvaluationRecord["protocol"] {
  return {
    crops,
    scales: scales ? [...scales] : null,
    statistics,
    statisticsBatches: statistics === "precise" ? statisticsBatches : null,
  };
}

function jsonOf(candidates: readonly Candidate[], result: Examination, options: EvaluateOptions, engine: Engine) {
  return {
    protocol: protocolOf(options),
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
    })),
    ensemble: candidates.length > 1 ? result.together : null,
  };
}

function textOf(
  candidates: readonly Candidate[],
  { each, together, images }: Examination,
  options: EvaluateOptions,
  engine: Engine,
  columns: number,
): string {
  const experiments = new Set(candidates.map(({ record }) => record.run.spec.experiment));
  const rows = candidates.map(({ record }, index) => {
    const { experiment, label, seed } = record.run.spec;
    return [`${experiments.size > 1 ? `${experiment}/` : ""}${label} seed ${seed}`, each[index]!] as const;
  });
  const ensemble = candidates.length > 1 ? [[`ensemble of ${candidates.length}`, together] as const] : [];
  const statistics =
    options.statistics === "precise"
      ? `statistics averaged over ${options.statisticsBatches} training batches`
      : "running statistics";
  const { test, title } = candidates[0]!.dataset;
  const looks = looksWords(protocolOf(options), !("pixels" in test));
  const head = `${looks}; ${statistics}; ${images.toLocaleString("en-US")} test images of ${title}; ${engine.description}`;
  return `${wrapText(head, columns)}\n${scoreTable([...rows, ...ensemble], columns)}`;
}
