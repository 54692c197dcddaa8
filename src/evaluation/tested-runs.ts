// Tests finished runs by a protocol of the paper, several of them also as an ensemble, and records the scores of each run.
import { join } from "node:path";
import { openTest } from "../datasets/feed.ts";
import type { Look } from "../datasets/looks.ts";
import type { Engine } from "../engines/engine.ts";
import { type Confusion, confusionOf } from "../records/confusion.ts";
import { appendEvaluation, type EvaluationRecord } from "../records/evaluations.ts";
import type { RunRecord } from "../records/record.ts";
import { averageStatistics } from "../training/precise-statistics.ts";
import { type NetUnderTest, type Score, type TestResult, testNets } from "../training/protocols.ts";
import type { Candidate } from "./candidates.ts";
import { inputOf, interruptible, laterTrainingBatches, loadModel } from "./finished-run.ts";
import { batchSizeFor, type Protocol, recordedProtocol } from "./protocol.ts";
import type { TestObserver } from "./test-observer.ts";

/** Tests the runs under these looks, on the engine in force. @throws UserError for weights that are not the run's */
export async function testRuns(
  candidates: readonly Candidate[],
  looks: readonly Look[],
  protocol: Omit<Protocol, "crops">,
  { onImages, onUnreadable, signal }: TestObserver,
): Promise<TestResult> {
  const { test: images } = candidates[0]!.dataset;
  const sizes = candidates.map(({ sections }) => sections.evaluation.batchSize);
  const batchSize = batchSizeFor(protocol, Math.min(...sizes), images.height);
  const nets: NetUnderTest[] = [];
  try {
    for (const { record, sections, dataset } of candidates) {
      const model = loadModel(record.path, sections, inputOf(dataset));
      const test = openTest(dataset, sections, "of training", batchSize, onUnreadable);
      nets.push({ model, looks: looks.map((look) => interruptible(test(look), signal)) });
      if (protocol.statistics === "running") continue;
      const later = laterTrainingBatches(sections, record.run.spec.seed, dataset, protocol.statisticsBatches);
      await averageStatistics(model, interruptible(later, signal));
    }
    return await testNets(nets, (seen) => onImages(seen, images.count));
  } finally {
    for (const { model } of nets) model.dispose();
  }
}

/**
 * Appends each run's own score to its evaluations, and that of the ensemble where there are several. A run that several
 * experiments share gets the ensemble's score where all its members are; if they are together nowhere, everywhere.
 * Returns the files.
 */
export function recordScores(
  candidates: readonly Candidate[],
  { each, together: ensemble, images, confusions }: TestResult,
  protocol: Protocol,
  { name, description, version }: Engine,
): string[] {
  const common = {
    createdAt: new Date().toISOString(),
    protocol: recordedProtocol(protocol),
    images,
    engine: { name, description, version },
  };
  const write = (
    records: readonly RunRecord[],
    members: string[],
    { top1Error, top5Error, loss }: Score,
    confusion?: Confusion,
  ) => {
    const evaluation: EvaluationRecord = {
      ...common,
      members,
      top1Error,
      top5Error: top5Error ?? null,
      loss: Number.isFinite(loss) ? loss : null,
      datasetDigest: records[0]!.run.datasetDigest,
      ...(confusion && { confusion }),
    };
    for (const { path } of records) appendEvaluation(path, evaluation);
  };
  const everywhere = candidates.map(({ record, copies }) => [record, ...copies]);
  const together = everywhere.map((records) =>
    records.filter(({ run }) =>
      everywhere.every((others) => others.some((other) => other.run.spec.experiment === run.spec.experiment)),
    ),
  );
  const ids = candidates.map(({ record }) => record.run.id);
  candidates.forEach((candidate, index) => {
    const records = everywhere[index]!;
    write(records, [ids[index]!], each[index]!, confusionOf(candidate.dataset.classes, confusions[index]!));
    if (candidates.length > 1) write(together[index]!.length ? together[index]! : records, ids, ensemble);
  });
  return everywhere.flat().map(({ path }) => join(path, "evaluations.jsonl"));
}
