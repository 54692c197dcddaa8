// Opens a data set by name, applies the limits of the experiment file and draws the validation split.
// Images are bytes here; feed.ts turns them into batches of numbers.
import { isInFiles } from "../config/names.ts";
import type { DatasetConfig } from "../config/schema.ts";
import { permutation, randomStream } from "../random.ts";
import type { Dataset, ImageFiles, ImageSet } from "../types.ts";
import { cifar10 } from "./cifar10.ts";
import { cifar100 } from "./cifar100.ts";
import { requireImages } from "./enough.ts";
import { fashionMnist } from "./fashion-mnist.ts";
import { imagenet } from "./imagenet.ts";
import { ownImages } from "./own-images.ts";
import type { DatasetOptions, DatasetShape, Source, Survey } from "./source.ts";
import { synthetic } from "./synthetic.ts";

export type DatasetName = DatasetConfig["name"];

/** Every data set by name. */
export const sources: Readonly<Record<DatasetName, Source>> = {
  synthetic,
  cifar10,
  cifar100,
  "fashion-mnist": fashionMnist,
  imagenet,
  folder: ownImages,
};

/** The sizes of the published data set, and of its images as a net sees them. Reads no file. */
export function datasetShape({ name, cropSize }: Pick<DatasetConfig, "name" | "cropSize">): DatasetShape {
  const { shape } = sources[name];
  return isInFiles(name) && cropSize ? { ...shape, height: cropSize, width: cropSize } : shape;
}

/**
 * Reads a data set into memory, or opens its files, after downloading it if that is necessary and possible.
 * It uses the first trainImages and testImages. It then draws validationImages from the training images, the same ones in
 * every run.
 * @throws UserError if files are missing or wrong, or there are too few images
 */
export async function openDataset(config: DatasetConfig, options: DatasetOptions = {}): Promise<Dataset> {
  const source = sources[config.name];
  const { emptyClasses, testFraction } = config;
  const read = await source.read(config, { ...options, emptyClasses, testFraction });
  const { digest, title, classes, notes, train, test } = read;
  requireImages(config, { trainImages: train.count, testImages: test.count }, title);
  const common = { name: config.name, digest, title, classes, ...(notes?.length && { notes }), test };
  return config.validationImages === 0 ? { ...common, train } : { ...common, ...split(train, config.validationImages) };
}

/** The facts that are known before any image is opened; undefined if a file is not on this machine. Never downloads. */
export function surveyDataset(config: DatasetConfig, options: DatasetOptions = {}): Promise<Survey | undefined> {
  const { emptyClasses, testFraction } = config;
  return sources[config.name].survey({ ...options, emptyClasses, testFraction });
}

/** The digest that openDataset would report; undefined if a file is not on this machine. Never downloads. */
export async function datasetDigest(config: DatasetConfig, options: DatasetOptions = {}): Promise<string | undefined> {
  return (await surveyDataset(config, options))?.digest;
}

type Images = ImageSet | ImageFiles;

/** Draws the validation images. Both splits keep the order of the files. */
function split(set: Images, validationImages: number): { train: Images; validation: Images } {
  const order = permutation(randomStream(0, "split", 0), set.count);
  return {
    train: pick(set, order.subarray(validationImages).toSorted()),
    validation: pick(set, order.subarray(0, validationImages).toSorted()),
  };
}

function pick(set: Images, indices: Uint32Array): Images {
  const count = indices.length;
  if (!("pixels" in set)) {
    const { name, read } = set;
    return {
      ...set,
      count,
      labels: Uint16Array.from(indices, (index) => set.labels[index]!),
      name: (index) => name(indices[index]!),
      read: (index) => read(indices[index]!),
    };
  }
  const size = set.height * set.width * set.channels;
  const pixels = new Uint8Array(count * size);
  for (let i = 0; i < count; i++) {
    pixels.set(set.pixels.subarray(indices[i]! * size, (indices[i]! + 1) * size), i * size);
  }
  return { ...set, count, pixels, labels: Uint8Array.from(indices, (index) => set.labels[index]!) };
}
