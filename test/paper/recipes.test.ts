import { describe, expect, it } from "vitest";
import { curves } from "../../src/paper/curves.ts";
import { recipes } from "../../src/paper/recipes.ts";

describe("the paper's recipes", () => {
  it("use 8 192 000 images on CIFAR-10, and drop the learning rate after half and three quarters of them", () => {
    const { iterations, batchSize, learningRate } = recipes.cifar.document.training;
    expect(iterations * batchSize).toBe(8_192_000);
    expect(learningRate.dropAt.map((drop) => drop / iterations)).toEqual([0.5, 0.75]);
  });

  it("drop the learning rate on ImageNet where the curves of Figure 4 fall", () => {
    for (const drop of recipes.imagenet.document.training.learningRate.dropAt) {
      for (const { points } of curves.filter(
        ({ reference, set }) => reference === "figure-4" && set === "validation",
      )) {
        const before = points.findLast(({ iteration }) => iteration < drop)?.error ?? 1;
        const after = points.find(({ iteration }) => iteration > drop)?.error ?? 1;
        expect(before - after).toBeGreaterThan(0.02);
      }
    }
  });
});
