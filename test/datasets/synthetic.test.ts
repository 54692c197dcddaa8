import { beforeAll, describe, expect, it } from "vitest";
import { perPixelMean } from "../../src/datasets/batches.ts";
import { sha256 } from "../../src/datasets/files.ts";
import type { Content } from "../../src/datasets/source.ts";
import { synthetic } from "../../src/datasets/synthetic.ts";
import { permutation, randomStream } from "../../src/random.ts";
import type { ImageSet } from "../../src/types.ts";

const size = 32 * 32 * 3;
let content: Content<ImageSet>;
beforeAll(async () => {
  content = await synthetic.read({ trainImages: 2000, testImages: 1000 }, {});
});

describe("the synthetic data set", () => {
  it("has the same bytes on every machine", () => {
    expect(sha256(content.train.pixels.subarray(0, 100 * size))).toBe(
      "e71ffac421f469d13b74e1f1e93598c4f4399e6b1351025bf03e54f16487b2f5",
    );
    expect(sha256(content.test.pixels.subarray(0, 100 * size))).toBe(
      "7beec27161da7745997a6cc5d502daa63d6bffda3893d356bbf09eca6e2a2cc9",
    );
    expect(content.digest).toBe("92d56119d86ce27bea4b0b7c4a0bfe5de5bea01a89bbdea1b7c78909af8720a4");
  });

  it("makes image i from i only, so fewer images are the first of more", async () => {
    const fewer = await synthetic.read({ trainImages: 30, testImages: 10 }, {});
    expect([fewer.train.count, fewer.test.count]).toEqual([30, 10]);
    expect(fewer.train.pixels).toEqual(content.train.pixels.subarray(0, 30 * size));
    expect(fewer.test.pixels).toEqual(content.test.pixels.subarray(0, 10 * size));
    expect(fewer.digest).toBe(content.digest);
    expect((await synthetic.survey({}))?.digest).toBe(content.digest);
  });

  it("has no image twice in training and test", () => {
    const images = [content.train, content.test].flatMap((set) =>
      Array.from({ length: 1000 }, (_, i) => sha256(set.pixels.subarray(i * size, (i + 1) * size))),
    );
    expect(new Set(images).size).toBe(2000);
  });

  it("has ten classes with the same number of images", () => {
    expect(content.classes.length).toBe(10);
    for (const set of [content.train, content.test]) {
      const counts = new Uint32Array(10);
      for (const label of set.labels) counts[label] = counts[label]! + 1;
      expect([...counts]).toEqual(Array(10).fill(set.count / 10));
    }
  });

  it("hides the class from a linear classifier on the pixels", () => {
    const { trainError, testError } = softmaxRegression(content.train, content.test, 5);
    // It has memorised the training images …
    expect(trainError).toBeLessThan(0.6);
    // … and learned nothing about the classes: chance is 0.9.
    expect(testError).toBeGreaterThan(0.8);
  });

  it("hides the class from the mean, spread and sharpness of its colours", () => {
    expect(nearestCentroidError(content.train, content.test)).toBeGreaterThan(0.8);
  });
});

/** Softmax regression on pixels minus their mean, by stochastic gradient descent on one image at a time. */
function softmaxRegression(train: ImageSet, test: ImageSet, epochs: number) {
  const mean = perPixelMean(train);
  const weights = Array.from({ length: 10 }, () => new Float32Array(size + 1));
  const image = new Float32Array(size + 1);
  const scores = new Float64Array(10);
  const score = (set: ImageSet, index: number) => {
    for (let i = 0; i < size; i++) image[i] = set.pixels[index * size + i]! / 255 - mean[i]!;
    image[size] = 1;
    for (let k = 0; k < 10; k++) {
      const row = weights[k]!;
      let sum = 0;
      for (let i = 0; i <= size; i++) sum += row[i]! * image[i]!;
      scores[k] = sum;
    }
    return scores.indexOf(Math.max(...scores));
  };
  let wrong = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    wrong = 0;
    const rate = 0.01 / (1 + epoch);
    for (const index of permutation(randomStream(0, "shuffle", epoch), train.count)) {
      const label = train.labels[index]!;
      if (score(train, index) !== label) wrong++;
      const most = Math.max(...scores);
      const total = scores.reduce((sum, each) => sum + Math.exp(each - most), 0);
      for (let k = 0; k < 10; k++) {
        const step = rate * (Math.exp(scores[k]! - most) / total - (k === label ? 1 : 0));
        const row = weights[k]!;
        for (let i = 0; i <= size; i++) row[i] = row[i]! - step * image[i]!;
      }
    }
  }
  let testWrong = 0;
  for (let index = 0; index < test.count; index++) if (score(test, index) !== test.labels[index]) testWrong++;
  return { trainError: wrong / train.count, testError: testWrong / test.count };
}

/** The mean, the standard deviation and the mean step between neighbours of each channel. */
function statistics(set: ImageSet, index: number): number[] {
  return [0, 1, 2].flatMap((channel) => {
    let [sum, squares, steps] = [0, 0, 0];
    for (let i = channel; i < size; i += 3) {
      const value = set.pixels[index * size + i]!;
      sum += value;
      squares += value * value;
      if (i + 3 < size) steps += Math.abs(set.pixels[index * size + i + 3]! - value);
    }
    return [sum / 1024, Math.sqrt(squares / 1024 - (sum / 1024) ** 2), steps / 1024];
  });
}

/** Error of the class whose mean statistics are nearest, each statistic in units of its standard deviation. */
function nearestCentroidError(train: ImageSet, test: ImageSet): number {
  const rows = Array.from({ length: train.count }, (_, index) => statistics(train, index));
  const average = (chosen: number[][], f: (value: number, i: number) => number) =>
    chosen[0]!.map((_, i) => chosen.reduce((sum, row) => sum + f(row[i]!, i), 0) / chosen.length);
  const mean = average(rows, (value) => value);
  const variance = average(rows, (value, i) => (value - mean[i]!) ** 2);
  const centroids = Array.from({ length: 10 }, (_, label) =>
    average(
      rows.filter((_, index) => train.labels[index] === label),
      (value) => value,
    ),
  );
  let wrong = 0;
  for (let index = 0; index < test.count; index++) {
    const row = statistics(test, index);
    const distances = centroids.map((centroid) =>
      centroid.reduce((sum, value, i) => sum + (value - row[i]!) ** 2 / variance[i]!, 0),
    );
    if (distances.indexOf(Math.min(...distances)) !== test.labels[index]) wrong++;
  }
  return wrong / test.count;
}
