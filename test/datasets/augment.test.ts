import { describe, expect, it } from "vitest";
import { type Crop, centreCrop, randomCrops, writeCrop } from "../../src/datasets/augment.ts";
import type { ImageSet } from "../../src/types.ts";

/** Two images of 6×5 with 2 channels, every byte its own position mod 256. */
const set: ImageSet = {
  count: 2,
  height: 6,
  width: 5,
  channels: 2,
  pixels: Uint8Array.from({ length: 120 }, (_, i) => (7 * i) % 256),
  labels: Uint8Array.of(0, 1),
};
const mean = Float32Array.from({ length: 60 }, (_, i) => i / 100);

/** By definition: pad, cut, mirror, one pixel at a time. */
function reference(index: number, { top, left, flip }: Crop): number[] {
  const out: number[] = [];
  for (let y = 0; y < 6; y++) {
    for (let x = 0; x < 5; x++) {
      const sourceY = y + top - 4;
      const sourceX = (flip ? 4 - x : x) + left - 4;
      for (let c = 0; c < 2; c++) {
        const i = (sourceY * 5 + sourceX) * 2 + c;
        const inside = sourceY >= 0 && sourceY < 6 && sourceX >= 0 && sourceX < 5;
        out.push(inside ? Math.fround(Math.fround(set.pixels[index * 60 + i]! / 255) - mean[i]!) : 0);
      }
    }
  }
  return out;
}

describe("a crop of the padded image", () => {
  it("equals padding, cutting and mirroring pixel by pixel, for every window", () => {
    for (let top = 0; top <= 8; top++) {
      for (let left = 0; left <= 8; left++) {
        for (const flip of [false, true]) {
          const target = new Float32Array(70);
          writeCrop(set, 1, mean, { top, left, flip }, target, 10);
          expect([...target.subarray(10)]).toEqual(reference(1, { top, left, flip }));
          expect([...target.subarray(0, 10)]).toEqual(Array(10).fill(0));
        }
      }
    }
  });

  it("in the centre is the image itself, minus the mean", () => {
    const target = new Float32Array(60);
    writeCrop(set, 0, mean, centreCrop, target, 0);
    for (let i = 0; i < 60; i++) expect(target[i]).toBeCloseTo(set.pixels[i]! / 255 - mean[i]!, 6);
  });
});

describe("random crops", () => {
  it("depend on seed, iteration and index", () => {
    const at = (seed: number, iteration: number) =>
      Array.from({ length: 20 }, (_, i) => randomCrops(seed, iteration)(i));
    expect(at(1, 2)).toEqual(at(1, 2));
    expect(at(1, 2)).not.toEqual(at(1, 3));
    expect(at(1, 2)).not.toEqual(at(2, 2));
  });

  it("use each of the 81 offsets equally often and mirror half of the images", () => {
    const seen = new Float64Array(81);
    let flips = 0;
    const draws = 40_500;
    for (let i = 0; i < draws; i++) {
      const { top, left, flip } = randomCrops(0, i % 50)(Math.floor(i / 50));
      seen[top * 9 + left] = seen[top * 9 + left]! + 1;
      if (flip) flips++;
    }
    // Chi-squared with 80 degrees of freedom exceeds 144 once in 100,000 samples.
    expect(seen.reduce((sum, n) => sum + (n - 500) ** 2 / 500, 0)).toBeLessThan(144);
    expect(Math.abs(flips / draws - 0.5)).toBeLessThan(0.01);
  });
});
