// How long a run takes on the reference engine, by its arithmetic alone: for a warning before it starts, which must not wait
// for a measurement.
import type { RunSections } from "../config/schema.ts";
import { datasetShape } from "../datasets/dataset.ts";
import { describeModel } from "../models/describe.ts";

/** Multiply-adds a second: on one core of a Xeon, CIFAR nets of width 8 and 16 train at 150 to 250 million. */
const rate = 200e6;

/** Seconds for all steps and tests of a run. A training step has three passes, a test has one. */
export function referenceSeconds({ model, dataset, training, evaluation }: RunSections): number {
  // A folder's classes and test images are not known here. The classes only decide the size of the last layer.
  const { classes = 10, testImages = 0, ...size } = datasetShape(dataset);
  const { multiplyAdds } = describeModel(model, { ...size, classes });
  const tested = (dataset.testImages ?? testImages) + dataset.validationImages;
  const passes =
    3 * training.iterations * training.batchSize + Math.ceil(training.iterations / evaluation.every) * tested;
  return (passes * multiplyAdds) / rate;
}
