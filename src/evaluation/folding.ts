// Folds a finished run's net of `repvgg` into one of single convolutions, and compares the outputs of both on the run's test
// images.
import type { RunSections } from "../config/schema.ts";
import { openFeed } from "../datasets/feed.ts";
import { UserError } from "../errors.ts";
import { foldedModel, foldedWeights } from "../models/fold.ts";
import { Model } from "../models/model.ts";
import { finalWeights } from "../records/final-weights.ts";
import type { RunRecord } from "../records/record.ts";
import { type Distance, distanceOf } from "../training/equal-outputs.ts";
import type { Dataset, NamedTensor } from "../types.ts";
import { inputOf, interruptible, loadModel } from "./finished-run.ts";

/** The most by which logits may differ, as a fraction of the largest: float32 rounds them in another order. */
export const foldingBound = 1e-4;

export interface Folding {
  readonly tensors: readonly NamedTensor[];
  readonly distance: Distance;
  readonly holds: boolean;
}

/** @throws UserError where the run's net cannot be folded */
export function requireFoldable({ run }: RunRecord): void {
  const { block, activation } = run.spec.sections.model;
  if (block !== "repvgg") {
    throw new UserError(`Expected a run with the block repvgg, got ${run.id} with ${block}.`, [
      "Only its branches add up to one convolution.",
    ]);
  }
  if (activation === "original") return;
  throw new UserError(`Expected a net in the paper's order of activation, got ${run.id} in ${activation}.`, [
    "Normalisation must follow each convolution directly.",
  ]);
}

/**
 * Computes in float32, whatever precision the run was trained in, on the engine in force.
 * @throws UserError as `loadModel` does, and where the data set is another one; AbortError once the signal fires
 */
export async function foldRun({ run, path }: RunRecord, dataset: Dataset, signal: AbortSignal): Promise<Folding> {
  if (dataset.digest !== run.datasetDigest) {
    throw new UserError(`Expected the data set to be the one that ${run.id} was trained on, got other images.`, [
      "The outputs are compared on its test images. Name the directory of the data sets with --data DIR.",
    ]);
  }
  const { sections } = run.spec;
  const float32: RunSections = { ...sections, training: { ...sections.training, precision: "float32" } };
  const input = inputOf(dataset);
  const net = loadModel(path, float32, input);
  const folded = new Model(foldedModel(sections.model), input);
  try {
    const tensors = foldedWeights(sections.model, input, finalWeights(path));
    folded.write(tensors);
    const distance = await distanceOf(net, folded, interruptible(openFeed(dataset, float32, 0).testBatches(), signal));
    return { tensors, distance, holds: distance.difference <= foldingBound };
  } finally {
    net.dispose();
    folded.dispose();
  }
}
