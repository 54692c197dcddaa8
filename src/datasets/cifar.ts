// The binary layout of the CIFAR data sets: files of records. A record has one or two label bytes, then 3,072 pixel bytes
// (red plane, green, blue; row by row). A file may have fewer records than the original. Tables use the data set's own title
// only for files that `datasets fetch` unpacked from the verified archive. title.txt gives the title of other files.
import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { errorCode, UserError } from "../errors.ts";
import { shellWord } from "../text/shell.ts";
import type { ImageSet } from "../types.ts";
import { type Archive, fetchArchive, markerName, readMarker, waysToGet } from "./archive.ts";
import { contentDigest, digestFiles, type NamedDigest, readDataFile, sha256 } from "./files.ts";
import { dataRoot, findDirectory } from "./location.ts";
import { nearby, unpackCommand } from "./nearby.ts";
import type { Content, DatasetOptions, Source } from "./source.ts";

const height = 32;
const width = 32;
const channels = 3;
const imageBytes = height * width * channels;
const longestTitle = 60;

/** A data set in this layout, as its author publishes it. */
export interface CifarFormat {
  /** Its name in experiment files. */
  readonly name: string;
  /** Its name in tables. */
  readonly title: string;
  /** By label. */
  readonly classes: readonly string[];
  /** The number of label bytes at the start of a record. The last one is the label. The other one is a coarser class. */
  readonly labelBytes: number;
  /** The names of the labels in the files for Python, in the order of these bytes. */
  readonly pickleLabels: readonly string[];
  /** In the order of the data set. All have the same number of images. */
  readonly trainFiles: readonly string[];
  readonly testFile: string;
  readonly trainImages: number;
  readonly testImages: number;
  /** The directory of the files within the archive. */
  readonly directory: string;
  readonly archive: { readonly url: string; readonly bytes: number; readonly md5: string };
}

/** The data set of a format. */
export function cifarSource(format: CifarFormat): Source<ImageSet> {
  const { title, classes, trainImages, testImages, directory } = format;
  const archive = archiveOf(format);
  const names = archive.files.map(({ name }) => name);
  const locate = (options: DatasetOptions) => findDirectory(dataRoot(options.data).path, directory, names);
  const bring = (options: DatasetOptions) => fetchArchive(archive, dataRoot(options.data).path, options);

  const hints = (options: DatasetOptions) => {
    const packed = basename(archive.url);
    return nearby(dataRoot(options.data).path, {
      isIn: (path) => names.some((name) => existsSync(join(path, name))),
      archives: {
        [packed]: (path) => `resnet-exp datasets fetch ${format.name} --data ${shellWord(dirname(path))}`,
        [packed.replace("binary", "python")]: unpackCommand,
      },
      pickles: {
        files: names.map((name) => basename(name, ".bin")),
        labels: format.pickleLabels,
        target: directory,
      },
    });
  };

  /** Downloads into the cache. If the user named a directory and it lacks the data, that is an error. */
  const obtain = async (options: DatasetOptions): Promise<string> => {
    const root = dataRoot(options.data);
    if (root.from === "the cache") return bring(options);
    throw new UserError(
      `Expected ${root.from} to be a directory with ${title}, got ${root.path}, where neither ${directory}/ ` +
        `nor the directory itself has ${names.slice(0, -1).join(", ")} or ${names.at(-1)}.`,
      [
        ...hints(options),
        `To download it into that directory: resnet-exp datasets fetch ${format.name} --data ${root.path}`,
        ...waysToGet(archive, root.path),
      ],
    );
  };

  return {
    wayToGet: `resnet-exp datasets fetch ${format.name}`,
    shape: { height, width, channels, classes: classes.length, trainImages, testImages },
    locate,
    nearby: hints,
    async survey(options) {
      const found = locate(options);
      const digests = found === undefined ? undefined : await digestFiles(found, names);
      if (found === undefined || !digests) return undefined;
      const counts = names.map((name) => Math.floor(statSync(join(found, name)).size / recordBytes(format)));
      const [test = 0, ...train] = counts.toReversed();
      return { digest: contentDigest(digests), trainImages: train.reduce((a, b) => a + b, 0), testImages: test };
    },
    fetch: bring,
    async read(limits, options) {
      return readFiles(format, archive, locate(options) ?? (await obtain(options)), limits);
    },
  };
}

/** The archive that `datasets fetch` downloads for a format, and the files that it unpacks. */
export function archiveOf(format: CifarFormat): Archive {
  const { name, title, directory, archive, trainFiles, testFile, trainImages, testImages } = format;
  const sized = (name: string, images: number) => ({ name, bytes: images * recordBytes(format) });
  const train = trainFiles.map((name) => sized(name, trainImages / trainFiles.length));
  return { ...archive, name, title, directory, files: [...train, sized(testFile, testImages)] };
}

function recordBytes({ labelBytes }: CifarFormat): number {
  return labelBytes + imageBytes;
}

/** Reads all files of a directory. @throws UserError for the first file that is missing, cut short or of another format */
async function readFiles(
  format: CifarFormat,
  { files }: Archive,
  directory: string,
  limits: { trainImages?: number | undefined; testImages?: number | undefined },
): Promise<Content<ImageSet>> {
  const digests: NamedDigest[] = [];
  const contents: Buffer[] = [];
  for (const { name, bytes: originalBytes } of files) {
    const path = join(directory, name);
    const bytes = await readDataFile(path);
    checkRecords(format, bytes, path, originalBytes / recordBytes(format));
    digests.push({ name, sha256: sha256(bytes) });
    contents.push(bytes);
  }
  return {
    digest: contentDigest(digests),
    title: await readTitle(format, directory, digests),
    classes: format.classes,
    train: decode(format, contents.slice(0, -1), limits.trainImages),
    test: decode(format, contents.slice(-1), limits.testImages),
  };
}

function checkRecords(format: CifarFormat, bytes: Buffer, path: string, original: number): void {
  const { name, title, classes, labelBytes } = format;
  const size = recordBytes(format);
  const wayOut = `The file is damaged or is not a ${title} batch. Point --data at another copy, or delete this one and run resnet-exp datasets fetch ${name}.`;
  if (bytes.length === 0 || bytes.length % size !== 0) {
    throw new UserError(
      `Expected ${path} to be a multiple of ${size} bytes long (${original.toLocaleString("en-US")} records in the original), got ${bytes.length} bytes.`,
      [wayOut],
    );
  }
  for (let offset = labelBytes - 1; offset < bytes.length; offset += size) {
    if (bytes[offset]! >= classes.length) {
      throw new UserError(
        `Expected each label in ${path} to be 0 … ${classes.length - 1}, got ${bytes[offset]} at byte ${offset} (record ${Math.floor(offset / size)}).`,
        [wayOut],
      );
    }
  }
}

/** The first images of the files, from planes of colour to interleaved channels. */
function decode(format: CifarFormat, files: readonly Buffer[], limit: number | undefined): ImageSet {
  const size = recordBytes(format);
  const available = files.reduce((sum, file) => sum + file.length / size, 0);
  const count = Math.min(limit ?? available, available);
  const pixels = new Uint8Array(count * imageBytes);
  const labels = new Uint8Array(count);
  const plane = height * width;
  let image = 0;
  for (const file of files) {
    for (let start = 0; start < file.length && image < count; start += size, image++) {
      const first = start + format.labelBytes;
      labels[image] = file[first - 1]!;
      let to = image * imageBytes;
      for (let red = first; red < first + plane; red++, to += channels) {
        pixels[to] = file[red]!;
        pixels[to + 1] = file[red + plane]!;
        pixels[to + 2] = file[red + 2 * plane]!;
      }
    }
  }
  return { count, height, width, channels, pixels, labels };
}

/** @throws UserError if downloaded files have changed since */
async function readTitle(
  { name, title: original }: CifarFormat,
  directory: string,
  digests: readonly NamedDigest[],
): Promise<string> {
  const marker = await readMarker(directory);
  if (marker) {
    const changed = digests.filter(({ name, sha256 }) => marker[name] !== sha256);
    if (changed.length === 0) return original;
    const path = join(directory, changed[0]!.name);
    throw new UserError(`Expected ${path} to be unchanged since its download, got other content.`, [
      `If you did not change it: delete ${directory} and run resnet-exp datasets fetch ${name}.`,
      `If you changed it on purpose: delete ${join(directory, markerName)}, which marks the files as the original.`,
    ]);
  }
  const path = join(directory, "title.txt");
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return `${original} (files not verified as the original)`;
    throw error;
  }
  const title = text.trim();
  if (/^[^\p{C}\p{Zl}\p{Zp}]+$/u.test(title) && title.length <= longestTitle) return title;
  throw new UserError(
    `Expected ${path} to have one line of at most ${longestTitle} printable characters, got ${JSON.stringify(title.slice(0, longestTitle))}.`,
  );
}
