// The label list next to a flat folder of test images: names with numbers or classes, Kaggle's, Tiny ImageNet's, or one class per line.
import { readFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { errorCode, errorMessage, printable, UserError } from "../errors.ts";
import { kaggleImages, labelLists } from "./expected-layout.ts";

/** The content of a label list. */
export interface Labels {
  /** Path of the list. */
  readonly place: string;
  /** The label of a file. @throws UserError if it has none */
  readonly labelOf: (file: string) => number;
  /** Names in the list that no file has. */
  readonly without: readonly string[];
}

/** A folder of images whose test images are all in one folder. */
export interface FlatTest {
  readonly directory: string;
  /** The folder of the test images in it. */
  readonly test: string;
  /** The layout in words, as hints. */
  readonly expected: (directory: string) => string[];
}

/** The labels of test images in one folder. @throws UserError if there is no list, or a list without a valid label */
export function readLabels(
  { directory, test, expected }: FlatTest,
  files: readonly string[],
  classes: ReadonlyMap<string, number>,
): Labels {
  const above = kaggleRoot(directory);
  const places = [
    ...labelLists.flatMap((name) => [join(directory, name), join(directory, test, name)]),
    ...(above === undefined ? [] : labelLists.map((name) => join(above, name))),
  ];
  for (const place of places) {
    const text = readList(place);
    if (text === undefined) continue;
    const labels = parseLabels(text, place, files, classes);
    const labelOf = (file: string) => {
      const label = labels.get(file) ?? labels.get(stem(file));
      if (label !== undefined) return label;
      throw new UserError(
        `Expected ${place} to have a label for each image in ${test}/, got none for ${printable(file)}.`,
      );
    };
    const there = new Set(files.flatMap((file) => [file, stem(file)]));
    return { place, labelOf, without: [...labels.keys()].filter((name) => !there.has(name)) };
  }
  throw new UserError(
    `Expected ${join(directory, test)} to have a folder for each class, or a list of labels next to it, got neither.`,
    expected(directory),
  );
}

/** The folder of Kaggle's lists: three folders above the images in ILSVRC/Data/CLS-LOC. */
function kaggleRoot(directory: string): string | undefined {
  return directory.endsWith(kaggleImages) ? join(directory, "..", "..", "..") : undefined;
}

function stem(file: string): string {
  return basename(file, extname(file));
}

function parseLabels(
  text: string,
  place: string,
  files: readonly string[],
  classes: ReadonlyMap<string, number>,
): Map<string, number> {
  const lines = text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "");
  const rows = lines.map((line) => line.trim().split(/[\s,]+/));
  if (rows[0]?.[0] === "ImageId") rows.shift();
  const inOrder = rows.every((row) => row.length === 1);
  if (inOrder && rows.length !== files.length) {
    throw new UserError(`Expected ${place} to have a line for each of the ${files.length} images, got ${rows.length}.`);
  }
  return new Map(
    rows.map((row, i): [string, number] => {
      const [name, word] = inOrder ? [files[i]!, row[0]!] : [basename(row[0]!), row[1]!];
      // A number alone on a line is the devkit's class id, which is not the position among the sorted wnids.
      const label = classes.get(word) ?? (!inOrder && /^\d+$/.test(word) ? Number(word) : classes.size);
      if (label < classes.size) return [name, label];
      const numbers = inOrder ? "" : ` or a number from 0 to ${classes.size - 1}`;
      throw new UserError(
        `Expected each label in ${place} to be a class of train/${numbers}, got ${JSON.stringify(word)} for ${name}.`,
      );
    }),
  );
}

function readList(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw new UserError(`Expected ${path} to be a list of labels, got ${errorMessage(error)}.`);
  }
}
