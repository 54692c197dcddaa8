// CIFAR-10 in its binary layout: six files of records, each 1 label byte then 3,072 pixel bytes (red plane, green, blue;
// row by row). A file may hold fewer than 10,000 records. Only files that `datasets fetch` unpacked from the verified
// archive are called "CIFAR-10" in tables; title.txt beside any others names them.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { errorCode, UserError } from "../errors.ts";
import type { ImageSet } from "../types.ts";
import { cifarDirectory, cifarFiles, fetchCifar10, markerName, readMarker, waysToCifar10 } from "./cifar-archive.ts";
import { contentDigest, digestFiles, type NamedDigest, readDataFile, sha256 } from "./files.ts";
import { dataRoot, findDirectory } from "./location.ts";
import type { Content, DatasetOptions, Source } from "./source.ts";

const height = 32;
const width = 32;
const channels = 3;
const classes = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];
const imageBytes = height * width * channels;
const recordBytes = 1 + imageBytes;
const longestTitle = 60;
const wayOutOfDamage =
  "The file is damaged or no CIFAR-10 batch: point --data at another copy, or delete this one and run resnet-exp datasets fetch cifar10.";

export const cifar10: Source<ImageSet> = {
  shape: { height, width, channels, classes: classes.length, trainImages: 50_000, testImages: 10_000 },
  locate: (options) => findDirectory(dataRoot(options.data).path, cifarDirectory, cifarFiles),
  async digest(options) {
    const directory = cifar10.locate(options);
    const digests = directory === undefined ? undefined : await digestFiles(directory, cifarFiles);
    return digests && contentDigest(digests);
  },
  fetch: (options) => fetchCifar10(dataRoot(options.data).path, options),
  async read(limits, options) {
    return readCifar10(cifar10.locate(options) ?? (await obtain(options)), limits);
  },
};

/** Fetches into the cache; a directory that the user named and that lacks the data is an error. */
async function obtain(options: DatasetOptions): Promise<string> {
  const root = dataRoot(options.data);
  if (root.from === "the cache") return cifar10.fetch(options);
  throw new UserError(
    `Expected ${root.from} to be a directory that holds CIFAR-10, got ${root.path}, where neither ${cifarDirectory}/ ` +
      `nor the directory itself has ${cifarFiles.slice(0, -1).join(", ")} or ${cifarFiles.at(-1)}.`,
    [
      `To download it into that directory: resnet-exp datasets fetch cifar10 --data ${root.path}`,
      ...waysToCifar10(root.path),
    ],
  );
}

/** Reads the six files of a directory. @throws UserError for the first file that is missing, torn or no CIFAR-10 */
async function readCifar10(
  directory: string,
  limits: { trainImages?: number | undefined; testImages?: number | undefined },
): Promise<Content<ImageSet>> {
  const digests: NamedDigest[] = [];
  const files: Buffer[] = [];
  for (const name of cifarFiles) {
    const path = join(directory, name);
    const bytes = await readDataFile(path);
    checkRecords(bytes, path);
    digests.push({ name, sha256: sha256(bytes) });
    files.push(bytes);
  }
  return {
    digest: contentDigest(digests),
    title: await readTitle(directory, digests),
    classes,
    train: decode(files.slice(0, -1), limits.trainImages),
    test: decode(files.slice(-1), limits.testImages),
  };
}

function checkRecords(bytes: Buffer, path: string): void {
  if (bytes.length === 0 || bytes.length % recordBytes !== 0) {
    throw new UserError(
      `Expected ${path} to be a multiple of ${recordBytes} bytes long (10,000 records in the original), got ${bytes.length} bytes.`,
      [wayOutOfDamage],
    );
  }
  for (let offset = 0; offset < bytes.length; offset += recordBytes) {
    if (bytes[offset]! >= classes.length) {
      throw new UserError(
        `Expected each label in ${path} to be 0 … ${classes.length - 1}, got ${bytes[offset]} at byte ${offset} (record ${offset / recordBytes}).`,
        [wayOutOfDamage],
      );
    }
  }
}

/** The first images of the files: planes of colour to interleaved channels. */
function decode(files: readonly Buffer[], limit: number | undefined): ImageSet {
  const available = files.reduce((sum, file) => sum + file.length / recordBytes, 0);
  const count = Math.min(limit ?? available, available);
  const pixels = new Uint8Array(count * imageBytes);
  const labels = new Uint8Array(count);
  const plane = height * width;
  let image = 0;
  for (const file of files) {
    for (let offset = 0; offset < file.length && image < count; offset += recordBytes, image++) {
      labels[image] = file[offset]!;
      let to = image * imageBytes;
      for (let red = offset + 1; red <= offset + plane; red++, to += channels) {
        pixels[to] = file[red]!;
        pixels[to + 1] = file[red + plane]!;
        pixels[to + 2] = file[red + 2 * plane]!;
      }
    }
  }
  return { count, height, width, channels, pixels, labels };
}

/** @throws UserError where files that were downloaded are not as they were then */
async function readTitle(directory: string, digests: readonly NamedDigest[]): Promise<string> {
  const marker = await readMarker(directory);
  if (marker) {
    const changed = digests.filter(({ name, sha256 }) => marker[name] !== sha256);
    if (changed.length === 0) return "CIFAR-10";
    const path = join(directory, changed[0]!.name);
    throw new UserError(`Expected ${path} to be as it was downloaded, got other content.`, [
      `The disk has changed it: delete ${directory} and run resnet-exp datasets fetch cifar10.`,
      `Where it was changed on purpose: delete ${join(directory, markerName)}, which says that it is the original.`,
    ]);
  }
  const path = join(directory, "title.txt");
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return "CIFAR-10 (files not verified as the original)";
    throw error;
  }
  const title = text.trim();
  if (/^[^\p{C}\p{Zl}\p{Zp}]+$/u.test(title) && title.length <= longestTitle) return title;
  throw new UserError(
    `Expected ${path} to hold one line of at most ${longestTitle} printable characters, got ${JSON.stringify(title.slice(0, longestTitle))}.`,
  );
}
