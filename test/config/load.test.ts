import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Experiment, loadExperiment, type Overlay } from "../../src/config/load.ts";
import { datasetNames } from "../../src/config/names.ts";
import { alternatives } from "../../src/config/vocabulary.ts";
import { sound } from "./broken-files.ts";
import { answer, temporaryFolder } from "./folder.ts";
import { keysOf, pathsOf } from "./keys.ts";

const folder = temporaryFolder();

function load(text: string, overlay?: Overlay): Experiment {
  const file = join(folder.path, "x.yaml");
  writeFileSync(file, text);
  return loadExperiment(file, overlay);
}

function answerTo(overlay: Overlay, text = sound): string {
  return answer(() => load(text, overlay)).replaceAll(join(folder.path, "x.yaml"), "x.yaml");
}

/** The value at a path, for each cell. */
function valuesOf({ cells }: Experiment, path: string): unknown[] {
  return cells.map(({ sections }) =>
    path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], sections),
  );
}

const profiles = `${sound}matrix: { model.width: [8, 16] }
profiles:
  smoke:
    training: { iterations: 5, learningRate: { initial: 0.5 } }
    seeds: [3, 4]
  narrow: { model: { width: 4 } }
  wide: { matrix: { model.width: [32, 64], training.batchSize: [1, 2] } }
`;

describe("loadExperiment", () => {
  it("fills in the paper's recipe", () => {
    const { document, cells, profiles } = load(sound);
    expect(document).toEqual({ name: "a", paper: [], seeds: [0] });
    expect(profiles).toEqual([]);
    expect(cells).toEqual([
      {
        axes: {},
        sections: {
          dataset: { name: "synthetic", validationImages: 0 },
          model: {
            family: "cifar",
            depth: 20,
            block: "basic",
            shortcut: "A",
            width: 16,
            widening: 1,
            stem: "auto",
            strideIn: "1x1",
            activation: "original",
            span: 2,
            weighing: { shortcutScale: 0.5, residualScale: 1, gateBias: -6, dropoutRate: 0.5 },
            inside: { dropoutRate: 0.3, reduction: 16, groups: 32, groupWidth: 4, multiplier: 0 },
            head: "small",
            lastGamma: 1,
            batchNorm: { epsilon: 1e-5, momentum: 0.1 },
          },
          training: {
            batchSize: 128,
            iterations: 10,
            learningRate: { schedule: "step", initial: 0.1, dropAt: [], factor: 0.1 },
            momentum: 0.9,
            weightDecay: 1e-4,
            weightDecayOn: "all",
            nesterov: false,
            trainable: "all",
            labelSmoothing: 0,
            precision: "float32",
            augmentation: "pad-crop-flip",
          },
          evaluation: { every: 1000, batchSize: 256 },
          record: { trainEvery: 100, checkpointEvery: 500 },
        },
      },
    ]);
  });

  it("accepts other ways of YAML to write the same values", () => {
    const json = JSON.stringify({
      name: "a",
      dataset: { name: "synthetic" },
      model: { family: "cifar", depth: 20 },
      training: { iterations: 10 },
    });
    expect(load(json).cells).toEqual(load(sound).cells);
    expect(load(`%YAML 1.2\n---\n${sound}...\n`).cells).toEqual(load(sound).cells);
    expect(load(sound.replace("20", "0x14").replace("10", "1e1")).cells).toEqual(load(sound).cells);
    expect(load(sound.replace("20", "&depth 20").replace("10", "*depth")).cells[0]?.sections.training.iterations).toBe(
      20,
    );
  });

  it("expands the matrix so that the last axis varies fastest", () => {
    const experiment = load(`${sound}matrix: { model.width: [8, 16], training.batchSize: [1, 2, 3] }\n`);
    expect(valuesOf(experiment, "model.width")).toEqual([8, 8, 8, 16, 16, 16]);
    expect(valuesOf(experiment, "training.batchSize")).toEqual([1, 2, 3, 1, 2, 3]);
    expect(experiment.cells[4]?.axes).toEqual({ "model.width": 16, "training.batchSize": 2 });
  });

  it("varies values together that are listed under one name, and crosses them with other axes", () => {
    const batch =
      "batch: [{ training.batchSize: 1, training.momentum: 0.5 }, { training.momentum: 0.9, training.batchSize: 2 }]";
    const experiment = load(`${sound}matrix: { ${batch}, model.width: [8, 16] }\n`);
    expect(experiment.cells.map(({ axes }) => Object.entries(axes).map((pair) => pair.join(" ")))).toEqual([
      ["training.batchSize 1", "training.momentum 0.5", "model.width 8"],
      ["training.batchSize 1", "training.momentum 0.5", "model.width 16"],
      ["training.batchSize 2", "training.momentum 0.9", "model.width 8"],
      ["training.batchSize 2", "training.momentum 0.9", "model.width 16"],
    ]);
    expect(valuesOf(experiment, "training.momentum")).toEqual([0.5, 0.5, 0.9, 0.9]);
    expect(experiment.origins.get("matrix.training.momentum")).toBe("file");
  });

  it("lets values of several sections vary together", () => {
    const net = "net: [{ model.width: 8, training.batchSize: 1 }, { model.width: 16, training.batchSize: 2 }]";
    const experiment = load(`${sound}matrix: { ${net} }\n`);
    expect(valuesOf(experiment, "model.width")).toEqual([8, 16]);
    expect(valuesOf(experiment, "training.batchSize")).toEqual([1, 2]);
  });

  it("takes lists as the values of an axis whose key takes a list", () => {
    const experiment = load(`${sound}matrix: { training.learningRate.dropAt: [[], [3, 6], [5]] }\n`);
    expect(valuesOf(experiment, "training.learningRate.dropAt")).toEqual([[], [3, 6], [5]]);
    expect(experiment.cells[1]?.axes).toEqual({ "training.learningRate.dropAt": [3, 6] });
  });

  it("leaves out cells by a list of an axis, or by one of several lists", () => {
    const matrix = `${sound}matrix: { training.learningRate.dropAt: [[3], [3, 6], [5]] }\n`;
    const kept = (exclude: string) =>
      valuesOf(
        load(`${matrix}exclude: [{ training.learningRate.dropAt: ${exclude} }]\n`),
        "training.learningRate.dropAt",
      );
    expect(kept("[3, 6]")).toEqual([[3], [5]]);
    expect(kept("[[3], [5]]")).toEqual([[3, 6]]);
  });

  it("lets an axis give a value that the base leaves out, even a whole section", () => {
    const text = sound.replace("  depth: 20\n", "").replace("dataset: { name: synthetic }\n", "");
    const experiment = load(`${text}matrix: { model.depth: [20, 32], dataset.name: [synthetic, cifar10] }\n`);
    expect(valuesOf(experiment, "model.depth")).toEqual([20, 20, 32, 32]);
    expect(valuesOf(experiment, "dataset.name")).toEqual(["synthetic", "cifar10", "synthetic", "cifar10"]);
  });

  it("accepts an axis in an optional section, which it turns on", () => {
    const experiment = load(`${sound}matrix: { training.learningRate.warmUp.learningRate: [0.01, 0.02] }\n`);
    expect(valuesOf(experiment, "training.learningRate.warmUp")).toEqual([
      { fromDepth: 1, learningRate: 0.01, untilTrainError: 0.8 },
      { fromDepth: 1, learningRate: 0.02, untilTrainError: 0.8 },
    ]);
  });

  it("warms up only nets that are deep enough", () => {
    const text = sound.replace("  depth: 20\n", "").replace("10", "10\n  learningRate: { warmUp: { fromDepth: 110 } }");
    const experiment = load(`${text}matrix: { model.depth: [56, 110, 1202] }\n`);
    const warmUp = { fromDepth: 110, learningRate: 0.01, untilTrainError: 0.8 };
    expect(valuesOf(experiment, "training.learningRate.warmUp")).toEqual([undefined, warmUp, warmUp]);
  });

  it("leaves out drops if the schedule has none", () => {
    const text = sound.replace("10", "10\n  learningRate: { dropAt: [5] }");
    const experiment = load(`${text}matrix: { training.learningRate.schedule: [step, cosine] }\n`);
    expect(valuesOf(experiment, "training.learningRate.dropAt")).toEqual([[5], []]);
  });

  it("leaves out the cells that match every key of an entry of exclude", () => {
    const matrix = "matrix: { model.block: [plain, basic], model.depth: [20, 56, 110] }\n";
    const text = sound.replace("  depth: 20\n", "");
    const experiment = load(`${text}${matrix}exclude: [{ model.block: plain, model.depth: [56, 110] }]\n`);
    expect(experiment.cells.map(({ axes }) => Object.values(axes).join("-"))).toEqual([
      "plain-20",
      "basic-20",
      "basic-56",
      "basic-110",
    ]);
  });

  it("shows the resolved value of an axis", () => {
    const experiment = load(`${sound}matrix: { model.block: [plain, basic], model.shortcut: [A, B] }\n`);
    expect(experiment.cells.map(({ axes }) => axes["model.shortcut"])).toEqual(["none", "none", "A", "B"]);
  });

  it("accepts drops of the learning rate after the end, as in a shortened profile", () => {
    const experiment = load(sound.replace("10", "10\n  learningRate: { dropAt: [5, 500] }"));
    expect(valuesOf(experiment, "training.learningRate.dropAt")).toEqual([[5, 500]]);
  });
});

describe("--profile", () => {
  it("lays the profile over the base, key by key", () => {
    const experiment = load(profiles, { profile: ["smoke"] });
    expect(experiment.profiles).toEqual(["smoke"]);
    expect(experiment.document.seeds).toEqual([3, 4]);
    expect(valuesOf(experiment, "training.iterations")).toEqual([5, 5]);
    expect(valuesOf(experiment, "training.learningRate")).toMatchObject(
      Array(2).fill({ initial: 0.5, dropAt: [], factor: 0.1 }),
    );
  });

  it("replaces an axis by the profile's value", () => {
    expect(valuesOf(load(profiles, { profile: ["narrow"] }), "model.width")).toEqual([4]);
  });

  it("replaces an axis in its place and adds new axes at the end", () => {
    const experiment = load(profiles, { profile: ["wide"] });
    expect(experiment.cells.map(({ axes }) => Object.values(axes))).toEqual([
      [32, 1],
      [32, 2],
      [64, 1],
      [64, 2],
    ]);
  });

  it("lays several profiles over the base in their order", () => {
    const experiment = load(profiles, { profile: ["smoke", "wide", "narrow"] });
    expect(experiment.profiles).toEqual(["smoke", "wide", "narrow"]);
    expect(experiment.document.seeds).toEqual([3, 4]);
    expect(
      experiment.cells.map(({ axes, sections }) => [axes, sections.model.width, sections.training.iterations]),
    ).toEqual([
      [{ "training.batchSize": 1 }, 4, 5],
      [{ "training.batchSize": 2 }, 4, 5],
    ]);
    expect(valuesOf(load(profiles, { profile: ["narrow", "wide"] }), "model.width")).toEqual([32, 32, 64, 64]);
  });

  it("names the profiles that are wrong together only", () => {
    const text = `${sound}profiles:\n  bottle: { model: { block: bottleneck } }\n  deep: { model: { depth: 44 } }\n`;
    expect(
      answerTo({ profile: ["bottle", "deep"] }, text),
    ).toBe(`x.yaml:10:27  Expected depth to be 9n+2 (20, 29, 110, 164, 1001 …), got 44.
   10 |   deep: { model: { depth: 44 } }
      |                           ^^
      With --profile bottle --profile deep.`);
  });

  it("replaces one of the values that vary together, and leaves the others", () => {
    const matrix =
      "matrix: { net: [{ model.width: 8, training.batchSize: 1 }, { model.width: 16, training.batchSize: 2 }] }";
    const text = `${sound}${matrix}\nprofiles:\n  narrow: { model: { width: 4 } }\n  wide: { matrix: { model.width: [32, 64] } }\n`;
    const axesUnder = (...profile: string[]) => load(text, { profile }).cells.map(({ axes }) => Object.values(axes));
    expect(axesUnder("narrow")).toEqual([[1], [2]]);
    expect(axesUnder("wide")).toEqual([
      [1, 32],
      [1, 64],
      [2, 32],
      [2, 64],
    ]);
    expect(valuesOf(load(text, { profile: ["narrow"], set: ["training.batchSize=7"] }), "training.batchSize")).toEqual([
      7,
    ]);
  });

  it("lists the profiles and suggests the nearest", () => {
    expect(answerTo({ profile: ["smok"] }, profiles)).toBe(
      "--profile smok  Expected --profile to be smoke, narrow or wide, got smok.\n      Did you mean smoke?",
    );
    expect(answerTo({ profile: ["constructor"] })).toBe(
      "--profile constructor  Expected --profile to be left out, as the file has no profiles, got constructor.",
    );
  });

  it("is reported together with the errors of the file", () => {
    expect(
      answerTo({ profile: ["tiny"] }, profiles.replace("depth: 20", "depth: 21")),
    ).toBe(`x.yaml:5:10  Expected depth to be 6n+2 (20, 32, 44, 56, 110 …), got 21.
    5 |   depth: 21
      |          ^^

--profile tiny  Expected --profile to be smoke, narrow or wide, got tiny.`);
  });
});

describe("--set", () => {
  it("replaces a value, typed by the vocabulary", () => {
    const set = [
      "training.iterations=20",
      "training.learningRate.initial=1e-2",
      "training.learningRate.dropAt=[100, 200]",
      "training.learningRate.warmUp={}",
      "model.stem=3x3",
      "name=42",
    ];
    const experiment = load(sound, { set });
    expect(experiment.document.name).toBe("42");
    const { training, model } = experiment.cells[0]!.sections;
    expect(training.iterations).toBe(20);
    expect(training.learningRate).toMatchObject({
      initial: 0.01,
      dropAt: [100, 200],
      factor: 0.1,
      warmUp: { fromDepth: 1, learningRate: 0.01, untilTrainError: 0.8 },
    });
    expect(model.stem).toBe("3x3");
  });

  it("adds or replaces an axis if the value has commas", () => {
    expect(valuesOf(load(sound, { set: ["model.depth=20,32, 44"] }), "model.depth")).toEqual([20, 32, 44]);
    expect(valuesOf(load(profiles, { set: ["model.width=1,2,3"] }), "model.width")).toEqual([1, 2, 3]);
  });

  it("adds an axis of lists if the value has several", () => {
    const dropsOf = (value: string) =>
      valuesOf(load(sound, { set: [`training.learningRate.dropAt=${value}`] }), "training.learningRate.dropAt");
    expect(dropsOf("[3, 6],[5]")).toEqual([[3, 6], [5]]);
    expect(dropsOf("[[3, 6], [5]]")).toEqual([[3, 6], [5]]);
    expect(dropsOf("[]")).toEqual([[]]);
  });

  it("replaces an axis of the base or of a profile by a value", () => {
    expect(valuesOf(load(profiles, { set: ["model.width=2"] }), "model.width")).toEqual([2]);
    expect(valuesOf(load(profiles, { profile: ["wide"], set: ["model.width=2"] }), "model.width")).toEqual([2, 2]);
  });

  it("takes the last value if a path is set twice", () => {
    expect(valuesOf(load(sound, { set: ["model.width=1,2", "model.width=4"] }), "model.width")).toEqual([4]);
    expect(valuesOf(load(sound, { set: ["model.width=4", "model.width=1,2"] }), "model.width")).toEqual([1, 2]);
  });

  it.each([
    ["model.depth", "Expected --set to be path=value.\n      An example is --set model.depth=20."],
    ["=20", "Expected --set to be path=value.\n      An example is --set model.depth=20."],
    ["model.depth=", "Expected --set to give model.depth a value, got nothing."],
    [
      "model.depth=~",
      "Expected depth to be a whole number from 1 to 10000, got nothing.\n      depth: number of weighted layers; cifar: 6n+2 (bottleneck: 9n+2; repvgg: 3n+2); imagenet: 18, 34, 50, 101 or 152",
    ],
    ["model.depth=21", "Expected depth to be 6n+2 (20, 32, 44, 56, 110 …), got 21."],
    ["model.depth=20,21", "Expected depth to be 6n+2 (20, 32, 44, 56, 110 …), got 21."],
    ["model.depth=20,", "Expected one comma between values, got a comma without a value beside it."],
    ["model.depth=deep", 'Expected depth to be a whole number from 1 to 10000, got "deep".'],
    ["model.depth=[20", "Expected a closing ], got the end of the text."],
    [
      "model.depth=[20, 32]",
      "Expected depth to be a whole number from 1 to 10000, got a list.\n      To vary it, list its values under matrix.",
    ],
    ["model.width=8,8", "Expected the values of the axis model.width to differ, got 8 again."],
    ["model=5", `Expected model to be a mapping of keys, got 5.\n      Its keys: ${keysOf("model")}.`],
    [
      "model={ detph: 5 }",
      `Expected a key of model, got detph.\n      Did you mean depth?\n      Valid here: ${keysOf("model")}.`,
    ],
    [
      "dataset.name=cifar",
      `Expected name to be ${alternatives(datasetNames)}, got "cifar".\n      Did you mean cifar10?`,
    ],
    [
      "dataset.nme=cifar10",
      "Expected --set to be the path of a value, got dataset.nme.\n      Did you mean dataset.name?\n      Valid: dataset.name, dataset.trainImages, dataset.testImages, dataset.validationImages, dataset.cropSize, dataset.emptyClasses, dataset.testFraction.",
    ],
    [
      "matrix.model.depth=20",
      "Expected --set to be the path of a value, got matrix.model.depth.\n      Did you mean model.depth?\n      A path starts with name, dataset, model, training, evaluation or record.",
    ],
    [
      "depth=20",
      "Expected --set to be the path of a value, got depth.\n      Did you mean model.depth?\n      A path starts with name, dataset, model, training, evaluation or record.",
    ],
    ["seeds=0,1", "Expected --set to change a value of a section, got seeds.\n      Write --seeds 0,1."],
    [
      "profiles.smoke={}",
      "Expected --set to be the path of a value, got profiles.smoke.\n      A path starts with name, dataset, model, training, evaluation or record.",
    ],
    [
      "model.__proto__=1",
      `Expected --set to be the path of a value, got model.__proto__.\n      Valid: ${pathsOf("model")}.`,
    ],
    ["name=../a", 'Expected name to be at most 64 lower-case letters, digits and hyphens, got "../a".'],
    [
      "name=reference",
      "Expected name to be another word than reference: results/reference is kept for the results of this project.",
    ],
  ])("answers %s", (set, message) => {
    expect(answerTo({ set: [set] })).toBe(`--set ${set}  ${message}`);
  });

  it("is named if it makes a value of the file wrong", () => {
    expect(
      answerTo({ set: ["model.family=imagenet"] }),
    ).toBe(`x.yaml:5:10  Expected depth to be 18, 34, 50, 101 or 152, got 20.
    5 |   depth: 20
      |          ^^
      With --set model.family=imagenet.`);
  });
});

describe("--seeds", () => {
  it("replaces the seeds of the file and of the profile", () => {
    expect(load(profiles, { profile: ["smoke"], seeds: [7, 8] }).document.seeds).toEqual([7, 8]);
  });

  it.each([
    [[0, 0], "--seeds 0,0  Expected seeds to differ, got 0 again."],
    [[], "--seeds   Expected seeds to be a list of at least one value, got an empty list."],
    [[Number.NaN], "--seeds NaN  Expected each entry of seeds to be a whole number of at least 0, got .nan."],
    [[-1, 0.5], "--seeds -1,0.5  Expected each entry of seeds to be a whole number of at least 0, got -1."],
  ])("answers %j", (seeds, message) => expect(answerTo({ seeds })).toBe(message));
});

describe("the origin of a value", () => {
  it("is the last layer that gave it", () => {
    const { origins } = load(profiles, {
      profile: ["smoke"],
      set: ["training.momentum=0.5", "training.batchSize=1,2"],
      seeds: [1],
    });
    expect(origins.get("name")).toBe("file");
    expect(origins.get("training.iterations")).toBe("profile smoke");
    expect(origins.get("training.learningRate.initial")).toBe("profile smoke");
    expect(origins.get("training.momentum")).toBe("--set");
    expect(origins.get("matrix.training.batchSize")).toBe("--set");
    expect(origins.get("matrix.model.width")).toBe("file");
    expect(origins.get("seeds")).toBe("--seeds");
    expect(origins.has("training.weightDecay")).toBe(false);
  });
});

describe("anchors", () => {
  const load = (text: string) => {
    const file = join(folder.path, "anchors.yaml");
    writeFileSync(file, text);
    return loadExperiment(file);
  };
  const rest = "name: a\ndataset: { name: synthetic }\ntraining: { iterations: 3 }\n";

  it("may be under keys that start with x-, and be merged; keys next to the merge win", () => {
    const text = `x-net: &net { family: cifar, depth: 8, width: 4 }\nx-wide: &wide { width: 32, depth: 20 }\n${rest}`;
    const model = (merge: string) => load(`${text}model: { ${merge} }\n`).cells[0]!.sections.model;
    expect(model("<<: *net")).toMatchObject({ family: "cifar", depth: 8, width: 4 });
    expect(model("width: 16, <<: *net")).toMatchObject({ depth: 8, width: 16 });
    expect(model("<<: [*net, *wide]")).toMatchObject({ depth: 8, width: 4 });
    expect(model("<<: [*wide, *net]")).toMatchObject({ family: "cifar", depth: 20, width: 32 });
  });

  it("change no result: the runs are the same as without anchors", () => {
    const written = load(`${rest}model: { family: cifar, depth: 8 }\n`);
    const merged = load(`x-net: &net { family: cifar }\n${rest}model: { <<: *net, depth: 8 }\n`);
    expect(merged.cells).toEqual(written.cells);
  });

  it("must be mappings if they are merged", () => {
    expect(() => load(`${rest}model: { <<: 3, family: cifar, depth: 8 }\n`)).toThrow(
      /:4:10 {2}Expected << to merge a mapping, got another value\.\n.*\n.*\n {6}For example <<: \*base, or <<: \[\*base, \*more\]\.$/,
    );
  });
});

it("refuses mixup together with CutMix", () => {
  expect(answerTo({ set: ["training.mixup=0.2", "training.cutmix=1"] })).toContain(
    "Expected training.cutmix to be left out with mixup, as images are mixed in one way, got 1.",
  );
});
