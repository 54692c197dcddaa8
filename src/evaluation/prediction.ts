// What a finished run's net takes images for: its most probable classes, for images from outside the data set.
import { cropSizeOf, shortSideOf } from "../config/implied.ts";
import { isInFiles } from "../config/names.ts";
import type { DatasetConfig } from "../config/schema.ts";
import { meanOfTraining } from "../datasets/feed.ts";
import { imageAsSeen, type Seen } from "../datasets/one-image.ts";
import { UserError } from "../errors.ts";
import type { RunRecord } from "../records/record.ts";
import { classProbabilities, topClasses } from "../training/protocols.ts";
import type { Dataset } from "../types.ts";
import { loadModel } from "./finished-run.ts";

/** The most probable classes of an image, or why it cannot be decoded. */
export type Prediction =
  | { readonly image: string; readonly classes: readonly { readonly name: string; readonly probability: number }[] }
  | { readonly image: string; readonly problem: string };

/** What is needed of a run's images to look at others as at them. */
interface Learned {
  readonly classes: readonly string[];
  readonly seen: Seen;
}

/**
 * The predictions for image files in their order, on the engine in force.
 * @param open the run's data set, if its record does not say the classes and the mean
 * @throws UserError if the weights are missing or damaged, or the data set is another one
 */
export async function* predictImages(
  record: RunRecord,
  images: readonly string[],
  open: (config: DatasetConfig) => Promise<Dataset>,
): AsyncGenerator<Prediction> {
  const { sections } = record.run.spec;
  const { classes, seen } = recorded(record) ?? (await learnedFrom(record, open));
  const { side, channels } = seen;
  const model = loadModel(record.path, sections, { height: side, width: side, channels, classes: classes.length });
  try {
    for (const image of images) {
      const values = await imageAsSeen(image, seen);
      if (typeof values === "string") {
        yield { image, problem: values };
        continue;
      }
      const batch = { images: values, shape: [1, side, side, channels] as const, labels: Int32Array.of(0) };
      const probabilities = await classProbabilities(model, batch);
      const top = topClasses(probabilities);
      yield { image, classes: top.map((i) => ({ name: classes[i]!, probability: probabilities[i]! })) };
    }
  } finally {
    model.dispose();
  }
}

/** As the record has it; undefined if it does not say enough. */
function recorded({ run: { spec, classes, channelMean } }: RunRecord): Learned | undefined {
  const { sections } = spec;
  if (!classes || !channelMean || !isInFiles(sections.dataset.name)) return undefined;
  const side = cropSizeOf(sections.dataset);
  const mean = Float32Array.from(channelMean);
  return { classes, seen: { side, shortSide: shortSideOf(sections), channels: mean.length, mean } };
}

async function learnedFrom({ run }: RunRecord, open: (config: DatasetConfig) => Promise<Dataset>): Promise<Learned> {
  const { sections } = run.spec;
  const dataset = await open(sections.dataset);
  if (dataset.digest !== run.datasetDigest) {
    throw new UserError(`Expected the data set to be the one that ${run.id} was trained on, got other images.`, [
      "The mean of its training images is subtracted. Name the directory of the data sets with --data DIR.",
    ]);
  }
  const { height: side, channels } = dataset.train;
  const shortSide = "pixels" in dataset.train ? side : shortSideOf(sections);
  return { classes: dataset.classes, seen: { side, shortSide, channels, mean: meanOfTraining(dataset) } };
}
