import { beforeEach, describe, expect, it, vi } from "vitest";
import { datasetNames } from "../../src/config/names.ts";
import { datasetDigest, datasetShape, openDataset } from "../../src/datasets/dataset.ts";
import type { ImageSet } from "../../src/types.ts";
import { temporaryDirectory, writeCifar } from "./fixtures.ts";

beforeEach(() => {
  vi.stubEnv("RESNET_EXP_DATA", "");
});

function cifar(): { data: string } {
  const data = temporaryDirectory();
  writeCifar(data);
  return { data };
}

const config = { name: "cifar10", validationImages: 0 } as const;

describe("openDataset", () => {
  it("opens a whole data set", async () => {
    const dataset = await openDataset(config, cifar());
    expect([dataset.name, dataset.train.count, dataset.test.count]).toEqual(["cifar10", 20, 3]);
    expect(dataset.classes).toContain("airplane");
    expect(dataset).not.toHaveProperty("validation");
  });

  it("draws the same validation images each time, from the limited training images", async () => {
    const options = cifar();
    const dataset = await openDataset({ ...config, trainImages: 12, validationImages: 5 }, options);
    expect(await openDataset({ ...config, trainImages: 12, validationImages: 5 }, options)).toEqual(dataset);
    const { train, validation, test } = dataset;
    expect([train.count, validation?.count, test.count]).toEqual([7, 5, 3]);
    // Every image starts with a different byte, so that the two parts can be told apart.
    const firstBytes = (set: typeof train) =>
      Array.from({ length: set.count }, (_, i) => (set as ImageSet).pixels[i * 3072]!);
    const whole = await openDataset({ ...config, trainImages: 12 }, options);
    const byPixels = (a: number, b: number) => a - b;
    expect([...firstBytes(train), ...firstBytes(validation!)].sort(byPixels)).toEqual(
      firstBytes(whole.train).sort(byPixels),
    );
    expect([...train.labels, ...validation!.labels].sort()).toEqual([...whole.train.labels].sort());
  });

  it("refuses more images than there are", async () => {
    const options = cifar();
    await expect(openDataset({ ...config, trainImages: 21 }, options)).rejects.toThrow(
      "Expected dataset.trainImages to be at most 20, all that CIFAR-10 (files not verified as the original) has, got 21.",
    );
    await expect(openDataset({ ...config, testImages: 4 }, options)).rejects.toThrow(
      "Expected dataset.testImages to be at most 3, all that CIFAR-10 (files not verified as the original) has, got 4.",
    );
    await expect(openDataset({ ...config, trainImages: 10, validationImages: 10 }, options)).rejects.toThrow(
      "Expected dataset.validationImages to be less than the 10 training images, got 10.",
    );
  });
});

describe("datasetDigest", () => {
  it("is the digest that openDataset reports, and undefined if a file is missing", async () => {
    const options = cifar();
    expect(await datasetDigest(config, options)).toBe((await openDataset(config, options)).digest);
    expect(await datasetDigest(config, { data: temporaryDirectory() })).toBeUndefined();
  });
});

describe("datasetShape", () => {
  it("needs no file", () => {
    const shapes = new Map(datasetNames.map((name) => [name, Object.values(datasetShape({ name })).join(" ")]));
    expect(shapes.get("synthetic")).toBe("32 32 3 10 10000 2000");
    expect(shapes.get("cifar10")).toBe("32 32 3 10 50000 10000");
    expect(shapes.get("fashion-mnist")).toBe("32 32 1 10 60000 10000");
    expect(shapes.get("imagenet")).toBe("224 224 3 1000 1281167 50000");
    expect(datasetShape({ name: "imagenet", cropSize: 64 })).toMatchObject({ height: 64, width: 64, channels: 3 });
  });
});
