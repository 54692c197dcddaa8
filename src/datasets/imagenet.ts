// ImageNet (ILSVRC 2012 classification) or any folder of images by class, read from the shards of `datasets prepare`, else
// from the folder itself. Images stay in their files. Never downloaded: its terms require each user to register.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { listed } from "../text/listing.ts";
import type { ImageFiles } from "../types.ts";
import { reasonUnreadable } from "./decode.ts";
import { expectedLayout } from "./expected-layout.ts";
import { readDataFile } from "./files.ts";
import { type FolderImage, type ImageFolder, listImageFolder } from "./image-folder.ts";
import { inOrder } from "./in-order.ts";
import { dataRoot, findDirectory } from "./location.ts";
import { nearby, unpackCommand, unpackInto } from "./nearby.ts";
import { olderThanFolder } from "./older-shards.ts";
import { meanOfChannels, paperCropSize, paperScale } from "./scale-crop.ts";
import {
  damagedShards,
  findShards,
  type Manifest,
  openShards,
  readManifest,
  readMean,
  type ShardImages,
  shardsDigest,
} from "./shards.ts";
import type { Content, DatasetOptions, Inspection, Source, Survey } from "./source.ts";

const channels = 3;
/** The published sizes. */
const published = { classes: 1000, trainImages: 1_281_167, testImages: 50_000 };

/** Means of red, green and blue if there is no mean image, as pixel/255 (fb.resnet.torch, datasets/imagenet.lua). */
const channelMean = Float32Array.of(0.485, 0.456, 0.406);

export const imagenet: Source<ImageFiles> = {
  wayToGet: "download it from image-net.org, then --data DIR",
  shape: { height: paperCropSize, width: paperCropSize, channels, ...published },
  locate: (options) => findShards(dataRoot(options.data).path) ?? findFolder(options),
  async survey(options) {
    const shards = findShards(dataRoot(options.data).path);
    if (shards !== undefined) return surveyShards(readManifest(shards));
    const folder = findFolder(options);
    if (folder === undefined) return undefined;
    const { digest, train, test } = listImageFolder(folder, options);
    return { digest, trainImages: train.length, testImages: test.length };
  },
  nearby: imagesNearby,
  fetch: async (options) => failToFind(options),
  async inspect(options) {
    const shards = findShards(dataRoot(options.data).path);
    return shards === undefined ? inspectFolder(listFolder(options), options) : inspectShards(shards, options);
  },
  async read({ trainImages, testImages, cropSize = paperCropSize }, options) {
    const shards = findShards(dataRoot(options.data).path);
    const limits = { trainImages, testImages };
    return shards === undefined
      ? readFolder(listFolder(options), limits, cropSize)
      : readShards(shards, options, limits, cropSize);
  },
};

/** Lists the folder of images that the options name, even where shards exist. @throws UserError with the expected layout */
export function listFolder(options: DatasetOptions): ImageFolder {
  return listImageFolder(findFolder(options) ?? failToFind(options), options);
}

/** Decodes every image to its last row. */
async function inspectFolder(folder: ImageFolder, options: DatasetOptions): Promise<Inspection> {
  const { directory, train, test, notes } = folder;
  const images = [...train, ...test];
  const problems = [...folder.problems];
  let done = 0;
  const inspectImage = async ({ path }: FolderImage) => reasonUnreadable(await readDataFile(join(directory, path)));
  for await (const reason of inOrder(images, inspectImage)) {
    options.signal?.throwIfAborted();
    if (reason !== undefined) problems.push(`${images[done]!.path} cannot be decoded: ${reason}`);
    options.onProgress?.({ file: "decoding", done: ++done, total: images.length });
  }
  return { problems, notes };
}

async function inspectShards(directory: string, options: DatasetOptions): Promise<Inspection> {
  const manifest = readManifest(directory);
  const damaged = await damagedShards(directory, manifest);
  return {
    problems: [
      ...damaged.map(
        (name) => `${join(directory, name)} has changed since datasets prepare wrote it: delete the directory`,
      ),
      ...olderThanFolder(directory, manifest, findFolder(options)),
    ],
    notes: [
      ...(manifest.notes ?? []),
      ...manifest.unreadable.map(({ path, reason }) => `left out because it cannot be decoded: ${path} (${reason})`),
    ],
  };
}

function surveyShards(manifest: Manifest): Survey {
  const { train, test } = manifest.shards;
  const count = (files: typeof train) => files.reduce((sum, { images }) => sum + images, 0);
  return { digest: shardsDigest(manifest), trainImages: count(train), testImages: count(test) };
}

interface Limits {
  readonly trainImages?: number | undefined;
  readonly testImages?: number | undefined;
}

function readFolder(folder: ImageFolder, limits: Limits, side: number) {
  const { directory, classes, train, test, digest } = folder;
  const open = (all: readonly FolderImage[], limit = all.length): ImageFiles => {
    const images = all.slice(0, limit);
    return {
      ...crop(side),
      count: images.length,
      labels: Uint16Array.from(images, ({ label }) => label),
      mean: channelMean,
      name: (index) => images[index]!.path,
      read: async (index) => ({ bytes: await readDataFile(join(directory, images[index]!.path)) }),
    };
  };
  const counts = { classes, trainImages: train.length, testImages: test.length };
  const content: Content<ImageFiles> = {
    digest,
    title: title(counts, "mean of each channel"),
    classes,
    notes: [...folder.problems, ...folder.notes],
    train: open(train, limits.trainImages),
    test: open(test, limits.testImages),
  };
  return content;
}

function readShards(directory: string, options: DatasetOptions, limits: Limits, side: number): Content<ImageFiles> {
  const manifest = readManifest(directory);
  const { classes, shards, unreadable, size } = manifest;
  const mean = readMean(directory, manifest);
  const open = ({ labels, paths, read }: ShardImages): ImageFiles => ({
    ...crop(side),
    count: paths.length,
    labels,
    mean: side === paperCropSize ? mean : meanOfChannels(mean),
    name: (index) => paths[index]!,
    read,
  });
  const count = (split: "train" | "test", folder: "train/" | "val/") =>
    shards[split].reduce((sum, { images }) => sum + images, 0) +
    unreadable.filter(({ path }) => path.startsWith(folder)).length;
  const counts = { classes, trainImages: count("train", "train/"), testImages: count("test", "val/") };
  return {
    digest: shardsDigest(manifest),
    title: title(counts, size < paperScale.to ? `short side at most ${size}` : ""),
    classes,
    notes: [
      ...olderThanFolder(directory, manifest, findFolder(options)),
      ...(manifest.notes ?? []),
      ...leftOut(manifest),
    ],
    train: open(openShards(directory, manifest, "train", limits.trainImages)),
    test: open(openShards(directory, manifest, "test", limits.testImages)),
  };
}

function leftOut({ unreadable }: Manifest): string[] {
  const { length } = unreadable;
  if (length === 0) return [];
  const paths = listed(unreadable.map(({ path }) => path));
  return [`Left out ${length} ${length === 1 ? "image" : "images"} that cannot be decoded: ${paths}.`];
}

function crop(side: number) {
  return { height: side, width: side, channels };
}

/** Its name in tables: plain "ImageNet" only for the whole data set at the paper's sizes, with a mean image. */
function title(
  { classes, trainImages, testImages }: { classes: readonly string[]; trainImages: number; testImages: number },
  deviation: string,
): string {
  const all =
    classes.length === published.classes &&
    classes.every((name) => /^n\d{8}$/.test(name)) &&
    trainImages === published.trainImages &&
    testImages === published.testImages;
  const name = all ? "ImageNet" : `images of ${classes.length} classes`;
  return deviation === "" ? name : `${name}, ${deviation}`;
}

function findFolder(options: DatasetOptions): string | undefined {
  return findDirectory(dataRoot(options.data).path, "imagenet", ["train"]);
}

function imagesNearby(options: DatasetOptions): string[] {
  return nearby(dataRoot(options.data).path, {
    isIn: (path) => existsSync(join(path, "train")) && existsSync(join(path, "val")),
    archives: {
      "tiny-imagenet-200.zip": unpackCommand,
      "ILSVRC2012_img_train.tar": (path) => unpackInto(path, "train"),
      "ILSVRC2012_img_val.tar": (path) => unpackInto(path, "val"),
    },
  });
}

function failToFind(options: DatasetOptions): never {
  const root = dataRoot(options.data);
  throw new UserError(
    `Expected ImageNet in ${join(root.path, "imagenet")} or ${root.path}, got neither a folder train/ nor shards from datasets prepare.`,
    [
      ...imagesNearby(options),
      "Its images are available from image-net.org after registration. The expected layout is",
      ...expectedLayout(join(root.path, "imagenet")),
      "If they are in another place: --data DIR or RESNET_EXP_DATA=DIR",
    ],
  );
}
