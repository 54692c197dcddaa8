// Where a run does otherwise than the paper: what a reader has to know before comparing two numbers.
import { recipes } from "../paper/recipes.ts";
import type { RunFile } from "../records/run-files.ts";

/** One phrase for each deviation from the recipe of the net's family, such as "600 iterations, not 64000"; none where it is followed. */
export function deviations(run: RunFile): string[] {
  const { dataset, model, training } = run.spec.sections;
  const recipe = recipes[model.family];
  const phrases: string[] = [];
  const compare = (ours: string | number, paper: string | number, phrase: (value: string) => string) => {
    if (ours !== paper) phrases.push(`${phrase(String(ours))}, not ${paper}`);
  };
  compare(run.datasetTitle, recipe.dataset, (title) => `images ${title}`);
  if (dataset.trainImages !== undefined) phrases.push(`the first ${dataset.trainImages} training images, not all`);
  if (dataset.validationImages > 0) phrases.push(`${dataset.validationImages} training images held out`);
  if (dataset.testImages !== undefined) phrases.push(`the first ${dataset.testImages} test images, not all`);
  compare(model.width, recipe.width, (width) => `width ${width}`);
  compare(training.batchSize, recipe.batchSize, (size) => `batches of ${size}`);
  compare(training.iterations, recipe.iterations, (iterations) => `${iterations} iterations`);
  compare(training.learningRate.initial, recipe.learningRate, (rate) => `learning rate ${rate}`);
  compare(
    dropList(training.learningRate.dropAt),
    dropList(recipe.dropAt),
    (drops) => `learning rate drops at ${drops}`,
  );
  compare(training.learningRate.factor, recipe.factor, (factor) => `drops by the factor ${factor}`);
  compare(training.momentum, recipe.momentum, (momentum) => `momentum ${momentum}`);
  compare(training.weightDecay, recipe.weightDecay, (decay) => `weight decay ${decay}`);
  compare(training.augmentation, recipe.augmentation, (name) => `augmentation ${name}`);
  const warmUp = model.depth >= (recipe.warmUpFromDepth ?? Number.POSITIVE_INFINITY);
  if (Boolean(training.learningRate.warmUp) !== warmUp) phrases.push(warmUp ? "no warm-up" : "a warm-up");
  return phrases;
}

function dropList(iterations: readonly number[]): string {
  return iterations.length ? iterations.join(" and ") : "no iteration";
}
