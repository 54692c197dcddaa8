import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { evaluationBatches, perPixelMean } from "../../src/datasets/batches.ts";
import { centreLook, lookBatches, tenCrops, windowStart } from "../../src/datasets/looks.ts";
import { resizeBilinear } from "../../src/datasets/resize.ts";
import { synthetic } from "../../src/datasets/synthetic.ts";
import type { ImageSet } from "../../src/types.ts";

interface Fixture {
  tenCrop: { height: number; width: number; size: number; windows: [number, number, boolean][] }[];
}
const fixture = JSON.parse(
  readFileSync(new URL("../fixtures/torchvision-resnet.json", import.meta.url), "utf8"),
) as Fixture;

/** Two images of 6×5 pixels and one channel, whose values tell every pixel apart. */
const set: ImageSet = {
  count: 2,
  height: 6,
  width: 5,
  channels: 1,
  pixels: Uint8Array.from({ length: 60 }, (_, i) => i + 1),
  labels: Uint8Array.of(3, 4),
};
const noMean = new Float32Array(30);

describe("ten crops", () => {
  test.each(fixture.tenCrop)(
    "of $size in $height×$width are torchvision's windows",
    ({ height, width, size, windows }) => {
      const own = tenCrops.map(({ down, across, flip }) => [
        windowStart(down, height - size),
        windowStart(across, width - size),
        flip,
      ]);
      // torchvision mirrors the image and then cuts, so its left corners are our right ones. If the margin
      // is odd, the middle of its mirror image is one pixel from ours.
      const sorted = (list: unknown[][]) => list.map(String).sort();
      const corners = ({ length }: unknown[], index: number) => length && index !== 4 && index !== 9;
      expect(sorted(own.filter(corners))).toEqual(sorted(windows.filter(corners)));
      expect(own[4]).toEqual(windows[4]);
      const [row, column] = windows[9]!;
      expect([Math.abs(own[9]![0] as number) - row, Math.abs((own[9]![1] as number) - column) <= 1]).toEqual([0, true]);
    },
  );

  test("of images in memory are cut from the image padded by 4 zeros on each side", () => {
    const pixel = (image: number, row: number, column: number) =>
      row < 0 || row > 5 || column < 0 || column > 4 ? 0 : Math.fround((image * 30 + row * 5 + column + 1) / 255);
    const places = [
      [-4, -4],
      [-4, 4],
      [4, -4],
      [4, 4],
      [0, 0],
    ] as const;
    tenCrops.forEach((look, index) => {
      const [down, across] = places[index % 5]!;
      const [batch] = [...lookBatches(set, noMean, 2, look)];
      expect(batch!.shape).toEqual([2, 6, 5, 1]);
      const expected = Array.from({ length: 60 }, (_, i) => {
        const [image, row, column] = [Math.floor(i / 30), Math.floor((i % 30) / 5), i % 5];
        return pixel(image, row + down, (index < 5 ? column : 4 - column) + across);
      });
      expect([...batch!.images], `crop ${index}`).toEqual(expected);
    });
  });
});

describe("a look", () => {
  test("at the centre is the image as the tests in training see it, in the same batches", async () => {
    const { test: images } = await synthetic.read({ testImages: 5 }, {});
    const mean = perPixelMean(images);
    expect([...lookBatches(images, mean, 2, centreLook)]).toEqual([...evaluationBatches(images, mean, 2)]);
  });

  test("at a scale resizes the short side to it", () => {
    const [batch] = [...lookBatches(set, noMean, 2, { ...centreLook, size: 10 })];
    expect(batch!.shape).toEqual([2, 12, 10, 1]);
    expect(batch!.images).toHaveLength(240);
  });

  test("at the image's own scale changes no bit", async () => {
    const { test: images } = await synthetic.read({ testImages: 3 }, {});
    const mean = perPixelMean(images);
    expect([...lookBatches(images, mean, 3, { ...centreLook, size: 32 })]).toEqual([
      // Without the crops, of which no resized image is made.
      ...[...evaluationBatches(images, mean, 3)].map(({ images, shape, labels }) => ({ images, shape, labels })),
    ]);
  });
});

describe("bilinear resizing", () => {
  test("takes pixel centres at half coordinates and repeats the edge", () => {
    // New centres lie at −1/4, 1/4, 3/4 and 5/4 of the old ones, which lie at 0 and 1.
    expect([...resizeBilinear(Float32Array.of(0, 1), [1, 1, 2, 1], 1, 4)]).toEqual([0, 0.25, 0.75, 1]);
    expect([...resizeBilinear(Float32Array.of(0, 1, 2, 3), [1, 4, 1, 1], 2, 1)]).toEqual([0.5, 2.5]);
  });

  test("keeps images and channels apart", () => {
    const images = Float32Array.of(1, 10, 3, 30, 5, 50, 7, 70);
    expect([...resizeBilinear(images, [2, 1, 2, 2], 1, 1)]).toEqual([2, 20, 6, 60]);
  });
});
