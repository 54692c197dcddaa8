// Finished runs with their data sets. All have the same test images, so that their nets can form an ensemble.
import type { DatasetConfig, RunSections } from "../config/schema.ts";
import { UserError } from "../errors.ts";
import type { RunRecord } from "../records/record.ts";
import type { Dataset } from "../types.ts";
import type { Protocol } from "./protocol.ts";

/** A run with its data set. */
export interface Candidate {
  readonly record: RunRecord;
  /** The same run in other experiments: an ensemble counts its net once. */
  readonly copies: readonly RunRecord[];
  readonly sections: RunSections;
  readonly dataset: Dataset;
}

/**
 * Opens the data of finished runs.
 * @throws UserError where the protocol or the data does not fit a run, or runs have other test images
 */
export async function openCandidates(
  records: readonly RunRecord[],
  { crops }: Protocol,
  open: (config: DatasetConfig) => Promise<Dataset>,
): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const record of records) {
    const { sections } = record.run.spec;
    const copies = records.filter(({ run }) => run.id === record.run.id);
    if (copies[0] !== record) continue;
    if (crops === 10 && sections.training.augmentation === "none") {
      throw new UserError(
        `Expected --crops to be 1 for ${record.run.id}, which was trained on whole images only, got 10.`,
      );
    }
    const dataset = await open(sections.dataset);
    if (dataset.digest !== record.run.datasetDigest) {
      throw new UserError(
        `Expected the data set to be the one that ${record.run.id} was trained on, got other images.`,
        ["Name the directory of the data sets with --data DIR. `resnet-exp verify` shows details."],
      );
    }
    candidates.push({ record, copies: copies.slice(1), sections, dataset });
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
