// A net with changed weights, tested on the run's test images.
import type { ModelConfig } from "../config/schema.ts";
import { Model } from "../models/model.ts";
import { type Evaluation, evaluate } from "../training/evaluate.ts";
import { firstImages } from "../training/layers.ts";
import type { NamedTensor } from "../types.ts";
import type { Subject } from "./analysis.ts";

/** Uses a net with these weights, and disposes it. */
export async function withNet<T>(
  { sections, input, seed }: Subject,
  config: ModelConfig,
  weights: readonly NamedTensor[],
  use: (model: Model) => Promise<T>,
): Promise<T> {
  const model = new Model(config, input, seed, sections.training.precision);
  try {
    model.write(weights);
    return await use(model);
  } finally {
    model.dispose();
  }
}

/** Loss and error of the subject's net with other weights. @param images how many test images to use; by default all */
export function testChanged(subject: Subject, weights: readonly NamedTensor[], images?: number): Promise<Evaluation> {
  const batches = () => (images === undefined ? subject.testBatches() : firstImages(subject.testBatches(), images));
  return withNet(subject, subject.sections.model, weights, (model) => evaluate(model, batches()));
}
