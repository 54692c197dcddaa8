// A data set of images in files: a folder of images by class, read from the shards of `datasets prepare`, else from the
// folder itself. Images stay in their files. ImageNet and folders of one's own images are such data sets.
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { listed } from "../text/listing.ts";
import type { Colours, ImageFiles } from "../types.ts";
import { coloursOf } from "./colours.ts";
import { reasonUnreadable } from "./decode.ts";
import { readDataFile } from "./files.ts";
import { type FolderImage, type ImageFolder, listImageFolder } from "./image-folder.ts";
import { inOrder } from "./in-order.ts";
import { imagenetLayout, type Layout } from "./layout.ts";
import { dataRoot } from "./location.ts";
import { olderThanFolder } from "./older-shards.ts";
import { meanOfChannels, paperCropSize } from "./scale-crop.ts";
import {
  damagedShards,
  findShards,
  type Manifest,
  openShards,
  readManifest,
  readMean,
  type ShardedName,
  type ShardImages,
  shardsDigest,
} from "./shards.ts";
import type { Content, DatasetOptions, DatasetShape, Inspection, Source, Survey } from "./source.ts";

const channels = 3;

/** What a title is made of. */
export interface Titled {
  readonly classes: readonly string[];
  readonly trainImages: number;
  readonly testImages: number;
  /** What the images are less, and the short side that shards reduced them to; undefined if they did not. */
  readonly mean: "mean image" | "mean of each channel";
  readonly reducedTo?: number | undefined;
}

/** A data set in files. */
export interface ImageKind {
  readonly name: ShardedName;
  readonly wayToGet: string;
  /** As far as it is known before the folder is read. */
  readonly published: Pick<DatasetShape, "classes" | "trainImages" | "testImages">;
  /** The folder of images that the options name; undefined if it is not on this machine. */
  readonly find: (options: DatasetOptions) => string | undefined;
  /** @throws UserError if the folder has no layout that can be read */
  readonly layout: (directory: string, options: DatasetOptions) => Layout;
  /** The layout in words, as hints. */
  readonly expected: (directory: string) => string[];
  /** Sentences about what else lies in the folder. */
  readonly notes?: (directory: string, layout: Layout) => string[];
  readonly nearby: (options: DatasetOptions) => string[];
  /** @throws UserError with the ways out */
  readonly fail: (options: DatasetOptions) => never;
  readonly title: (facts: Titled) => string;
  /** The mean of each channel if there is no mean image, in units of pixel/255; absent if the images' own colours are measured. */
  readonly channelMean?: Float32Array;
}

/** The data set in a folder of images or in shards of it. */
export function imageSource(kind: ImageKind): Source<ImageFiles> {
  const shardsOf = (options: DatasetOptions) => findShards(dataRoot(options.data).path, kind.name);
  return {
    wayToGet: kind.wayToGet,
    shape: { height: paperCropSize, width: paperCropSize, channels, ...kind.published },
    locate: (options) => shardsOf(options) ?? kind.find(options),
    async survey(options) {
      const shards = shardsOf(options);
      if (shards !== undefined) return surveyShards(manifestOf(shards, options));
      const folder = kind.find(options);
      if (folder === undefined) return undefined;
      const { digest, classes, train, test } = listIn(kind, folder, options);
      return { digest, classes: classes.length, trainImages: train.length, testImages: test.length };
    },
    nearby: kind.nearby,
    list: (options) => listIn(kind, kind.find(options) ?? kind.fail(options), options),
    fetch: async (options) => kind.fail(options),
    async inspect(options) {
      const shards = shardsOf(options);
      if (shards !== undefined) return inspectShards(shards, kind.find(options));
      return inspectFolder(listIn(kind, kind.find(options) ?? kind.fail(options), options), options);
    },
    async read({ trainImages, testImages, cropSize = paperCropSize }, options) {
      const shards = shardsOf(options);
      const limits = { trainImages, testImages };
      if (shards === undefined) {
        const folder = listIn(kind, kind.find(options) ?? kind.fail(options), options);
        return readFolder(kind, folder, limits, cropSize, options);
      }
      return readShards(kind, shards, manifestOf(shards, options), limits, cropSize, options);
    },
  };
}

function listIn({ layout, expected, notes }: ImageKind, directory: string, options: DatasetOptions): ImageFolder {
  const own = layout(directory, options);
  const folder = listImageFolder(directory, { emptyClasses: options.emptyClasses, layout: own, expected });
  return { ...folder, notes: [...(notes?.(directory, own) ?? []), ...folder.notes] };
}

/** @throws UserError if the test images of the shards are another share than the one asked for */
function manifestOf(directory: string, { testFraction }: DatasetOptions): Manifest {
  const manifest = readManifest(directory);
  const layout = manifest.folder?.layout;
  const drawn = layout !== undefined && "all" in layout ? layout.testFraction : undefined;
  if (testFraction === undefined || testFraction === drawn) return manifest;
  const got = drawn === undefined ? "a folder of test images" : `a share of ${drawn}`;
  throw new UserError(
    `Expected the test images of the shards in ${directory} to be drawn with dataset.testFraction ${testFraction}, got ${got}.`,
    [
      drawn === undefined ? "Leave out dataset.testFraction." : `Set dataset.testFraction to ${drawn}.`,
      `Or delete the shards, and make new ones with --test-fraction ${testFraction}.`,
    ],
  );
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

async function inspectShards(directory: string, folder: string | undefined): Promise<Inspection> {
  const manifest = readManifest(directory);
  const damaged = await damagedShards(directory, manifest);
  return {
    problems: [
      ...damaged.map(
        (name) => `${join(directory, name)} has changed since datasets prepare wrote it: delete the directory`,
      ),
      ...olderThanFolder(directory, manifest, folder),
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
  const classes = manifest.classes.length;
  return { digest: shardsDigest(manifest), classes, trainImages: count(train), testImages: count(test) };
}

interface Limits {
  readonly trainImages?: number | undefined;
  readonly testImages?: number | undefined;
}

async function readFolder(
  kind: ImageKind,
  folder: ImageFolder,
  limits: Limits,
  side: number,
  { signal }: DatasetOptions,
): Promise<Content<ImageFiles>> {
  const { directory, classes, train, test, digest } = folder;
  const read = async ({ path }: FolderImage) => ({ bytes: await readDataFile(join(directory, path)) });
  const colours = await measured(kind, digest, { count: train.length, read: (index) => read(train[index]!) }, signal);
  const open = (all: readonly FolderImage[], limit = all.length): ImageFiles => {
    const images = all.slice(0, limit);
    return {
      ...crop(side),
      ...colours,
      count: images.length,
      labels: Uint16Array.from(images, ({ label }) => label),
      name: (index) => images[index]!.path,
      read: (index) => read(images[index]!),
    };
  };
  const counts = { classes, trainImages: train.length, testImages: test.length };
  return {
    digest,
    title: kind.title({ ...counts, mean: "mean of each channel" }),
    classes,
    notes: [...folder.problems, ...folder.notes],
    train: open(train, limits.trainImages),
    test: open(test, limits.testImages),
  };
}

async function readShards(
  kind: ImageKind,
  directory: string,
  manifest: Manifest,
  limits: Limits,
  side: number,
  options: DatasetOptions,
): Promise<Content<ImageFiles>> {
  const { classes, shards, unreadable, size } = manifest;
  const digest = shardsDigest(manifest);
  const train = openShards(directory, manifest, "train");
  const images = { count: train.paths.length, read: train.read };
  const mean = kind.channelMean && readMean(directory, manifest);
  const colours = mean
    ? { mean: side === paperCropSize ? mean : meanOfChannels(mean) }
    : await measured(kind, digest, images, options.signal);
  const open = ({ labels, paths, read }: ShardImages): ImageFiles => ({
    ...crop(side),
    ...colours,
    count: paths.length,
    labels,
    name: (index) => paths[index]!,
    read,
  });
  const layout = manifest.folder?.layout ?? imagenetLayout;
  const isTest = ({ path }: { path: string }) => "test" in layout && path.startsWith(`${layout.test}/`);
  const written = (split: "train" | "test") => shards[split].reduce((sum, { images }) => sum + images, 0);
  const damagedTests = unreadable.filter(isTest).length;
  return {
    digest,
    title: kind.title({
      classes,
      trainImages: written("train") + unreadable.length - damagedTests,
      testImages: written("test") + damagedTests,
      mean: mean ? "mean image" : "mean of each channel",
      reducedTo: size,
    }),
    classes,
    notes: [
      ...olderThanFolder(directory, manifest, kind.find(options)),
      ...(manifest.notes ?? []),
      ...leftOut(manifest),
    ],
    train: open(openShards(directory, manifest, "train", limits.trainImages)),
    test: open(openShards(directory, manifest, "test", limits.testImages)),
  };
}

/** What the images are less, and how their colours vary if that is not ImageNet's. */
async function measured(
  { channelMean }: ImageKind,
  digest: string,
  images: Pick<ImageFiles, "count" | "read">,
  signal: AbortSignal | undefined,
): Promise<{ readonly mean: Float32Array; readonly colours?: Colours }> {
  if (channelMean) return { mean: channelMean };
  const colours = await coloursOf(digest, images, signal);
  return { mean: Float32Array.from(colours.mean), colours };
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
