// Loads a finished run: its test images as the run saw them, and its net with the final weights.
// `verify` and `evaluate` both use it.
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { RunSections } from "../config/schema.ts";
import { openFeed } from "../datasets/feed.ts";
import { errorMessage, UserError } from "../errors.ts";
import { Model } from "../models/model.ts";
import { finalWeights } from "../records/final-weights.ts";
import { type Evaluation, evaluate } from "../training/evaluate.ts";
import type { Batch, Batches, Dataset, ModelInput } from "../types.ts";

/**
 * A run's network with its final weights on the engine in force; the caller disposes it.
 * @param path the run's directory
 * @throws UserError where the weights are missing, damaged or not this network's
 */
export function loadModel(path: string, sections: RunSections, input: ModelInput): Model {
  const file = join(path, "weights.safetensors");
  const tensors = finalWeights(path);
  const model = new Model(sections.model, input, undefined, sections.training.precision);
  try {
    model.write(tensors);
  } catch (error) {
    model.dispose();
    throw new UserError(`Expected ${file} to hold the run's network, but: ${errorMessage(error)}`, [], {
      cause: error,
    });
  }
  return model;
}

/** The input of a net for a data set. */
export function inputOf({ train, classes }: Dataset): ModelInput {
  const { height, width, channels } = train;
  return { height, width, channels, classes: classes.length };
}

/**
 * Loss and error of a run's final weights, computed as its last test was.
 * @throws UserError as `loadModel` does, and AbortError once the signal fires
 */
export async function testAgain(
  path: string,
  sections: RunSections,
  dataset: Dataset,
  signal: AbortSignal,
): Promise<Evaluation> {
  const model = loadModel(path, sections, inputOf(dataset));
  try {
    return await evaluate(model, interruptible(openFeed(dataset, sections, 0).testBatches(), signal));
  } finally {
    model.dispose();
  }
}

/** The training batches that would have come next, augmented as the others were. */
export async function* laterTrainingBatches(
  sections: RunSections,
  seed: number,
  dataset: Dataset,
  count: number,
): AsyncGenerator<Batch> {
  const { trainingBatch } = openFeed(dataset, sections, seed);
  for (let index = 0; index < count; index++) yield trainingBatch(sections.training.iterations + index);
}

/**
 * The same batches with a pause before each for timers and signals, which an engine on the CPU leaves no time.
 * @throws AbortError once the signal fires
 */
export async function* interruptible(batches: Batches, signal: AbortSignal): AsyncGenerator<Batch> {
  for await (const batch of batches) {
    await setImmediate();
    if (signal.aborted) throw new DOMException("The test was interrupted.", "AbortError");
    yield batch;
  }
}
