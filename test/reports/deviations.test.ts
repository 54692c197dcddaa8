import { describe, expect, it } from "vitest";
import { deviations } from "../../src/reports/deviations.ts";
import { sampleRun } from "../records/sample-run.ts";

const cifar = {
  datasetTitle: "CIFAR-10",
  dataset: { name: "cifar10" },
  model: { family: "cifar", depth: 20, block: "basic", width: 16 },
  training: { batchSize: 128, iterations: 64_000, learningRate: { dropAt: [32_000, 48_000] } },
};

describe("deviations", () => {
  it("are none for the paper's own recipe", () => {
    expect(deviations(sampleRun(cifar))).toEqual([]);
  });

  it("ask for a warm-up at 110 layers and deeper only", () => {
    const rate = { dropAt: [32_000, 48_000], warmUp: {} };
    const warm = { ...cifar.training, learningRate: rate };
    const deep = { ...cifar.model, depth: 110 };
    expect(deviations(sampleRun({ ...cifar, model: deep }))).toEqual(["no warm-up"]);
    expect(deviations(sampleRun({ ...cifar, model: deep, training: warm }))).toEqual([]);
    expect(deviations(sampleRun({ ...cifar, training: warm }))).toEqual(["a warm-up"]);
  });

  it("name everything that is done otherwise", () => {
    const run = sampleRun({
      dataset: { name: "synthetic", trainImages: 1000, testImages: 500, validationImages: 100 },
      training: {
        iterations: 600,
        batchSize: 64,
        learningRate: { initial: 0.05, factor: 0.2 },
        momentum: 0.8,
        weightDecay: 0,
        augmentation: "none",
      },
    });
    expect(deviations(run)).toEqual([
      "images synthetic, not ImageNet",
      "the first 1000 training images, not all",
      "100 training images held out",
      "the first 500 test images, not all",
      "width 8, not 64",
      "batches of 64, not 256",
      "600 iterations, not 600000",
      "learning rate 0.05, not 0.1",
      "learning rate drops at no iteration, not 150000 and 300000",
      "drops by the factor 0.2, not 0.1",
      "momentum 0.8, not 0.9",
      "weight decay 0, not 0.0001",
      "augmentation none, not scale-crop-flip-colour",
    ]);
  });
});
