import { describe, expect, it } from "vitest";
import { evaluationBatches, perPixelMean, trainingBatch } from "../../src/datasets/batches.ts";
import type { ImageSet } from "../../src/types.ts";

/** Images of one value each, 10 × index, labelled with their index. */
function flatImages(count: number): ImageSet {
  const size = 8 * 8;
  return {
    count,
    height: 8,
    width: 8,
    channels: 1,
    pixels: Uint8Array.from({ length: count * size }, (_, i) => 10 * Math.floor(i / size)),
    labels: Uint8Array.from({ length: count }, (_, i) => i),
  };
}

const zeros = new Float32Array(64);
const request = { seed: 3, batchSize: 4, augmentation: "pad-crop-flip" } as const;

describe("the mean image", () => {
  it("is the mean of each pixel over all images, in units of 255", () => {
    const set = { ...flatImages(3), height: 1, width: 2, pixels: Uint8Array.of(0, 255, 51, 255, 102, 0) };
    const mean = perPixelMean(set);
    expect([...mean]).toEqual([Math.fround(0.2), Math.fround(510 / 765)]);
  });
});

describe("a training batch", () => {
  it("depends on seed and iteration only, whatever was requested before", () => {
    const set = flatImages(10);
    const first = trainingBatch(set, zeros, { ...request, iteration: 5 });
    trainingBatch(set, zeros, { ...request, iteration: 0 });
    trainingBatch(flatImages(7), zeros, { ...request, iteration: 9 });
    expect(trainingBatch(set, zeros, { ...request, iteration: 5 })).toEqual(first);
    expect(first.shape).toEqual([4, 8, 8, 1]);
    expect(trainingBatch(set, zeros, { ...request, seed: 4, iteration: 5 })).not.toEqual(first);
  });

  it("shows each image once per epoch in the epoch's order, without the short batch", () => {
    const set = flatImages(11);
    const epoch = (number: number) =>
      [0, 1].flatMap((i) => [...trainingBatch(set, zeros, { ...request, iteration: 2 * number + i }).labels]);
    for (const number of [0, 1, 7]) expect(new Set(epoch(number)).size).toBe(8);
    expect(epoch(0)).not.toEqual(epoch(1));
    const seen = new Set(Array.from({ length: 12 }, (_, number) => epoch(number)).flat());
    expect(seen.size).toBe(11);
  });

  it("pairs each image with its label", () => {
    const set = flatImages(11);
    const { images, labels } = trainingBatch(set, zeros, { ...request, iteration: 1 });
    labels.forEach((label, i) => {
      // The middle 4×4 … of an 8×8 image cannot all be padding: at most 4 rows and columns are.
      const values = new Set(images.subarray(i * 64, (i + 1) * 64));
      values.delete(0);
      expect([...values]).toEqual(label === 0 ? [] : [Math.fround((10 * label) / 255)]);
    });
  });

  it("without augmentation has the images themselves, minus the mean", () => {
    const set = flatImages(11);
    const mean = new Float32Array(64).fill(0.25);
    const { images, labels } = trainingBatch(set, mean, { ...request, augmentation: "none", iteration: 0 });
    labels.forEach((label, i) => {
      expect(new Set(images.subarray(i * 64, (i + 1) * 64))).toEqual(
        new Set([Math.fround(Math.fround((10 * label) / 255) - 0.25)]),
      );
    });
  });

  it("cannot be larger than the set", () => {
    expect(() => trainingBatch(flatImages(3), zeros, { ...request, iteration: 0 })).toThrow(
      "Expected training.batchSize to be at most the number of training images, 3, got 4.",
    );
  });
});

describe("evaluation batches", () => {
  it("have every image once, in order, and the last batch may be short", () => {
    const batches = [...evaluationBatches(flatImages(10), zeros, 4)];
    expect(batches.map((batch) => batch.shape[0])).toEqual([4, 4, 2]);
    expect(batches.flatMap((batch) => [...batch.labels])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(batches[2]!.images.length).toBe(128);
    expect(batches[2]!.images[64]).toBe(Math.fround(90 / 255));
  });
});
