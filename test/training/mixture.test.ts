import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { openEngine } from "../../src/engines/choice.ts";
import { randomStream } from "../../src/random.ts";
import { beta, mixImages, mixtureOf } from "../../src/training/mixture.ts";

beforeAll(async () => {
  await openEngine("native");
});

describe("the share of a mixture", () => {
  test.each([0.2, 1, 3])("has the mean and the variance of Beta(α, α) with α %d", (alpha) => {
    const count = 8000;
    const draws = Array.from({ length: count }, (_, i) => beta(alpha, randomStream(1, "mix", i)));
    const mean = draws.reduce((sum, draw) => sum + draw) / count;
    const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / count;
    // Four standard errors of the mean; the variance of Beta(α, α) is 1/(4(2α + 1)).
    const expected = 1 / (4 * (2 * alpha + 1));
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(expected / count));
    expect(variance / expected).toBeGreaterThan(0.93);
    expect(variance / expected).toBeLessThan(1.07);
  });

  test("depends on seed and iteration alone, and is absent if nothing is mixed", () => {
    const size = { height: 8, width: 8 };
    expect(mixtureOf({ mixup: 1 }, 3, 5, size)).toEqual(mixtureOf({ mixup: 1 }, 3, 5, size));
    expect(mixtureOf({ mixup: 1 }, 3, 5, size)).not.toEqual(mixtureOf({ mixup: 1 }, 3, 6, size));
    expect(mixtureOf({ mixup: 1 }, 3, 5, size)).not.toEqual(mixtureOf({ mixup: 1 }, 4, 5, size));
    expect(mixtureOf({}, 3, 5, size)).toBeUndefined();
  });
});

describe("mixed images", () => {
  const images = Float32Array.from({ length: 3 * 4 * 5 * 2 }, (_, i) => i);
  const mixed = async (mixture: Parameters<typeof mixImages>[1]) => {
    const [given, result] = tf.tidy(() => {
      const given = tf.tensor4d(images, [3, 4, 5, 2]);
      return [given, mixImages(given, mixture)];
    });
    const values = await result!.data();
    tf.dispose([given!, result!]);
    return values;
  };
  // The number of the same pixel and channel in the image at that place from the end of the batch.
  const partner = (i: number) => (2 - Math.floor(i / 40)) * 40 + (i % 40);

  test("by mixup are sums by weight of an image and its partner from the end of the batch", async () => {
    const values = await mixed({ own: 0.75 });
    for (const [i, value] of values.entries()) expect(value).toBeCloseTo(0.75 * i + 0.25 * partner(i), 4);
  });

  test("by CutMix have the partner's pixels in the rectangle and their own elsewhere", async () => {
    const values = await mixed({ own: 1 - 4 / 20, box: { top: 1, bottom: 3, left: 3, right: 5 } });
    for (const [i, value] of values.entries()) {
      const [row, column] = [Math.floor(i / 10) % 4, Math.floor(i / 2) % 5];
      expect(value).toBe(row >= 1 && row < 3 && column >= 3 ? partner(i) : i);
    }
  });

  test("by CutMix count the label by the pixels that stay", () => {
    for (let iteration = 0; iteration < 200; iteration++) {
      const { own, box } = mixtureOf({ cutmix: 1 }, 0, iteration, { height: 6, width: 9 })!;
      const { top, bottom, left, right } = box!;
      expect([top, left, bottom, right].every(Number.isInteger)).toBe(true);
      expect(0 <= top && top <= bottom && bottom <= 6 && 0 <= left && left <= right && right <= 9).toBe(true);
      expect(own).toBeCloseTo(1 - ((bottom - top) * (right - left)) / 54, 12);
    }
  });
});
