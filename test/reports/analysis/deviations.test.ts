import { describe, expect, it } from "vitest";
import { loadExperiment } from "../../../src/config/load.ts";
import { planRuns } from "../../../src/config/plan.ts";
import { valuePaths } from "../../../src/config/vocabulary.ts";
import { phrases } from "../../../src/reports/analysis/deviation-phrases.ts";
import { deviations, gradeOf } from "../../../src/reports/analysis/deviations.ts";
import { type SampleOptions, sampleRun } from "../../records/sample-run.ts";
import { paperRun } from "../sample-records.ts";

const engine = "engine cpu on one device, not 2 GPUs that split each batch";
const texts = (options: SampleOptions) => deviations(sampleRun(options)).map(({ text }) => text);
const grade = (options: SampleOptions) => gradeOf(deviations(sampleRun(options)));

describe("deviations", () => {
  it("are only the engine for the paper's own recipe", () => {
    expect(texts(paperRun(20))).toEqual([engine]);
  });

  it("name every engine that trained the run", () => {
    const run = sampleRun(paperRun(20));
    const { engine: first } = run.provenance;
    const sittings = [{ iteration: 300, startedAt: "2026-01-02T03:04:05.000Z", engine: { ...first, name: "native" } }];
    expect(deviations({ ...run, provenance: { ...run.provenance, sittings } }).map(({ text }) => text)).toEqual([
      engine.replace("cpu", "cpu (native from iteration 300)"),
    ]);
  });

  it("ask for a warm-up at 110 layers and deeper only", () => {
    const drops = { dropAt: [32_000, 48_000] };
    expect(texts(paperRun(110, { training: { learningRate: drops } }))).toEqual(["no warm-up", engine]);
    expect(texts(paperRun(110))).toEqual([engine]);
    expect(texts(paperRun(20, { training: { learningRate: { ...drops, warmUp: {} } } }))).toEqual([
      "a warm-up",
      engine,
    ]);
  });

  it("name everything that is done differently", () => {
    const run = sampleRun({
      dataset: { name: "synthetic", trainImages: 1000, testImages: 500, validationImages: 100 },
      model: { lastGamma: 0, stem: "3x3" },
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
      { text: "synthetic images, not ImageNet", grade: "toy" },
      { text: "the first 1000 training images, not all", grade: "toy" },
      { text: "100 training images held out", grade: "data-scaled" },
      { text: "the first 500 test images, not all", grade: "data-scaled" },
      { text: "width 8, not 64", grade: "toy" },
      { text: "a 3×3 stem, not 7×7 with pooling", grade: "schedule-scaled" },
      { text: "the last γ of a block starts at 0, not 1", grade: "schedule-scaled" },
      { text: "batches of 64, not 256", grade: "schedule-scaled" },
      { text: "600 iterations, not 600000", grade: "toy" },
      { text: "learning rate 0.05, not 0.1", grade: "schedule-scaled" },
      { text: "learning rate drops at no iteration, not 150000 and 300000", grade: "schedule-scaled" },
      { text: "learning rate drops by a factor of 0.2, not 0.1", grade: "schedule-scaled" },
      { text: "momentum 0.8, not 0.9", grade: "schedule-scaled" },
      { text: "weight decay 0, not 0.0001", grade: "schedule-scaled" },
      { text: "augmentation none, not scale-crop-flip-colour", grade: "schedule-scaled" },
      { text: "engine cpu on one device, not 8 GPUs that split each batch", grade: "paper-exact" },
    ]);
  });
});

describe("another schedule", () => {
  it("is one deviation, instead of the drops that it lacks", () => {
    const cosine = paperRun(20, { training: { learningRate: { schedule: "cosine", dropAt: [32_000] } } });
    expect(texts(cosine)).toEqual(["a cosine schedule for the learning rate, not a step schedule", engine]);
    expect(grade(cosine)).toBe("schedule-scaled");
  });
});

describe("a net that the paper does not have", () => {
  const net = (depth: number, model: Record<string, unknown>, options: SampleOptions = {}) => {
    const run = sampleRun(paperRun(depth, { ...options, model }));
    const found = deviations(run);
    return [gradeOf(found), ...found.map(({ text }) => text).filter((text) => text !== engine)];
  };

  it.each([
    [56, { shortcut: "dropout" }, "shortcut dropout, not A"],
    [56, { shortcut: "B" }, "shortcut B, not A"],
    [56, { activation: "full-pre-activation" }, "full-pre-activation units, not original"],
    [56, { stochasticDepth: {} }, "blocks dropped at random, the last kept with probability 0.5"],
    [56, { block: "wide-dropout" }, "block wide-dropout, not basic"],
    [56, { span: 3 }, "3 convolutions in a block, not 2"],
    [26, {}, "26 layers, a depth that no such net in the paper has"],
    [56, { width: 32 }, "width 32, not 16"],
  ])("is named and graded: %i layers, %j", (depth, model, text) => {
    expect(net(depth, model)).toEqual(["other-net", text]);
  });

  it("is not a net whose blocks are all kept, nor a net with settings of a shortcut or a block that it lacks", () => {
    expect(net(56, { stochasticDepth: { lastSurvival: 1 } })).toEqual(["paper-exact"]);
    expect(net(56, { weighing: { gateBias: 0, dropoutRate: 0.1 } })).toEqual(["paper-exact"]);
    expect(net(56, { inside: { groups: 4, multiplier: 0.3 } })).toEqual(["paper-exact"]);
  });

  it("is not a deviation if the experiment names the follow-up's table that has the net", () => {
    const paper = ["identity-mappings-table-1", "identity-mappings-table-2"];
    expect(net(110, { shortcut: "dropout" }, { paper })).toEqual(["paper-exact"]);
    expect(net(110, { activation: "full-pre-activation" }, { paper })).toEqual(["paper-exact"]);
    expect(net(164, { block: "bottleneck", shortcut: "B" }, { paper })).toEqual(["paper-exact"]);
    expect(net(110, { shortcut: "scaling", weighing: { residualScale: 0.25 } }, { paper })).toEqual([
      "other-net",
      "blocks multiplied by 0.25, not 1",
    ]);
    expect(net(110, { shortcut: "dropout" })).toEqual(["other-net", "shortcut dropout, not A"]);
  });
});

describe("the phrases", () => {
  it("exist only for keys of the vocabulary", () => {
    expect(Object.keys(phrases).filter((path) => !valuePaths.includes(path))).toEqual([]);
  });

  it("show a warm-up with other values", () => {
    const warmUp = { fromDepth: 110, learningRate: 0.05, untilTrainError: 0.7 };
    expect(texts(paperRun(110, { training: { learningRate: { dropAt: [32_000, 48_000], warmUp } } }))).toEqual([
      "a warm-up at a rate of 0.05, not 0.01",
      "a warm-up until a training error of 0.7, not 0.8",
      engine,
    ]);
  });
});

describe("the grade", () => {
  it("is paper-exact on any engine, with all training images or the paper's 45,000", () => {
    expect(grade(paperRun(20))).toBe("paper-exact");
    expect(grade(paperRun(20, { dataset: { validationImages: 5000 } }))).toBe("paper-exact");
  });

  it("is schedule-scaled for other training of the paper's net on its images, down to a tenth of the images seen", () => {
    const training = { batchSize: 128, learningRate: { dropAt: [3200, 4800] } };
    expect(grade(paperRun(20, { training: { ...training, iterations: 6400 } }))).toBe("schedule-scaled");
    expect(grade(paperRun(20, { training: { ...training, iterations: 6399 } }))).toBe("toy");
  });

  it("is data-scaled for a copy of the images or a part of them, down to a tenth", () => {
    expect(grade(paperRun(20, { datasetTitle: "CIFAR-10 (JPEG copy)" }))).toBe("data-scaled");
    expect(grade(paperRun(20, { dataset: { trainImages: 5000 } }))).toBe("data-scaled");
    expect(grade(paperRun(20, { dataset: { trainImages: 4999 } }))).toBe("toy");
  });

  it("is scaled in its data for all of ImageNet with another mean or other views, toy for views of less than half", () => {
    const spec = planRuns(
      loadExperiment(new URL("../../../experiments/plain-vs-res.yaml", import.meta.url).pathname, {
        profile: ["imagenet"],
      }),
    )[0]!;
    const { dataset, training, evaluation } = spec.sections;
    const run = { ...sampleRun(), spec, datasetTitle: "ImageNet, mean of each channel" };
    const found = (sections: object) => {
      const all = deviations({ ...run, spec: { ...spec, sections: { ...spec.sections, ...sections } } });
      return { texts: all.map(({ text }) => text).filter((text) => !text.startsWith("engine ")), grade: gradeOf(all) };
    };
    const mean = "images from ImageNet, mean of each channel, not ImageNet";
    expect(found({})).toEqual({ texts: [mean], grade: "data-scaled" });
    expect(
      found({
        dataset: { ...dataset, cropSize: 192 },
        training: { ...training, scale: { from: 224, to: 448 } },
        evaluation: { ...evaluation, shortSide: 224 },
      }),
    ).toEqual({
      texts: [
        mean,
        "crops of 192, not 224",
        "short sides from 224, not 256",
        "short sides up to 448, not 480",
        "test images with a short side of 224, not 256",
      ],
      grade: "data-scaled",
    });
    expect(found({ dataset: { ...dataset, cropSize: 64 } }).grade).toBe("toy");
  });

  it("is toy for a narrow net, for made-up images, and for ImageNet's nets on anything else", () => {
    expect(grade(paperRun(20, { model: { width: 8 } }))).toBe("toy");
    expect(grade(paperRun(20, { datasetTitle: "synthetic", dataset: { name: "synthetic" } }))).toBe("toy");
    expect(grade({ datasetTitle: "CIFAR-10", dataset: { name: "cifar10" }, model: { width: 64 } })).toBe("toy");
  });
});
