// Lists a folder of images by class, as ImageNet's: train/<class>/*.JPEG, and val/<class>/* or val/* with a list of
// labels beside it. Classes are numbered in the order of their names, which for ImageNet is that of the wnids.
// Opens no image.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { errorCode, errorMessage, UserError } from "../errors.ts";

/** An image by its path within the folder. */
export interface FolderImage {
  readonly path: string;
  readonly label: number;
  readonly bytes: number;
}

export interface ImageFolder {
  readonly directory: string;
  readonly classes: readonly string[];
  /** Counted round the classes: the first image of each, then the second … So the first n are balanced. */
  readonly train: readonly FolderImage[];
  readonly test: readonly FolderImage[];
  /** SHA-256 over path, label and size of each image, in order. Their content is not read: it is 150 GB. */
  readonly digest: string;
}

/** Lists of labels for a flat val/, in the order they are looked for, in the folder and then in val/. */
export const labelLists = ["val.txt", "LOC_val_solution.csv", "imagenet_2012_validation_synset_labels.txt"];

const imageName = /^[^.].*\.(jpe?g|png|webp|tiff?)$/i;

/** Lists the folder. @throws UserError naming what the layout lacks */
export function listImageFolder(directory: string): ImageFolder {
  const classes = folders(join(directory, "train"));
  if (classes.length < 2) {
    throw new UserError(
      `Expected ${join(directory, "train")} to hold a folder for each class (1,000 in ImageNet), got ${classes.length}.`,
      expectedLayout(directory),
    );
  }
  const train = inTurn(classes.map((name, label) => imagesOfClass(directory, join("train", name), label)));
  const test = listTest(directory, classes);
  for (const [split, images] of [["train", train] as const, ["val", test] as const]) {
    if (images.length > 0) continue;
    throw new UserError(
      `Expected ${join(directory, split)} to hold images, got no file with the ending .JPEG, .jpg, .png, .webp or .tif.`,
      expectedLayout(directory),
    );
  }
  const hash = createHash("sha256");
  for (const { path, label, bytes } of train) hash.update(`${path} ${label} ${bytes}\n`);
  for (const { path, label, bytes } of test) hash.update(`${path} ${label} ${bytes}\n`);
  return { directory, classes, train, test, digest: hash.digest("hex") };
}

/** What a user sees who lacks the data or has it in another shape. */
export function expectedLayout(directory: string): string[] {
  return [
    `${join(directory, "train", "n01440764", "n01440764_10026.JPEG")} and so on: a folder for each class`,
    `${join(directory, "val", "n01440764", "ILSVRC2012_val_00000293.JPEG")}: the same for validation,`,
    `or all of them in ${join(directory, "val")} with their labels in ${join(directory, labelLists[0]!)} (lines of`,
    `"ILSVRC2012_val_00000001.JPEG 65" or "… n01751748"), ${labelLists[1]} (Kaggle's) or`,
    `${labelLists[2]} (a wnid a line, in the order of the files).`,
  ];
}

function listTest(directory: string, classes: readonly string[]): FolderImage[] {
  const labels = new Map(classes.map((name, label) => [name, label]));
  const named = folders(join(directory, "val"));
  const stranger = named.find((name) => !labels.has(name));
  if (stranger !== undefined) {
    throw new UserError(
      `Expected each folder in ${join(directory, "val")} to be a class of train/, got ${JSON.stringify(stranger)}.`,
      expectedLayout(directory),
    );
  }
  if (named.length > 0) {
    return inTurn(named.map((name) => imagesOfClass(directory, join("val", name), labels.get(name)!)));
  }
  const files = imageFiles(join(directory, "val"));
  const labelOf = readLabels(directory, files, labels);
  const byClass: FolderImage[][] = classes.map(() => []);
  for (const file of files) {
    const path = join("val", file);
    byClass[labelOf(file)]!.push({ path, label: labelOf(file), bytes: statSync(join(directory, path)).size });
  }
  return inTurn(byClass);
}

/** The label of each file of a flat val/. */
function readLabels(
  directory: string,
  files: readonly string[],
  classes: ReadonlyMap<string, number>,
): (file: string) => number {
  const places = labelLists.flatMap((name) => [join(directory, name), join(directory, "val", name)]);
  for (const place of places) {
    const text = readList(place);
    if (text === undefined) continue;
    const labels = parseLabels(text, place, files, classes);
    return (file) => {
      const label = labels.get(file) ?? labels.get(basename(file, extname(file)));
      if (label !== undefined) return label;
      throw new UserError(`Expected ${place} to have a label for each image in val/, got none for ${file}.`);
    };
  }
  throw new UserError(
    `Expected ${join(directory, "val")} to hold a folder for each class or a list of labels beside it, got neither.`,
    expectedLayout(directory),
  );
}

function parseLabels(
  text: string,
  place: string,
  files: readonly string[],
  classes: ReadonlyMap<string, number>,
): Map<string, number> {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const rows = lines.map((line) => line.trim().split(/[\s,]+/));
  if (rows[0]?.[0] === "ImageId") rows.shift();
  const inOrder = rows.every((row) => row.length === 1);
  if (inOrder && rows.length !== files.length) {
    throw new UserError(`Expected ${place} to have a line for each of the ${files.length} images, got ${rows.length}.`);
  }
  return new Map(
    rows.map((row, i): [string, number] => {
      const [name, word] = inOrder ? [files[i]!, row[0]!] : [basename(row[0]!), row[1]!];
      // A lone number is the devkit's id of a class, which is not its place among the sorted wnids.
      const label = classes.get(word) ?? (!inOrder && /^\d+$/.test(word) ? Number(word) : classes.size);
      if (label < classes.size) return [name, label];
      const numbers = inOrder ? "" : ` or a number from 0 to ${classes.size - 1}`;
      throw new UserError(
        `Expected each label in ${place} to be a class of train/${numbers}, got ${JSON.stringify(word)} for ${name}.`,
      );
    }),
  );
}

function imagesOfClass(directory: string, folder: string, label: number): FolderImage[] {
  return imageFiles(join(directory, folder)).map((file) => {
    const path = join(folder, file);
    return { path, label, bytes: statSync(join(directory, path)).size };
  });
}

function inTurn(classes: readonly (readonly FolderImage[])[]): FolderImage[] {
  const most = classes.reduce((longest, images) => Math.max(longest, images.length), 0);
  const images: FolderImage[] = [];
  for (let i = 0; i < most; i++) for (const each of classes) if (i < each.length) images.push(each[i]!);
  return images;
}

function folders(path: string): string[] {
  return entries(path)
    .filter((entry) => (entry.isSymbolicLink() ? statSync(join(path, entry.name)).isDirectory() : entry.isDirectory()))
    .map(({ name }) => name)
    .filter((name) => !name.startsWith("."))
    .sort();
}

function imageFiles(path: string): string[] {
  return entries(path)
    .map(({ name }) => name)
    .filter((name) => imageName.test(name))
    .sort();
}

function entries(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw new UserError(`Expected ${path} to be a folder of images, got ${errorMessage(error)}.`);
  }
}

function readList(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw new UserError(`Expected ${path} to be a list of labels, got ${errorMessage(error)}.`);
  }
}
