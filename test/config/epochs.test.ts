// Training that is written in epochs is the same run as training written in iterations.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { publishedTrainImages } from "../../src/config/epochs.ts";
import { loadExperiment, type Overlay } from "../../src/config/load.ts";
import { datasetNames } from "../../src/config/names.ts";
import { planRuns } from "../../src/config/plan.ts";
import { sources } from "../../src/datasets/dataset.ts";
import { runId } from "../../src/records/run-id.ts";
import { temporaryDirectory } from "../records/sample-run.ts";

function plan(training: string, { dataset = "{ name: cifar10 }", rest = "", overlay = {} as Overlay } = {}) {
  const file = join(temporaryDirectory(), "x.yaml");
  writeFileSync(
    file,
    `name: x\ndataset: ${dataset}\nmodel: { family: cifar, depth: 20 }\ntraining: ${training}\n${rest}`,
  );
  return planRuns(loadExperiment(file, overlay));
}

const refusal = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return String((error as Error).message);
  }
  throw new Error("nothing was refused");
};

describe("a run in epochs", () => {
  it("has the sections and the id of the same run in iterations", () => {
    // ⌊45,000 / 128⌋ = 351 batches in an epoch: the last, short one is dropped.
    const held = { dataset: "{ name: cifar10, validationImages: 5000 }" };
    const [epochs] = plan("{ epochs: 182, learningRate: { dropAtEpochs: [91, 136.5] } }", held);
    const [iterations] = plan("{ iterations: 63882, learningRate: { dropAt: [31941, 47912] } }", held);
    expect(epochs).toEqual(iterations);
    expect(JSON.stringify(epochs)).toBe(JSON.stringify(iterations));
    expect(runId(epochs!, "digest", "1")).toBe(runId(iterations!, "digest", "1"));
  });

  it("may have its drops in iterations, and a run in iterations its drops in epochs", () => {
    const [drops] = plan("{ batchSize: 100, epochs: 4, learningRate: { dropAt: [700] } }");
    expect(drops!.sections.training).toMatchObject({ iterations: 2000, learningRate: { dropAt: [700] } });
    const [other] = plan("{ batchSize: 100, iterations: 1000, learningRate: { dropAtEpochs: [0.5, 1] } }");
    expect(other!.sections.training).toMatchObject({ iterations: 1000, learningRate: { dropAt: [250, 500] } });
  });

  it("counts the images that it uses", () => {
    const of = (dataset: string) => plan("{ batchSize: 64, epochs: 1 }", { dataset })[0]!.sections.training.iterations;
    expect(of("{ name: synthetic, trainImages: 200 }")).toBe(3);
    expect(of("{ name: fashion-mnist }")).toBe(937);
  });

  it("is replaced by a layer above that has iterations, and the other way round", () => {
    const rest = "profiles:\n  short: { training: { iterations: 20, learningRate: { dropAt: [10] } } }\n";
    const training = "{ epochs: 10, learningRate: { dropAtEpochs: [5] } }";
    const short = plan(training, { rest, overlay: { profile: ["short"] } })[0]!.sections.training;
    expect(short).toMatchObject({ iterations: 20, learningRate: { dropAt: [10] } });
    const set = plan("{ iterations: 20 }", { overlay: { set: ["training.epochs=2"] } })[0]!.sections.training;
    expect(set).toMatchObject({ iterations: 780 });
    expect(set).not.toHaveProperty("epochs");
  });
});

describe("axes", () => {
  it("of epochs are axes of iterations", () => {
    const runs = plan("{}", { rest: "matrix: { training.epochs: [1, 2] }\n" });
    expect(runs.map(({ axes, label }) => [axes, label])).toEqual([
      [{ "training.iterations": 390 }, "ResNet-20 iterations=390"],
      [{ "training.iterations": 780 }, "ResNet-20 iterations=780"],
    ]);
  });

  it("of the batch size vary the iterations of an epoch with it, as an axis of both does", () => {
    const epochs = plan("{ epochs: 2 }", { rest: "matrix: { training.batchSize: [100, 200] }\n" });
    const both =
      "matrix:\n  both: [{ training.batchSize: 100, training.iterations: 1000 }, { training.batchSize: 200, training.iterations: 500 }]\n";
    expect(epochs).toEqual(plan("{}", { rest: both }));
  });

  it("of epochs leave out what exclude names in epochs or iterations", () => {
    const left = (exclude: string) =>
      plan("{}", { rest: `matrix: { training.epochs: [1, 2] }\nexclude: [{ ${exclude} }]\n` }).map(
        ({ sections }) => sections.training.iterations,
      );
    expect(left("training.epochs: 2")).toEqual([390]);
    expect(left("training.iterations: 390")).toEqual([780]);
  });
});

describe("what is refused", () => {
  it("both units of the same number", () => {
    expect(refusal(() => plan("{ iterations: 20, epochs: 2 }"))).toContain(
      "Expected training.iterations or training.epochs, got both.",
    );
    expect(refusal(() => plan("{ epochs: 2, learningRate: { dropAt: [1], dropAtEpochs: [1] } }"))).toContain(
      "Expected training.learningRate.dropAt or training.learningRate.dropAtEpochs, got both.",
    );
  });

  it("neither unit, as before", () => {
    expect(refusal(() => plan("{ batchSize: 8 }"))).toContain("Expected training.iterations to be a whole number");
  });

  it("a folder whose images are not counted, with two ways out that work", () => {
    const dataset = "{ name: folder, cropSize: 32 }";
    const message = refusal(() => plan("{ epochs: 2, batchSize: 10 }", { dataset }));
    expect(message).toContain(
      "Expected training.epochs with a data set whose number of training images is known, got folder.",
    );
    const counted = { dataset: "{ name: folder, cropSize: 32, trainImages: 105 }" };
    expect(plan("{ epochs: 2, batchSize: 10 }", counted)).toEqual(plan("{ iterations: 20, batchSize: 10 }", counted));
  });

  it("an epoch without a full batch", () => {
    const dataset = "{ name: synthetic, trainImages: 40 }";
    expect(refusal(() => plan("{ epochs: 2, batchSize: 64 }", { dataset }))).toContain(
      "Expected training.batchSize to be at most the number of training images, 40, got 64.",
    );
  });

  it("drops that do not increase", () => {
    expect(refusal(() => plan("{ epochs: 2, learningRate: { dropAtEpochs: [1, 1] } }"))).toContain(
      "Expected learningRate.dropAtEpochs to increase, got 1 after 1.",
    );
  });
});

it("the numbers of training images are those of the data sets", () => {
  expect(publishedTrainImages).toEqual(
    Object.fromEntries(datasetNames.map((name) => [name, sources[name].shape.trainImages])),
  );
});
