import { expect, test } from "vitest";
import { runSchema } from "../../src/config/schema.ts";
import { datasetShape } from "../../src/datasets/dataset.ts";
import { describeModel } from "../../src/models/describe.ts";
import { referenceSeconds } from "../../src/planning/reference-cost.ts";

const sections = (iterations: number, every: number) =>
  runSchema.parse({
    dataset: { name: "synthetic", trainImages: 100, testImages: 50 },
    model: { family: "cifar", depth: 20 },
    training: { batchSize: 8, iterations, learningRate: { initial: 0.1 } },
    evaluation: { every },
  });

test("a run on the reference engine takes three passes a training image and one a tested image, at 200 million multiply-adds a second", () => {
  const run = sections(100, 50);
  const { classes = 0, ...size } = datasetShape(run.dataset);
  const { multiplyAdds } = describeModel(run.model, { ...size, classes });
  expect(referenceSeconds(run)).toBeCloseTo(((3 * 100 * 8 + 2 * 50) * multiplyAdds) / 200e6, 6);
});

test("a run's last test counts where no other falls on its end", () => {
  expect(referenceSeconds(sections(100, 60))).toBe(referenceSeconds(sections(100, 50)));
  expect(referenceSeconds(sections(100, 100))).toBeLessThan(referenceSeconds(sections(100, 50)));
});
