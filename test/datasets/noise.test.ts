import { expect, test } from "vitest";
import { noiseImages } from "../../src/datasets/noise.ts";

test("noise images have the given size, bytes of every value and classes that take turns", () => {
  const set = noiseImages(5, { height: 7, width: 9, channels: 3, classes: 3 });
  expect(set.pixels).toHaveLength(5 * 7 * 9 * 3);
  expect([...set.labels]).toEqual([0, 1, 2, 0, 1]);
  expect(new Set(noiseImages(8, { height: 32, width: 32, channels: 3, classes: 10 }).pixels).size).toBe(256);
});

test("more than 256 classes are labelled by the first 256", () => {
  const { labels } = noiseImages(258, { height: 1, width: 1, channels: 1, classes: 1000 });
  expect([...labels.slice(254)]).toEqual([254, 255, 0, 1]);
});
