// ImageNet as a run sees it, on three classes of small generated images.
import { readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { runSchema } from "../../src/config/schema.ts";
import { datasetDigest, openDataset } from "../../src/datasets/dataset.ts";
import { decodeView } from "../../src/datasets/decode.ts";
import { openFeed } from "../../src/datasets/feed.ts";
import { imagenet } from "../../src/datasets/imagenet.ts";
import { prepareShards } from "../../src/datasets/prepare.ts";
import { centreView } from "../../src/datasets/scale-crop.ts";
import { shardDirectory } from "../../src/datasets/shards.ts";
import type { Batch, Dataset, ImageFiles } from "../../src/types.ts";
import { temporaryDirectory, waveJpeg, write, writeImageFolder } from "./fixtures.ts";

beforeEach(() => {
  vi.stubEnv("RESNET_EXP_DATA", "");
});

async function imageFolder(): Promise<string> {
  const data = temporaryDirectory();
  await writeImageFolder(join(data, "imagenet"));
  return data;
}

const config = { name: "imagenet", validationImages: 0, cropSize: 32 } as const;
const sections = (training: object = {}) =>
  runSchema.parse({
    dataset: config,
    model: { family: "imagenet", depth: 18 },
    training: {
      batchSize: 4,
      iterations: 100,
      augmentation: "scale-crop-flip-colour",
      scale: { from: 34, to: 50 },
      ...training,
    },
    evaluation: { shortSide: 36, batchSize: 2 },
  });

/** A run's batches: all test images, and the images that could not be decoded so far. */
async function feed(dataset: Dataset, training?: object) {
  const unreadable: string[] = [];
  const opened = openFeed(dataset, sections(training), 3, (name) => unreadable.push(name));
  const test: Batch[] = [];
  for await (const batch of opened.testBatches()) test.push(batch);
  return { unreadable, test, trainingBatch: opened.trainingBatch };
}

describe("imagenet", () => {
  it("opens a folder of images by class without an image in memory", async () => {
    const data = await imageFolder();
    const dataset = await openDataset(config, { data });
    expect(dataset).toMatchObject({
      title: "images of 3 classes, mean of each channel",
      classes: ["n1", "n20", "n3"],
      train: { count: 10, height: 32, width: 32, channels: 3 },
      test: { count: 5 },
    });
    expect([...dataset.train.labels]).toEqual([0, 1, 2, 0, 1, 2, 1, 2, 1, 2]);
    expect(dataset.digest).toBe(await datasetDigest(config, { data }));
    expect(dataset.train).not.toHaveProperty("pixels");
  });

  it("uses the first images, and draws validation images from them", async () => {
    const data = await imageFolder();
    const dataset = await openDataset({ ...config, trainImages: 6, testImages: 4, validationImages: 2 }, { data });
    const names = (set: unknown) =>
      Array.from({ length: (set as ImageFiles).count }, (_, i) => (set as ImageFiles).name(i));
    expect([...names(dataset.train), ...names(dataset.validation)].sort()).toEqual([
      "train/n1/n1_0.JPEG",
      "train/n1/n1_1.JPEG",
      "train/n20/n20_0.JPEG",
      "train/n20/n20_1.JPEG",
      "train/n3/n3_0.JPEG",
      "train/n3/n3_1.JPEG",
    ]);
    expect(names(dataset.validation).length).toBe(2);
    const labels = names(dataset.validation).map((name) => ["n1", "n20", "n3"].indexOf(name.split("/")[1]!));
    expect([...dataset.validation!.labels]).toEqual(labels);
    expect(dataset.test.count).toBe(4);
    await expect(openDataset({ ...config, trainImages: 11 }, { data })).rejects.toThrow(
      "Expected dataset.trainImages to be at most 10, all that images of 3 classes, mean of each channel has, got 11.",
    );
  });

  it("says the expected layout if there is nothing", async () => {
    const data = temporaryDirectory();
    await expect(openDataset(config, { data })).rejects.toThrow(
      `Expected ImageNet in ${data}/imagenet or ${data}, got neither a folder train/ nor shards from datasets prepare.`,
    );
    expect(await datasetDigest(config, { data })).toBeUndefined();
  });
});

describe("a run's batches from files", () => {
  it("are the same each time, in any order, and differ between iterations", async () => {
    const dataset = await openDataset(config, { data: await imageFolder() });
    const { trainingBatch } = await feed(dataset);
    const forwards = [await trainingBatch(0), await trainingBatch(1), await trainingBatch(2), await trainingBatch(3)];
    const again = await feed(dataset);
    expect(await again.trainingBatch(3)).toEqual(forwards[3]);
    expect(await again.trainingBatch(1)).toEqual(forwards[1]);
    expect(forwards[0]!.shape).toEqual([4, 32, 32, 3]);
    expect(forwards[0]!.images).not.toEqual(forwards[1]!.images);
  });

  it("show each image at most once per epoch", async () => {
    const dataset = await openDataset(config, { data: await imageFolder() });
    const { trainingBatch } = await feed(dataset, { batchSize: 5 });
    const labels = [...(await trainingBatch(0)).labels, ...(await trainingBatch(1)).labels];
    expect(labels.sort()).toEqual([0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
  });

  it("show the centre of each training image without augmentation", async () => {
    const dataset = await openDataset(config, { data: await imageFolder() });
    const asTest = await feed({ ...dataset, test: dataset.train });
    const { trainingBatch } = await feed(dataset, { batchSize: 10, augmentation: "none", scale: undefined });
    const rows = ({ images }: Batch) =>
      Array.from({ length: images.length / 3072 }, (_, i) => images.subarray(3072 * i, 3072 * (i + 1)).join());
    expect(rows(await trainingBatch(3)).sort()).toEqual(asTest.test.flatMap(rows).sort());
  });

  it("show the centre of each test image in order, minus the mean of each channel", async () => {
    const data = await imageFolder();
    const path = new URL("../fixtures/pil-views.json", import.meta.url);
    const [{ file, view }] = JSON.parse(readFileSync(path, "utf8")) as [{ file: string; view: string }];
    write(join(data, "imagenet/val/n3/val_n30.JPEG"), Buffer.from(file, "base64"));
    const { test } = await feed(await openDataset(config, { data }));
    expect(test.map(({ labels }) => [...labels])).toEqual([[0, 1], [2, 0], [1]]);
    const byPil = [...Buffer.from(view, "base64")].map((pixel, i) => pixel / 255 - [0.485, 0.456, 0.406][i % 3]!);
    const ours = test[1]!.images.subarray(0, 3072);
    expect(Math.max(...byPil.map((value, i) => Math.abs(value - ours[i]!)))).toBeLessThan(1.01 / 255);
  });

  it("replace an image that cannot be decoded by the next one of the split, and report its name", async () => {
    const data = await imageFolder();
    const whole = await feed(await openDataset(config, { data }));
    writeFileSync(join(data, "imagenet/val/n20/val_n200.JPEG"), "no image");
    truncateSync(join(data, "imagenet/val/n20/val_n201.JPEG"), 400);
    const holed = await feed(await openDataset(config, { data }));
    expect(holed.unreadable).toEqual(["val/n20/val_n200.JPEG", "val/n20/val_n201.JPEG"]);
    expect(holed.test.map(({ labels }) => [...labels])).toEqual([[0, 2], [2, 0], [0]]);
    expect(holed.test[0]!.images.subarray(3072)).toEqual(whole.test[1]!.images.subarray(0, 3072));
    expect(holed.test[2]!.images).toEqual(whole.test[0]!.images.subarray(0, 3072));
  });

  it("end if no image can be decoded", async () => {
    const data = await imageFolder();
    for (const name of ["n1/val_n10", "n1/val_n11", "n20/val_n200", "n20/val_n201", "n3/val_n30"]) {
      write(join(data, "imagenet/val", `${name}.JPEG`), "no image");
    }
    await expect(feed(await openDataset(config, { data }))).rejects.toThrow(
      /^Expected at most 99 images in a row that cannot be decoded, got more, starting at val\/n\S+\.JPEG\.$/,
    );
  });

  it("throw a UserError if a file is missing", async () => {
    const data = await imageFolder();
    const dataset = await openDataset(config, { data });
    rmSync(join(data, "imagenet/val/n3/val_n30.JPEG"));
    await expect(feed(dataset)).rejects.toThrow("val/n3/val_n30.JPEG to be a data file, got no such file.");
  });
});

describe("shards", () => {
  it("give the bytes of the folder if no image was larger, minus their own mean", async () => {
    const data = await imageFolder();
    const direct = await openDataset(config, { data });
    await prepareShards(imagenet.list!({ data }), shardDirectory(data, 480), { size: 480, shardImages: 4 });
    const dataset = await openDataset(config, { data });
    expect(dataset.title).toBe("images of 3 classes");
    expect(dataset.digest).not.toBe(direct.digest);
    expect(dataset.digest).toBe(await datasetDigest(config, { data }));
    const expected = await (await feed(direct)).trainingBatch(1);
    rmSync(join(data, "imagenet"), { recursive: true }); // shards do not need the folder
    const { mean } = dataset.train as ImageFiles;
    const sameMean = { ...dataset, train: { ...dataset.train, mean: (direct.train as ImageFiles).mean } };
    expect(await (await feed(sameMean)).trainingBatch(1)).toEqual(expected);
    // The waves average to about half of full light.
    expect([...mean].map((value) => Math.abs(value - 0.5) < 0.1)).toEqual([true, true, true]);
  });

  it("are within 5 levels of 255 of the folder, 1 in the mean, if images were reduced", async () => {
    const data = temporaryDirectory();
    for (const name of ["train/a/1.JPEG", "train/b/1.JPEG", "val/a/1.JPEG"]) {
      write(join(data, "imagenet", name), await waveJpeg(name.length, 700, 600));
    }
    const wide = { ...config, cropSize: 224 };
    const testOf = async () => {
      const { test } = await openDataset(wide, { data });
      return decodeView(await (test as ImageFiles).read(0), 224, centreView(256));
    };
    const direct = await testOf();
    await prepareShards(imagenet.list!({ data }), shardDirectory(data, 480), { size: 480, shardImages: 4 });
    const reduced = await testOf();
    const differences = reduced.map((value, i) => Math.abs(value - direct[i]!));
    expect(differences.reduce((sum, difference) => sum + difference, 0) / differences.length).toBeLessThan(1);
    expect(differences.reduce((most, difference) => Math.max(most, difference), 0)).toBeLessThanOrEqual(5);
    const { train } = await openDataset(wide, { data });
    expect((train as ImageFiles).mean.length).toBe(224 * 224 * 3);
    expect((await (train as ImageFiles).read(0)).size).toEqual({ width: 560, height: 480 });
  });

  it("older than the folder they were made from say so", async () => {
    const data = await imageFolder();
    const shards = shardDirectory(data, 480);
    const later = (path: string) => utimesSync(path, new Date(), new Date(Date.now() + 60_000));
    const notes = async () => (await openDataset(config, { data })).notes;
    await prepareShards(imagenet.list!({ data }), shards, { size: 480, shardImages: 4 });
    later(join(data, "imagenet/train/n3")); // listed again, and found to be the same
    expect(await notes()).toBeUndefined();
    write(join(data, "imagenet/train/n3/new.JPEG"), await waveJpeg(1, 40, 40));
    later(join(data, "imagenet/train/n3"));
    expect(await notes()).toEqual([
      `The images in ${data}/imagenet have changed since the shards in ${shards} were made. The shards are read, not the folder. ` +
        `To make new shards: rm -r ${shards}, then resnet-exp datasets prepare imagenet with the same options.`,
    ]);
  });

  it("keep the list of passed-over files, and name the images that they leave out", async () => {
    const data = await imageFolder();
    write(join(data, "imagenet/train/n3/old.bmp"), "x");
    write(join(data, "imagenet/train/n3/n3_1.JPEG"), "no image");
    await prepareShards(imagenet.list!({ data }), shardDirectory(data, 480), { size: 480, shardImages: 4 });
    expect((await openDataset(config, { data })).notes).toEqual([
      "Passed over 1 image with an ending that the program does not read: train/n3/old.bmp.",
      "Left out 1 image that cannot be decoded: train/n3/n3_1.JPEG.",
    ]);
  });
});
