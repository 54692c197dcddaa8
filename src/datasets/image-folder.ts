// The list of a folder of images by class: a training folder with a folder for each class, and either the same for tests
// or all test images in one folder with a list of labels next to it. Or class folders only, from which the test images are
// drawn. Classes are numbered in the order of their names, which are the wnids in ImageNet.
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
import { classPlaces, imagenetLayout, type Layout } from "./layout.ts";
import { addPassedOver, type PassedOver, passedOverSentences } from "./passed-over.ts";
import { drawTest } from "./test-split.ts";

/** An image by its path within the folder. */
export interface FolderImage extends ListedImage {
  readonly label: number;
}

export interface ImageFolder {
  readonly directory: string;
  readonly layout: Layout;
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

/** How to list a folder. */
export interface ListingOptions {
  /** Whether a class may have no images. */
  readonly emptyClasses?: "allow" | undefined;
  /** By default ImageNet's. */
  readonly layout?: Layout | undefined;
  /** The layout in words, as hints. */
  readonly expected?: ((directory: string) => string[]) | undefined;
}

/** A folder whose layout is known. */
interface Place {
  readonly directory: string;
  readonly expected: (directory: string) => string[];
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

/** Lists the folder. @throws UserError for a missing part of the layout, or a class without images unless that is allowed */
export function listImageFolder(directory: string, options: ListingOptions = {}): ImageFolder {
  const { emptyClasses, layout = imagenetLayout, expected = expectedLayout } = options;
  const place = { directory, expected };
  const first = "train" in layout ? layout.train : layout.all;
  requireFolder(place, first);
  const folders = classFolders(directory, first);
  const classes = folders.folders.map(({ name }) => name);
  if (classes.length < 2) {
    throw new UserError(
      `Expected ${join(directory, first)} to have a folder for each class (1,000 in ImageNet), got ${classes.length}.`,
      [...sentences(folders.passedOver), ...unpacking(join(directory, first), folders), ...expected(directory)],
    );
  }
  const listed = splitOf(folders, classes);
  const { train, test } =
    "train" in layout
      ? { train: listed, test: listTest(place, layout.test, layout.train, classes) }
      : drawn(listed, layout.testFraction);
  for (const [name, { images, passedOver }] of [[first, train] as const, [testPlace(layout), test] as const]) {
    if (images.some((each) => each.length > 0)) continue;
    throw new UserError(`Expected ${join(directory, name)} to have images, got no file that ends in ${readEndings}.`, [
      ...sentences(passedOver),
      ...expected(directory),
    ]);
  }
  if (emptyClasses !== "allow") refuseEmpty(directory, layout, [...train.empty, ...test.empty]);
  const passedOver: PassedOver = new Map();
  for (const split of [train, test]) addPassedOver(passedOver, split.passedOver);
  const said = passedOverSentences(passedOver);
  const folder = { directory, layout, classes, train: inTurn(train.images), test: inTurn(test.images) };
  return {
    ...folder,
    digest: digestOf(folder),
    problems: [...said.problems, ...train.problems, ...test.problems, ...withoutImages(classes, train, test)],
    notes: [...said.notes, ...train.notes, ...test.notes],
  };
}

function testPlace(layout: Layout): string {
  return "train" in layout ? layout.test : layout.all;
}

function listTest(place: Place, test: string, train: string, classes: readonly string[]): Split {
  const { directory, expected } = place;
  requireFolder(place, test);
  const split = classFolders(directory, test);
  const strangers = split.folders.filter(({ name }) => labelOf(classes, name) < 0);
  // Tiny ImageNet has its test images, of all classes, in val/images.
  if (split.folders.length === 1 && strangers[0]?.name === "images") {
    return flatTest(place, join(test, "images"), test, classes);
  }
  if (split.folders.length === 0) return flatTest(place, test, test, classes);
  const [stranger] = strangers;
  if (stranger === undefined) return splitOf(split, classes);
  const meant = nearestWord(stranger.name, classes);
  const names = listed(strangers.map(({ name }) => JSON.stringify(name)));
  throw new UserError(`Expected each folder in ${join(directory, test)} to be a class of ${train}/, got ${names}.`, [
    ...(meant === undefined ? [] : [`The nearest class of ${train}/ is ${JSON.stringify(meant)}.`]),
    ...expected(directory),
  ]);
}

/** Splits each class into training and test images. */
function drawn(all: Split, testFraction: number): { train: Split; test: Split } {
  const splits = all.images.map((images) => drawTest(images, testFraction));
  const none = { passedOver: new Map(), empty: [], problems: [], notes: [] };
  return {
    train: { ...all, images: splits.map(({ train }) => train) },
    test: { ...none, images: splits.map(({ test }) => test) },
  };
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
    empty: folders.filter(({ images }) => images.every(({ bytes }) => bytes === 0)),
    problems: same.length > 0 ? [`One folder is read as two classes: ${listed(same)}.`] : [],
    notes:
      deeper.count > 0
        ? [`Read ${number(deeper.count)} images from subfolders of the class folders: ${listed(deeper.paths)}.`]
        : [],
  };
}

function flatTest({ directory, expected }: Place, folder: string, test: string, classes: readonly string[]): Split {
  const passedOver: PassedOver = new Map();
  const listedImages = listImages(directory, folder, passedOver, labelLists);
  const labels = new Map(classes.map((name, label) => [name, label]));
  const files = listedImages.map(({ path }) => basename(path));
  const { place, labelOf, without } = readLabels({ directory, test, expected }, files, labels);
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
function refuseEmpty(directory: string, layout: Layout, empty: readonly ClassFolder[]): void {
  if (empty.length === 0) return;
  const places = classPlaces(layout).map((place) => (place === "" ? directory : `${place}/`));
  const paths = empty.map(({ path }) => path);
  const files = empty.flatMap(({ images }) => images.map(({ path }) => path));
  throw new UserError(`Expected each class folder in ${directory} to have images, got none in ${listed(paths)}.`, [
    ...(files.length > 0 ? [`Files without content: ${listed(files)}.`] : []),
    ...sentences(passedOverIn(empty)),
    `Files that end in ${readEndings} are read.`,
    `To train without a class, move its folder out of ${places.join(" and ")}.`,
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

function digestOf({ layout, train, test }: Pick<ImageFolder, "layout" | "train" | "test">): string {
  const hash = createHash("sha256");
  // Without this, an image that moves from one end of the list to the other would change nothing.
  if ("all" in layout) hash.update(`${train.length} ${test.length}\n`);
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
  return [
    `To unpack them: cd ${shellWord(directory)} && for f in *.tar; do mkdir "\${f%.tar}" && tar -xf "$f" -C "\${f%.tar}"; done`,
  ];
}

/** @throws UserError if the folder of a split is missing or cannot be read */
function requireFolder({ directory, expected }: Place, split: string): void {
  const path = join(directory, split);
  try {
    readdirSync(path);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") {
      throw new UserError(`Expected ${path} to be a folder of images, got ${errorMessage(error)}.`);
    }
    if (split !== imagenetLayout.test) return; // Has no class, which has a message of its own.
    const other = ["test", "valid", "validation", "Val", "Test"].find((name) => existsSync(join(directory, name)));
    throw new UserError(`Expected ${path} to have the test images, got no such folder.`, [
      ...(other === undefined ? [] : [`If they are in ${other}/: ln -s ${other} ${shellWord(path)}`]),
      ...expected(directory),
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
