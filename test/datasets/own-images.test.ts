// A folder of one's own images: its layouts, the drawn test images, its colours, and its batches.
import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { runSchema } from "../../src/config/schema.ts";
import { measureColours, principalComponents } from "../../src/datasets/colours.ts";
import { datasetDigest, openDataset, sources } from "../../src/datasets/dataset.ts";
import { openFeed } from "../../src/datasets/feed.ts";
import { prepareShards } from "../../src/datasets/prepare.ts";
import { shardDirectory } from "../../src/datasets/shards.ts";
import { drawTest } from "../../src/datasets/test-split.ts";
import type { ImageFiles } from "../../src/types.ts";
import { temporaryDirectory, waveJpeg, write, writeImageFolder } from "./fixtures.ts";

beforeEach(() => {
  vi.stubEnv("RESNET_EXP_DATA", "");
  vi.stubEnv("RESNET_EXP_CACHE", temporaryDirectory());
});

const config = { name: "folder", validationImages: 0, cropSize: 32 } as const;

/** Three classes with 4, 4 and 2 training images and 2, 1 and 2 test images. */
async function splitFolder(test = "val"): Promise<string> {
  const data = temporaryDirectory();
  await writeImageFolder(data);
  if (test !== "val") renameSync(join(data, "val"), join(data, test));
  return data;
}

/** The same training images in class folders alone. */
async function classFolders(): Promise<string> {
  const data = temporaryDirectory();
  await writeImageFolder(data);
  rmSync(join(data, "val"), { recursive: true });
  for (const name of ["n1", "n20", "n3"]) renameSync(join(data, "train", name), join(data, name));
  rmSync(join(data, "train"), { recursive: true });
  return data;
}

function names(set: unknown): string[] {
  const files = set as ImageFiles;
  return Array.from({ length: files.count }, (_, i) => files.name(i));
}

describe("a folder of one's own images", () => {
  it.each(["val", "valid", "validation", "test", "Testing"])("has its test images in %s/", async (test) => {
    const dataset = await openDataset(config, { data: await splitFolder(test) });
    expect(dataset).toMatchObject({ title: "our own images of 3 classes", classes: ["n1", "n20", "n3"] });
    expect(dataset.train.count).toBe(10);
    expect(names(dataset.test)[0]).toBe(`${test}/n1/val_n10.JPEG`);
  });

  it("may lie in folder/ in the data directory", async () => {
    const data = temporaryDirectory();
    await writeImageFolder(join(data, "folder"));
    expect(sources.folder.locate({ data })).toBe(join(data, "folder"));
  });

  it("of class folders alone needs a share to test on", async () => {
    const data = await classFolders();
    await expect(openDataset(config, { data })).rejects.toMatchObject({
      message: `Expected ${data} to have test images in test/, val/ or validation/, got class folders only.`,
      hints: [
        `To test on a fifth of each class in ${data}: --set dataset.testFraction=0.2, or the same in the experiment file.`,
        "With datasets prepare and datasets verify: --test-fraction 0.2",
      ],
    });
    const dataset = await openDataset({ ...config, testFraction: 0.5 }, { data });
    expect([dataset.train.count, dataset.test.count]).toEqual([5, 5]);
    expect([...names(dataset.train), ...names(dataset.test)].sort()).toEqual(
      Object.entries({ n1: 2, n20: 4, n3: 4 }).flatMap(([name, count]) =>
        Array.from({ length: count }, (_, i) => `${name}/${name}_${i}.JPEG`),
      ),
    );
    expect(dataset.digest).not.toBe(await datasetDigest({ ...config, testFraction: 0.25 }, { data }));
  });

  it("with test images refuses a share to draw", async () => {
    const data = await splitFolder("test");
    await expect(openDataset({ ...config, testFraction: 0.2 }, { data })).rejects.toThrow(
      `Expected dataset.testFraction to be left out for ${data}, which has test images in test/, got 0.2.`,
    );
  });

  it("says which of two folders of test images is read", async () => {
    const data = await splitFolder("test");
    write(join(data, "val/n1/a.JPEG"), await waveJpeg(1));
    expect((await openDataset(config, { data })).notes).toEqual([
      "The test images are those in test/. Not read: val/.",
    ]);
  });

  it("prefers a folder of test images that has the classes", async () => {
    const data = await splitFolder("val");
    write(join(data, "test/unlabelled.JPEG"), await waveJpeg(1));
    const { test, notes } = await openDataset(config, { data });
    expect(test.count).toBe(5);
    expect(notes).toEqual(["The test images are those in val/. Not read: test/."]);
  });

  it("that is none says what is expected", async () => {
    const data = temporaryDirectory();
    await expect(openDataset(config, { data })).rejects.toThrow(
      `Expected a folder of images by class in ${data} or ${data}/folder, got neither a folder train/ nor class folders.`,
    );
    expect(await datasetDigest(config, { data })).toBeUndefined();
  });

  it("is read from its shards, with the same test images and colours near the folder's", async () => {
    const data = await classFolders();
    const own = { ...config, testFraction: 0.5 };
    const direct = await openDataset(own, { data });
    const folder = sources.folder.list!({ data, testFraction: 0.5 });
    await prepareShards(folder, shardDirectory(data, 480, "folder"), { size: 480, shardImages: 4 });
    const sharded = await openDataset(own, { data });
    expect(names(sharded.test)).toEqual(names(direct.test));
    expect(sharded.title).toBe("our own images of 3 classes, short side at most 480");
    expect((sharded.train as ImageFiles).mean).toEqual((direct.train as ImageFiles).mean);
    await expect(openDataset({ ...config, testFraction: 0.25 }, { data })).rejects.toThrow(
      `Expected the test images of the shards in ${data}/folder-shards-480 to be drawn with dataset.testFraction 0.25, got a share of 0.5.`,
    );
    // The shards lie among the class folders and are none of them.
    expect(sources.folder.list!({ data, testFraction: 0.5 }).digest).toBe(folder.digest);
  });
});

describe("the drawn test images", () => {
  const images = Array.from({ length: 10 }, (_, i) => ({ path: `cat/${i}.jpg`, bytes: i }));

  it("do not depend on the order of the files", () => {
    const paths = (test: readonly { path: string }[]) => test.map(({ path }) => path).sort();
    const drawn = drawTest(images, 0.3);
    expect([drawn.train.length, drawn.test.length]).toEqual([7, 3]);
    expect(paths(drawTest(images.toReversed(), 0.3).test)).toEqual(paths(drawn.test));
    // Fixed, so that a run keeps its images for good.
    expect(paths(drawn.test)).toEqual(["cat/3.jpg", "cat/5.jpg", "cat/8.jpg"]);
  });

  it.each([
    [10, 0.01, 1],
    [10, 0.99, 9],
    [2, 0.1, 1],
    [1, 0.9, 0],
    [0, 0.5, 0],
  ])("of %i images at a share of %d are %i", (count, share, drawn) => {
    expect(drawTest(images.slice(0, count), share).test.length).toBe(drawn);
  });
});

describe("the colours of images", () => {
  const flat = (r: number, g: number, b: number, size = 8) =>
    sharp({ create: { width: size, height: size, channels: 3, background: { r, g, b } } })
      .png()
      .toBuffer();

  it("are the mean of each channel and the principal components, each image counting the same", async () => {
    const files = [await flat(255, 0, 0, 4), await flat(0, 0, 0, 80), await flat(0, 0, 255), await flat(0, 0, 255)];
    const found = await measureColours({ count: 4, read: async (index) => ({ bytes: files[index]! }) });
    expect(found.mean).toEqual([0.25, 0, 0.5]);
    // Of [[3/16, -1/8], [-1/8, 1/4]] in red and blue: 7/32 ± √17/32.
    expect(found.eigenvalues).toEqual([0.3476, 0.0899, 0]);
    const [red, green, blue] = found.eigenvectors.map(([first]) => first);
    expect(green).toBe(0);
    expect(blue! / red!).toBeCloseTo(-1.2808, 3);
  });

  it("leave out images that cannot be decoded", async () => {
    const files = [Buffer.from("no image"), await flat(51, 102, 153)];
    const found = await measureColours({ count: 2, read: async (index) => ({ bytes: files[index]! }) });
    expect(found.mean).toEqual([0.2, 0.4, 0.6]);
  });

  it("have components that give the matrix back", () => {
    const matrix = [2, -1, 0.5, -1, 3, 0.25, 0.5, 0.25, 1];
    const { eigenvalues, eigenvectors } = principalComponents(matrix);
    matrix.forEach((value, i) => {
      const [row, column] = [eigenvectors[Math.floor(i / 3)]!, eigenvectors[i % 3]!];
      const again = eigenvalues.reduce((sum, eigenvalue, k) => sum + eigenvalue * row[k]! * column[k]!, 0);
      expect(again).toBeCloseTo(value, 3);
    });
  });
});

describe("the batches of a run on one's own images", () => {
  const sections = (training: object) =>
    runSchema.parse({
      dataset: config,
      model: { family: "cifar", depth: 8 },
      training: { batchSize: 10, iterations: 100, ...training },
      evaluation: { shortSide: 36, batchSize: 2 },
    });

  it("are padded, cropped and mirrored as images in memory are", async () => {
    const dataset = await openDataset(config, { data: await splitFolder() });
    const batch = async (augmentation: string, iteration: number) =>
      openFeed(dataset, sections({ augmentation }), 3).trainingBatch(iteration);
    const [padded, plain] = [await batch("pad-crop-flip", 2), await batch("none", 2)];
    expect(padded.labels).toEqual(plain.labels);
    expect(padded.images).not.toEqual(plain.images);
    expect(await batch("pad-crop-flip", 2)).toEqual(padded);
    // A padded pixel is zero; every other one is of an image, up to rounding.
    const values = new Set([...plain.images].map((value) => Math.round(value * 1e4)));
    const known = (value: number) => [-1, 0, 1].some((step) => values.has(Math.round(value * 1e4) + step));
    expect([...padded.images].every((value) => value === 0 || known(value))).toBe(true);
  });

  it("follow the images' own colours where colours are shifted", async () => {
    const dataset = await openDataset(config, { data: await splitFolder() });
    const { colours: _, ...train } = dataset.train as ImageFiles;
    const shifted = sections({ augmentation: "scale-crop-flip-colour", scale: { from: 34, to: 50 } });
    const own = await openFeed(dataset, shifted, 3).trainingBatch(0);
    const imagenets = await openFeed({ ...dataset, train }, shifted, 3).trainingBatch(0);
    expect(own.labels).toEqual(imagenets.labels);
    expect(own.images).not.toEqual(imagenets.images);
  });
});

describe("the centres of small images", () => {
  it("are decoded once, and give the same batches", async () => {
    const dataset = await openDataset(config, { data: await splitFolder() });
    const reads: number[] = [];
    const test = dataset.test as ImageFiles;
    const read = (index: number) => {
      reads.push(index);
      return test.read(index);
    };
    const counting = { ...test, read };
    const own = runSchema.parse({
      dataset: config,
      model: { family: "cifar", depth: 8 },
      training: { batchSize: 5, iterations: 1 },
      evaluation: { shortSide: 36, batchSize: 2 },
    });
    const feed = openFeed({ ...dataset, test: counting }, own, 0);
    const all = async () => {
      const batches = [];
      for await (const batch of feed.testBatches()) batches.push(batch);
      return batches;
    };
    const first = await all();
    expect(await all()).toEqual(first);
    expect(reads.sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it("of an image that cannot be decoded are looked for, and reported, each time", async () => {
    const data = await splitFolder();
    write(join(data, "val/n1/val_n10.JPEG"), "no image");
    const dataset = await openDataset(config, { data });
    const named: string[] = [];
    const own = runSchema.parse({
      dataset: config,
      model: { family: "cifar", depth: 8 },
      training: { batchSize: 5, iterations: 1 },
      evaluation: { shortSide: 36, batchSize: 5 },
    });
    const feed = openFeed(dataset, own, 0, (name) => named.push(name));
    for (const _ of [0, 1]) for await (const _batch of feed.testBatches());
    expect(named).toEqual(["val/n1/val_n10.JPEG", "val/n1/val_n10.JPEG"]);
  });
});
