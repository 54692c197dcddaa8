// Fashion-MNIST (Xiao, Rasul, Vollgraf 2017) from its four gzipped IDX files: 28×28 grey images, padded with zeros to 32×32.
// Found in the data directory or where Debian's package dataset-fashion-mnist puts it; never downloaded.
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { UserError } from "../errors.ts";
import { shellWord } from "../text/shell.ts";
import type { ImageSet } from "../types.ts";
import { contentDigest, digestFiles, type NamedDigest, readDataFile, sha256 } from "./files.ts";
import { gunzip, idxHeaderBytes, parseIdx } from "./idx.ts";
import { dataRoot, findDirectory } from "./location.ts";
import type { DatasetOptions, Source } from "./source.ts";

const systemDirectory = "/usr/share/datasets/fashion-mnist";
const trainFiles = { images: "train-images-idx3-ubyte.gz", labels: "train-labels-idx1-ubyte.gz", most: 60_000 };
const testFiles = { images: "t10k-images-idx3-ubyte.gz", labels: "t10k-labels-idx1-ubyte.gz", most: 10_000 };
const names = [trainFiles.images, trainFiles.labels, testFiles.images, testFiles.labels];
const storedSide = 28;
const side = 32;
const classes = ["T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"];
const mostBytes = idxHeaderBytes(3) + trainFiles.most * storedSide * storedSide;

/** contentDigest of the unpacked files as published. */
const originalDigest = "8668b75ae3e80d1c151755ad9958b2078a6efb33853dc01d1a45af99bffce3dc";

export const fashionMnist: Source<ImageSet> = {
  wayToGet: "apt-get install dataset-fashion-mnist, or --data DIR",
  shape: {
    height: side,
    width: side,
    channels: 1,
    classes: classes.length,
    trainImages: trainFiles.most,
    testImages: testFiles.most,
  },
  locate: (options) =>
    findDirectory(dataRoot(options.data).path, "fashion-mnist", names) ?? findDirectory(systemDirectory, "", names),
  async survey(options) {
    const directory = fashionMnist.locate(options);
    const counts = new Map<string, number>();
    const unpack = (bytes: Buffer, path: string) => {
      const file = gunzip(bytes, path, mostBytes);
      counts.set(basename(path), file.length < idxHeaderBytes(1) ? 0 : file.readUInt32BE(idxHeaderBytes(0)));
      return file;
    };
    const digests = directory === undefined ? undefined : await digestFiles(directory, names, unpack);
    return (
      digests && {
        digest: contentDigest(digests),
        trainImages: counts.get(trainFiles.images)!,
        testImages: counts.get(testFiles.images)!,
      }
    );
  },
  fetch: async (options) => failToFind(options),
  async read(limits, options) {
    const directory = fashionMnist.locate(options) ?? failToFind(options);
    const train = await readSplit(directory, trainFiles, limits.trainImages);
    const test = await readSplit(directory, testFiles, limits.testImages);
    const digest = contentDigest([...train.digests, ...test.digests]);
    const title = digest === originalDigest ? "Fashion-MNIST" : "Fashion-MNIST (files not verified as the original)";
    return { digest, title, classes, train: train.set, test: test.set };
  },
};

function failToFind(options: DatasetOptions): never {
  const root = dataRoot(options.data);
  const bare = names.map((name) => name.replace(/\.gz$/, ""));
  const unpacked = [join(root.path, "fashion-mnist"), root.path].find((directory) =>
    bare.every((name) => existsSync(join(directory, name))),
  );
  throw new UserError(
    `Expected Fashion-MNIST (${names.join(", ")}) in ${join(root.path, "fashion-mnist")}, ${root.path} or ${systemDirectory}, got none of its files.`,
    [
      ...(unpacked === undefined
        ? []
        : [
            `They are unpacked in ${unpacked}: gzip -k ${bare.map((name) => shellWord(join(unpacked, name))).join(" ")}`,
          ]),
      "On Debian or Ubuntu: apt-get install dataset-fashion-mnist",
      `Elsewhere, download the four files from https://github.com/zalandoresearch/fashion-mnist into ${join(root.path, "fashion-mnist")}`,
      "Or name the directory that has them: --data DIR or RESNET_EXP_DATA=DIR",
      "Or train without any files: --set dataset.name=synthetic",
    ],
  );
}

async function readSplit(
  directory: string,
  files: typeof trainFiles,
  limit: number | undefined,
): Promise<{ set: ImageSet; digests: NamedDigest[] }> {
  const imagePath = join(directory, files.images);
  const imageFile = gunzip(await readDataFile(imagePath), imagePath, mostBytes);
  const images = parseIdx(imageFile, imagePath, 3);
  const [available = 0, rows, columns] = images.dimensions;
  if (available === 0 || rows !== storedSide || columns !== storedSide) {
    throw new UserError(
      `Expected ${imagePath} to have images of ${storedSide} × ${storedSide}, got ${images.dimensions.join(" × ")}.`,
    );
  }
  const labelPath = join(directory, files.labels);
  const labelFile = gunzip(await readDataFile(labelPath), labelPath, idxHeaderBytes(1) + files.most);
  const labels = parseIdx(labelFile, labelPath, 1).values;
  if (labels.length !== available) {
    throw new UserError(
      `Expected ${labelPath} to have a label for each of the ${available} images in ${files.images}, got ${labels.length}.`,
    );
  }
  const bad = labels.findIndex((label) => label >= classes.length);
  if (bad >= 0) {
    throw new UserError(
      `Expected each label in ${labelPath} to be 0 … ${classes.length - 1}, got ${labels[bad]} at byte ${idxHeaderBytes(1) + bad} (unpacked).`,
    );
  }
  const count = Math.min(limit ?? available, available);
  return {
    set: {
      count,
      height: side,
      width: side,
      channels: 1,
      pixels: pad(images.values, count),
      labels: labels.slice(0, count),
    },
    digests: [
      { name: files.images, sha256: sha256(imageFile) },
      { name: files.labels, sha256: sha256(labelFile) },
    ],
  };
}

/** [count, 28, 28] to [count, 32, 32], the image in the middle of zeros. */
function pad(values: Uint8Array, count: number): Uint8Array {
  const margin = (side - storedSide) / 2;
  const pixels = new Uint8Array(count * side * side);
  for (let row = 0; row < count * storedSide; row++) {
    const image = Math.floor(row / storedSide);
    const to = (image * side + margin + (row % storedSide)) * side + margin;
    pixels.set(values.subarray(row * storedSide, (row + 1) * storedSide), to);
  }
  return pixels;
}
