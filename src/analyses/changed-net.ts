// A net with changed weights, tested on the run's test images.
import type { ModelConfig } from "../config/schema.ts";
import { Model } from "../models/model.ts";
import { type Evaluation, evaluate } from "../training/evaluate.ts";
import { firstImages } from "../training/layers.ts";
import type { Batch, NamedTensor } from "../types.ts";
import type { Subject } from "./analysis.ts";

/** Uses a net with these weights, and disposes it. */
export async function withNet<T>(
  subject: Subject,
  config: ModelConfig,
  weights: readonly NamedTensor[],
  use: (model: Model) => Promise<T>,
): Promise<T> {
  return withUntrained(subject, config, (model) => {
    model.write(weights);
    return use(model);
  });
}

/** Uses the net as it was before training, and disposes it. */
export async function withUntrained<T>(
  { sections, input, seed }: Subject,
  config: ModelConfig,
  use: (model: Model) => Promise<T>,
): Promise<T> {
  const model = new Model(config, input, seed, sections.training.precision);
  try {
    return await use(model);
  } finally {
    model.dispose();
  }
}

/** Training batches that the run has not seen, augmented as its own were. */
export async function* laterBatches({ sections, trainingBatch }: Subject, count: number): AsyncGenerator<Batch> {
  for (let index = 0; index < count; index++) yield trainingBatch(sections.training.iterations + index);
}

/** Loss and error of the subject's net with other weights. @param images how many test images to use; by default all */
export function testChanged(subject: Subject, weights: readonly NamedTensor[], images?: number): Promise<Evaluation> {
  const batches = () => (images === undefined ? subject.testBatches() : firstImages(subject.testBatches(), images));
  return withNet(subject, subject.sections.model, weights, (model) => evaluate(model, batches()));
}
