import { describe, expect, test } from "vitest";
import { normal, permutation, random, randomStream } from "../src/random.ts";

describe("a random number", () => {
  test("depends on seed, purpose, step and index only", () => {
    const value = random(1, "crop", 2, 3);
    random(9, "flip", 9, 9);
    expect(random(1, "crop", 2, 3)).toBe(value);
    expect(randomStream(1, "crop", 2)(3)).toBe(value);
    const others = [
      random(0, "crop", 2, 3),
      random(1, "flip", 2, 3),
      random(1, "crop", 3, 3),
      random(1, "crop", 2, 4),
      random(1 + 2 ** 32, "crop", 2, 3),
    ];
    expect(new Set([value, ...others]).size).toBe(6);
  });

  test("is uniform in [0, 1): mean, variance and neighbours' correlation of 100,000", () => {
    const stream = randomStream(5, "shuffle", 0);
    const list = Array.from({ length: 100_000 }, (_, i) => stream(i));
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.min(...list.slice(0, 5000))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...list.slice(0, 5000))).toBeLessThan(1);
    // Four standard errors each.
    expect(Math.abs(mean(list) - 0.5)).toBeLessThan(4 / Math.sqrt(12) / Math.sqrt(100_000));
    expect(Math.abs(mean(list.map((value) => (value - 0.5) ** 2)) - 1 / 12)).toBeLessThan(0.001);
    expect(Math.abs(mean(list.slice(1).map((value, i) => (value - 0.5) * (list[i]! - 0.5))))).toBeLessThan(
      4 / 12 / Math.sqrt(100_000),
    );
  });

  test("can be normal: mean 0, variance 1, kurtosis 3", () => {
    const stream = randomStream(6, "initialise", 0);
    const list = Array.from({ length: 100_000 }, (_, i) => normal(stream, i));
    const moment = (power: number) => list.reduce((sum, value) => sum + value ** power, 0) / list.length;
    expect(Math.abs(moment(1))).toBeLessThan(0.013);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.02);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.15);
  });

  test("orders a permutation that has each number once", () => {
    const order = permutation(randomStream(3, "shuffle", 1), 1000);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(order).not.toEqual(permutation(randomStream(3, "shuffle", 2), 1000));
  });
});
