import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evaluationBatches, perPixelMean, trainingBatch, viewBatches } from "../../../src/datasets/batches.ts";
import { loadAddon } from "../../../src/engines/native/addon.ts";
import { nativeVariants, openNative } from "../../../src/engines/native/engine.ts";
import { imagesOf } from "../../../src/training/evaluate.ts";
import type { Batch, ImageSet } from "../../../src/types.ts";

/** Every byte, at every place in turn. */
function imagesOfEveryByte(channels: number): ImageSet {
  const [count, height, width] = [9, 7, 6];
  const pixels = Uint8Array.from({ length: count * height * width * channels }, (_, i) => (i * 37) % 256);
  return { count, height, width, channels, pixels, labels: new Uint8Array(count) };
}

async function cut(batch: Batch): Promise<Float32Array> {
  const images = imagesOf(batch);
  const values = (await images.data()) as Float32Array;
  images.dispose();
  return values;
}

describe.each(nativeVariants())("batches that the native engine cuts with %s", (variant) => {
  beforeAll(async () => {
    await openNative({ variant, threads: 2 });
    await tf.setBackend("native");
  });
  afterAll(async () => void (await openNative()));

  it.each([1, 3, 4])("have the bits of those that JavaScript cuts, with %i channels", async (channels) => {
    const set = imagesOfEveryByte(channels);
    const mean = perPixelMean(set);
    const request = { seed: 1, batchSize: 8, augmentation: "pad-crop-flip" } as const;
    for (const batch of [
      ...Array.from({ length: 6 }, (_, iteration) => trainingBatch(set, mean, { ...request, iteration })),
      ...evaluationBatches(set, mean, 5),
      ...[0, 8].flatMap((top) => [...viewBatches(set, mean, 9, { top, left: 8 - top, flip: true })]),
    ]) {
      expect(await cut(batch)).toEqual(batch.images);
    }
  });
});

it("refuses crops outside of the images and of the padding", () => {
  const addon = loadAddon();
  if ("unavailable" in addon) throw new Error(addon.unavailable);
  const extents = { batch: 1, images: 2, height: 3, width: 3, channels: 1, padding: 4 };
  const arrays = { pixels: new Uint8Array(18), mean: new Float32Array(9), y: new Float32Array(9) };
  const call = (crop: number[]) => () => addon.cropImages({ ...extents, ...arrays, crops: Int32Array.from(crop) });
  expect(call([1, 8, 8, 1])).not.toThrow();
  expect(call([2, 4, 4, 0])).toThrow("Expected crops to be from 0 to 1, got 2.");
  expect(call([0, 9, 4, 0])).toThrow("Expected crops to be from 0 to 8, got 9.");
  expect(call([0, 4, -1, 0])).toThrow("Expected crops to be from 0 to 8, got -1.");
  expect(call([0, 4, 4, 2])).toThrow("Expected crops to be from 0 to 1, got 2.");
  expect(call([0, 4, 4])).toThrow("Expected crops to have 4 numbers, got 3.");
});
