// Where a folder of images has its classes: in a folder for training and one for tests, or in one folder, from which the
// test images are drawn. And how to say so to a user who has neither.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { listed } from "../text/listing.ts";
import { shellWord } from "../text/shell.ts";
import { folderEntries } from "./image-listing.ts";
import { isShardDirectory } from "./shards.ts";

/** Paths within the folder of images; "" is that folder itself. */
export type Layout =
  | { readonly train: string; readonly test: string }
  | { readonly all: string; readonly testFraction: number };

/** ImageNet's own. */
export const imagenetLayout = { train: "train", test: "val" } as const satisfies Layout;

/** The folders that hold the classes. */
export function classPlaces(layout: Layout): string[] {
  return "train" in layout ? [layout.train, layout.test] : [layout.all];
}

const trainNames = ["train", "training"];
/** In the order of preference if there are several. */
const testNames = ["test", "testing", "val", "valid", "validation"];

/** Whether a directory is a folder of images by class, in any of the layouts. */
export function holdsImages(directory: string): boolean {
  const { train, classes } = look(directory);
  return train !== undefined || classes;
}

/**
 * The layout of a folder of one's own images.
 * @throws UserError if there are no test images and no share to draw, or both
 */
export function ownLayout(directory: string, testFraction: number | undefined): Layout {
  const { train, tests } = look(directory);
  const all = train ?? "";
  if (testFraction !== undefined) {
    if (train === undefined || tests.length === 0) return { all, testFraction };
    throw new UserError(
      `Expected dataset.testFraction to be left out for ${directory}, which has test images in ${tests[0]}/, got ${testFraction}.`,
      [`Leave it out, or move ${tests[0]}/ away.`],
    );
  }
  if (train !== undefined) {
    const [test] = tests;
    if (test !== undefined) return { train, test };
  }
  const got = train === undefined ? "class folders only" : `${train}/ only`;
  throw new UserError(`Expected ${directory} to have test images in test/, val/ or validation/, got ${got}.`, [
    `To test on a fifth of each class in ${join(directory, all)}: --set dataset.testFraction=0.2, or the same in the experiment file.`,
    "With datasets prepare and datasets verify: --test-fraction 0.2",
  ]);
}

/** The sentence about folders of test images that are not read, because another one is. */
export function otherTests(directory: string, layout: Layout): string[] {
  if (!("train" in layout)) return [];
  const others = look(directory).tests.filter((name) => name !== layout.test);
  return others.length === 0
    ? []
    : [`The test images are those in ${layout.test}/. Not read: ${listed(others.map((name) => `${name}/`))}.`];
}

/** The layouts of one's own images, for a user who has another. */
export function ownLayouts(directory: string): string[] {
  const word = shellWord(directory);
  return [
    `${word}/train/CLASS/IMAGE and ${word}/test/CLASS/IMAGE (or val/, validation/), a folder for each class;`,
    `or ${word}/CLASS/IMAGE, with dataset.testFraction: 0.2 to test on a fifth of each class.`,
    "If the images are in another place: --data DIR or RESNET_EXP_DATA=DIR",
  ];
}

/** What a directory has by name: a folder for training, folders for tests, of which those with classes come first, and whether it holds classes itself. */
function look(directory: string): { train: string | undefined; tests: string[]; classes: boolean } {
  const names = foldersIn(directory);
  const named = (wanted: readonly string[]) =>
    wanted.flatMap((word) => names.filter((name) => name.toLowerCase() === word));
  const tests = named(testNames);
  const withClasses = tests.filter((name) => foldersIn(join(directory, name)).length > 0);
  const rest = tests.filter((name) => !withClasses.includes(name));
  const classes = names.filter((name) => !isShardDirectory(name) && holdsImage(join(directory, name)));
  return { train: named(trainNames)[0], tests: [...withClasses, ...rest], classes: classes.length >= 2 };
}

function foldersIn(directory: string): string[] {
  return folderEntries(directory, "", new Map()).flatMap(({ name, kind }) => (kind === "folder" ? [name] : []));
}

function holdsImage(directory: string): boolean {
  if (!existsSync(directory)) return false;
  try {
    return readdirSync(directory).some((name) => /\.(jpe?g|png|webp|tiff?)$/i.test(name));
  } catch {
    return false;
  }
}
