// The list of a folder of images by class, in ImageNet's layout: train/<class>/*.JPEG, and val/<class>/* or val/* with a list
// of labels next to it. Classes are numbered in the order of their names, which are the wnids in ImageNet.
// It opens no image. It reports what it passes over, and refuses a class without images unless the user allows it.
import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { errorCode, errorMessage, nearestWord, UserError } from "../errors.ts";
import { listed } from "../text/listing.ts";
import { shellWord } from "../text/shell.ts";
import { type ClassFolder, classFolders, deeperFolders, passedOverIn, type SplitFolders } from "./class-folders.ts";
import { expectedLayout, labelLists } from "./expected-layout.ts";
import { type ListedImage, listImages, readEndings } from "./image-listing.ts";
import { readLabels } from "./label-list.ts";
import { addPassedOver, type PassedOver, passedOverSentences } from "./passed-over.ts";

/** An image by its path within the folder. */
export interface FolderImage extends ListedImage {
  readonly label: number;
}

export interface ImageFolder {
  readonly directory: string;
  readonly classes: readonly string[];
  /** The first image of each class, then the second of each … So the first n images are balanced. */
  readonly train: readonly FolderImage[];
  readonly test: readonly FolderImage[];
  /** SHA-256 over path, label and size of each image, in order. The content, 150 GB in ImageNet, is not read. */
  readonly digest: string;
  /** Sentences about images that may be missing: passed over, or in classes without test images. */
  readonly problems: readonly string[];
  /** Sentences about other files in the folder, and about where images were read from. */
  readonly notes: readonly string[];
}

/** Whether a class may have no images. */
export interface EmptyClasses {
  readonly emptyClasses?: "allow" | undefined;
}

/** The images of a split by class, with the sentences about them. */
interface Split {
  readonly images: readonly (readonly ListedImage[])[];
  readonly passedOver: PassedOver;
  /** Class folders without an image. */
  readonly empty: readonly ClassFolder[];
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Lists the folder. @throws UserError for a missing part of the layout, or a class without images unless that is
 * allowed
 */
export function listImageFolder(directory: string, { emptyClasses }: EmptyClasses = {}): ImageFolder {
  requireFolder(directory, "train");
  const trainFolders = classFolders(directory, "train");
  const classes = trainFolders.folders.map(({ name }) => name);
  if (classes.length < 2) {
    throw new UserError(
      `Expected ${join(directory, "train")} to have a folder for each class (1,000 in ImageNet), got ${classes.length}.`,
      [...sentences(trainFolders.passedOver), ...unpacking(directory, trainFolders), ...expectedLayout(directory)],
    );
  }
  const train = splitOf(trainFolders, classes);
  const test = listTest(directory, classes);
  for (const [name, { images, passedOver }] of [["train", train] as const, ["val", test] as const]) {
    if (images.some((each) => each.length > 0)) continue;
    throw new UserError(`Expected ${join(directory, name)} to have images, got no file that ends in ${readEndings}.`, [
      ...sentences(passedOver),
      ...expectedLayout(directory),
    ]);
  }
  if (emptyClasses !== "allow") refuseEmpty(directory, [...train.empty, ...test.empty]);
  const passedOver: PassedOver = new Map();
  for (const split of [train, test]) addPassedOver(passedOver, split.passedOver);
  const said = passedOverSentences(passedOver);
  const folder = { directory, classes, train: inTurn(train.images), test: inTurn(test.images) };
  return {
    ...folder,
    digest: digestOf(folder),
    problems: [...said.problems, ...train.problems, ...test.problems, ...withoutImages(classes, train, test)],
    notes: [...said.notes, ...train.notes, ...test.notes],
  };
}

function listTest(directory: string, classes: readonly string[]): Split {
  requireFolder(directory, "val");
  const split = classFolders(directory, "val");
  const strangers = split.folders.filter(({ name }) => labelOf(classes, name) < 0);
  // Tiny ImageNet has its test images, of all classes, in val/images.
  if (split.folders.length === 1 && strangers[0]?.name === "images") return flatTest(directory, "val/images", classes);
  if (split.folders.length === 0) return flatTest(directory, "val", classes);
  const [stranger] = strangers;
  if (stranger === undefined) return splitOf(split, classes);
  const meant = nearestWord(stranger.name, classes);
  const names = listed(strangers.map(({ name }) => JSON.stringify(name)));
  throw new UserError(`Expected each folder in ${join(directory, "val")} to be a class of train/, got ${names}.`, [
    ...(meant === undefined ? [] : [`The nearest class of train/ is ${JSON.stringify(meant)}.`]),
    ...expectedLayout(directory),
  ]);
}

/** The label of a class by its name, in any Unicode form (macOS may write a different one); −1 if there is none. */
function labelOf(classes: readonly string[], name: string): number {
  const label = classes.indexOf(name);
  return label >= 0 ? label : classes.findIndex((each) => each.normalize() === name.normalize());
}

function splitOf({ folders, passedOver: beside, same }: SplitFolders, classes: readonly string[]): Split {
  const images: (readonly ListedImage[])[] = classes.map(() => []);
  for (const { name, images: own } of folders) {
    const label = labelOf(classes, name);
    images[label] = [...images[label]!, ...own];
  }
  const passedOver = passedOverIn([{ passedOver: beside }, ...folders]);
  const deeper = deeperFolders(folders);
  return {
    images,
    passedOver,
    empty: folders.filter((folder) => folder.images.length === 0),
    problems: same.length > 0 ? [`One folder is read as two classes: ${listed(same)}.`] : [],
    notes:
      deeper.count > 0
        ? [`Read ${number(deeper.count)} images from subfolders of the class folders: ${listed(deeper.paths)}.`]
        : [],
  };
}

function flatTest(directory: string, folder: string, classes: readonly string[]): Split {
  const passedOver: PassedOver = new Map();
  const listedImages = listImages(directory, folder, passedOver, labelLists);
  const labels = new Map(classes.map((name, label) => [name, label]));
  const { place, labelOf, without } = readLabels(
    directory,
    listedImages.map(({ path }) => basename(path)),
    labels,
  );
  const images: ListedImage[][] = classes.map(() => []);
  for (const image of listedImages) images[labelOf(basename(image.path))]!.push(image);
  return {
    images,
    passedOver,
    empty: [],
    problems: without.length > 0 ? [`Labels without an image in ${place}: ${listed(without)}.`] : [],
    notes: [],
  };
}

/** @throws UserError if a class folder has no image */
function refuseEmpty(directory: string, empty: readonly ClassFolder[]): void {
  if (empty.length === 0) return;
  const paths = empty.map(({ path }) => path);
  throw new UserError(`Expected each class folder in ${directory} to have images, got none in ${listed(paths)}.`, [
    ...sentences(passedOverIn(empty)),
    `Files that end in ${readEndings} are read.`,
    "To train without a class, move its folder out of train/ and val/.",
    "To keep a class without images: dataset.emptyClasses: allow in the experiment file or by --set, or --empty-classes",
    "with datasets prepare, datasets verify and evaluate --weights.",
  ]);
}

function withoutImages(classes: readonly string[], train: Split, test: Split): string[] {
  const none = ({ images }: Split) => classes.filter((_, label) => images[label]!.length === 0);
  const said = (what: string, names: readonly string[]) =>
    names.length > 0
      ? [`No ${what} images for ${names.length} of ${number(classes.length)} classes: ${listed(names)}.`]
      : [];
  return [...said("training", none(train)), ...said("test", none(test))];
}

function digestOf({ train, test }: Pick<ImageFolder, "train" | "test">): string {
  const hash = createHash("sha256");
  for (const { path, label, bytes } of [...train, ...test]) hash.update(`${path} ${label} ${bytes}\n`);
  return hash.digest("hex");
}

function inTurn(classes: readonly (readonly ListedImage[])[]): FolderImage[] {
  const most = classes.reduce((longest, images) => Math.max(longest, images.length), 0);
  const images: FolderImage[] = [];
  for (let i = 0; i < most; i++) {
    for (const [label, own] of classes.entries()) if (i < own.length) images.push({ ...own[i]!, label });
  }
  return images;
}

/** How to unpack ImageNet's archives, one for each class, if they are still packed. */
function unpacking(directory: string, { passedOver }: SplitFolders): string[] {
  if (!passedOver.get("archive")?.first.some((path) => path.endsWith(".tar"))) return [];
  const train = join(directory, "train");
  return [
    `To unpack them: cd ${shellWord(train)} && for f in *.tar; do mkdir "\${f%.tar}" && tar -xf "$f" -C "\${f%.tar}"; done`,
  ];
}

/** @throws UserError if the split's folder is missing or cannot be read */
function requireFolder(directory: string, split: "train" | "val"): void {
  const path = join(directory, split);
  try {
    readdirSync(path);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") {
      throw new UserError(`Expected ${path} to be a folder of images, got ${errorMessage(error)}.`);
    }
    if (split === "train") return; // Has no class, which has a message of its own.
    const other = ["test", "valid", "validation", "Val", "Test"].find((name) => existsSync(join(directory, name)));
    throw new UserError(`Expected ${path} to have the test images, got no such folder.`, [
      ...(other === undefined ? [] : [`If they are in ${other}/: ln -s ${other} ${shellWord(path)}`]),
      ...expectedLayout(directory),
    ]);
  }
}

function sentences(passedOver: PassedOver): string[] {
  const { problems, notes } = passedOverSentences(passedOver);
  return [...problems, ...notes];
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
