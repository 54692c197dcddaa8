import { describe, expect, it } from "vitest";
import {
  centreView,
  colourShift,
  cropStart,
  randomViews,
  resized,
  type View,
  writeView,
} from "../../src/datasets/scale-crop.ts";

const views = (count: number, iteration = 0, scale?: { from: number; to: number }) => {
  const view = randomViews(7, iteration, scale);
  return Array.from({ length: count }, (_, index) => view(index));
};

describe("random views", () => {
  it("have every short side from 256 to 480 about equally often", () => {
    const counts = new Uint32Array(481);
    for (const { shortSide } of views(45_000)) counts[shortSide] = counts[shortSide]! + 1;
    expect(counts.subarray(0, 256).every((count) => count === 0)).toBe(true);
    // Expected: 200, with a standard deviation of 14.
    for (const count of counts.subarray(256)) expect(Math.abs(count - 200)).toBeLessThan(70);
  });

  it("are mirrored half of the time and lie anywhere", () => {
    const all = views(10_000);
    const mean = (of: (view: View) => number) => all.reduce((sum, view) => sum + of(view), 0) / all.length;
    expect(mean(({ flip }) => Number(flip))).toBeCloseTo(0.5, 1);
    expect(mean(({ across }) => across)).toBeCloseTo(0.5, 1);
    expect(mean(({ down }) => down * down)).toBeCloseTo(1 / 3, 1);
    expect(mean(({ across, down }) => across * down)).toBeCloseTo(1 / 4, 1);
  });

  it("shift colours with the covariance Σ (0.1·λₖ)² pₖpₖᵀ", () => {
    const all = views(20_000).map(({ colour }) => colour);
    const covariance = (i: number, j: number) => all.reduce((sum, rgb) => sum + rgb[i]! * rgb[j]!, 0) / all.length;
    // (0.1·0.2175·0.5675)² + (0.1·0.0188·0.7192)² + (0.1·0.0045·0.4009)², and similarly red with blue.
    expect(covariance(0, 0) / 1.5424e-4).toBeCloseTo(1, 1);
    expect(covariance(0, 2) / 1.5488e-4).toBeCloseTo(1, 1);
  });

  it("depend on seed, iteration and index only", () => {
    const view = randomViews(7, 3);
    const backwards = [9, 4, 0].map(view);
    expect(backwards).toEqual([9, 4, 0].map((index) => views(10, 3)[index]));
    expect(views(10, 4)).not.toEqual(views(10, 3));
    expect(randomViews(8, 3)(0)).not.toEqual(view(0));
  });

  it("stay within other given bounds", () => {
    const sides = views(1000, 0, { from: 36, to: 38 }).map(({ shortSide }) => shortSide);
    expect([...new Set(sides)].sort()).toEqual([36, 37, 38]);
  });
});

describe("colourShift", () => {
  it("adds each component's eigenvector times 0.1 times its eigenvalue", () => {
    const rounded = (normals: number[]) => colourShift(normals).map((value) => Number(value.toFixed(8)));
    expect(rounded([1, 0, 0])).toEqual([-0.01234313, -0.0126324, -0.0126933]);
    expect(rounded([0, 1, 0])).toEqual([0.0013521, -0.00000846, -0.00130622]);
    expect(rounded([0, 0, -2])).toEqual([-0.00036081, 0.0007326, -0.00037827]);
  });
});

describe("resized", () => {
  it("brings the short side to the given length and rounds the long side down, like torchvision", () => {
    expect(resized(500, 375, 256)).toEqual({ width: 341, height: 256 });
    expect(resized(375, 500, 256)).toEqual({ width: 256, height: 341 });
    expect(resized(333, 333, 480)).toEqual({ width: 480, height: 480 });
  });
});

describe("cropStart", () => {
  it("is uniform on all positions, with the first and the last", () => {
    expect([0, 0.24, 0.26, 0.999999, 1].map((share) => cropStart(35, 32, share))).toEqual([0, 0, 1, 3, 3]);
  });

  it("is the middle for a half, or the even pixel next to it if the margin is odd, as in torchvision", () => {
    expect([32, 34, 36].map((side) => cropStart(side, 32, 0.5))).toEqual([0, 1, 2]);
    // int(round(margin / 2)) in Python: 0.5 to 0, 1.5 to 2, 2.5 to 2, 3.5 to 4.
    expect([33, 35, 37, 39].map((side) => cropStart(side, 32, 0.5))).toEqual([0, 2, 2, 4]);
  });
});

describe("writeView", () => {
  const pixels = Uint8Array.from({ length: 12 }, (_, i) => 20 * i);

  it("subtracts the mean of each pixel, adds the colour and mirrors rows", () => {
    const mean = Float32Array.from({ length: 12 }, (_, i) => i / 100);
    const target = new Float32Array(15);
    const view: View = { ...centreView(2), flip: true, colour: [0.5, 0, -0.5] };
    writeView(pixels, 2, mean, view, target, 3);
    const value = (from: number, colour: number) => Math.fround((20 * from) / 255 - mean[from]! + colour);
    expect([...target]).toEqual([
      ...[0, 0, 0],
      ...[value(3, 0.5), value(4, 0), value(5, -0.5), value(0, 0.5), value(1, 0), value(2, -0.5)],
      ...[value(9, 0.5), value(10, 0), value(11, -0.5), value(6, 0.5), value(7, 0), value(8, -0.5)],
    ]);
  });

  it("subtracts the mean of each channel if there is no mean image", () => {
    const target = new Float32Array(12);
    const mean = Float32Array.of(0.25, 0.5, 0.75);
    writeView(pixels, 2, mean, centreView(2), target, 0);
    expect([...target]).toEqual([...pixels].map((pixel, i) => Math.fround(pixel / 255 - mean[i % 3]!)));
  });
});
