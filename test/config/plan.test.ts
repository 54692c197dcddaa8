import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Cell } from "../../src/config/cells.ts";
import { type Experiment, loadExperiment } from "../../src/config/load.ts";
import { globMatcher, planRuns } from "../../src/config/plan.ts";
import { answer, temporaryFolder } from "./folder.ts";

const folder = temporaryFolder();

/** An experiment with this matrix and base model, of the cifar family unless given. */
function experiment(matrix: string, { family = "cifar", model = "", seeds = "[0]" } = {}): Experiment {
  const file = join(folder.path, "x.yaml");
  writeFileSync(
    file,
    `name: a
dataset: { name: synthetic }
model: { family: ${family}${model} }
training: { iterations: 10 }
seeds: ${seeds}
matrix: ${matrix}
`,
  );
  return loadExperiment(file);
}

const net = { model: ", depth: 20" };
const labels = (of: Experiment) => planRuns(of).map(({ label }) => label);

describe("planRuns", () => {
  it("plans the same runs with any options of Slurm, in the file or in its profile", () => {
    const file = join(folder.path, "slurm.yaml");
    const text =
      "name: a\ndataset: { name: synthetic }\nmodel: { family: cifar, depth: 20 }\ntraining: { iterations: 10 }\n";
    writeFileSync(file, text);
    const plain = planRuns(loadExperiment(file));
    writeFileSync(
      file,
      `${text}slurm: { partition: gpu, time: 60 }\nprofiles: { long: { slurm: { time: "4:00:00" } } }\n`,
    );
    const [short, long] = [loadExperiment(file), loadExperiment(file, { profile: ["long"] })];
    expect([short.document.slurm, long.document.slurm]).toEqual([
      { partition: "gpu", time: 60 },
      { partition: "gpu", time: "4:00:00" },
    ]);
    expect([planRuns(short), planRuns(long)]).toEqual([plain, plain]);
  });

  it("plans the same runs with any expected verdicts, and a profile adds to them", () => {
    const file = join(folder.path, "expect.yaml");
    const text =
      "name: a\ndataset: { name: synthetic }\nmodel: { family: cifar, depth: 20 }\ntraining: { iterations: 10 }\n";
    writeFileSync(file, text);
    const plain = planRuns(loadExperiment(file));
    writeFileSync(
      file,
      `${text}expect: { degradation-34: supported }\nprofiles: { long: { expect: { degradation-34: not tested, degradation-56: undecided } } }\n`,
    );
    const [short, long] = [loadExperiment(file), loadExperiment(file, { profile: ["long"] })];
    expect([short.document.expect, long.document.expect]).toEqual([
      { "degradation-34": "supported" },
      { "degradation-34": "not tested", "degradation-56": "undecided" },
    ]);
    expect([planRuns(short), planRuns(long)]).toEqual([plain, plain]);
  });

  it("plans a run for every cell and seed, the seeds of a cell in a row", () => {
    const runs = planRuns(experiment("{ model.block: [plain, basic], model.depth: [20, 32] }", { seeds: "[0, 5]" }));
    expect(runs.map(({ label, seed }) => `${label} seed ${seed}`)).toEqual([
      "plain-20 seed 0",
      "plain-20 seed 5",
      "plain-32 seed 0",
      "plain-32 seed 5",
      "ResNet-20 seed 0",
      "ResNet-20 seed 5",
      "ResNet-32 seed 0",
      "ResNet-32 seed 5",
    ]);
    expect(runs[3]).toMatchObject({
      experiment: "a",
      label: "plain-32",
      seed: 5,
      axes: { "model.block": "plain", "model.depth": 32 },
      sections: { model: { block: "plain", depth: 32, shortcut: "none" } },
    });
  });

  it("plans one run for cells that resolve to the same sections", () => {
    const runs = planRuns(
      experiment("{ model.shortcut: [A, B, C], model.block: [plain, basic] }", { model: ", depth: 20" }),
    );
    expect(runs.map(({ label }) => label)).toEqual(["plain-20", "ResNet-20 A", "ResNet-20 B", "ResNet-20 C"]);
    expect(runs[0]?.axes).toEqual({ "model.shortcut": "none", "model.block": "plain" });
  });
});

describe("cells with the same decisive values", () => {
  it("are refused, because they would share a label and a directory", () => {
    const { cells, ...rest } = experiment("{ model.depth: [20] }");
    const [cell] = cells as [Cell];
    const other = { ...cell, sections: { ...cell.sections, record: { ...cell.sections.record, checkpointEvery: 7 } } };
    expect(answer(() => planRuns({ ...rest, cells: [cell, other] }))).toBe(
      `Expected each cell of the matrix to have its own label, got ResNet-20 twice.
  The cells are { model.depth: 20 } and { model.depth: 20 }. They would have the same results. Leave one of them out.`,
    );
  });
});

describe("a label", () => {
  it("shows differences between cells that are not on an axis", () => {
    const { cells, ...rest } = experiment("{ model.depth: [20] }");
    const [cell] = cells as [Cell];
    const other = { ...cell, sections: { ...cell.sections, training: { ...cell.sections.training, momentum: 0.5 } } };
    expect(labels({ ...rest, cells: [cell, other] })).toEqual([
      "ResNet-20 training.momentum=0.9",
      "ResNet-20 training.momentum=0.5",
    ]);
  });

  it("is the paper's name of the net", () => {
    expect(labels(experiment("{ model.depth: [20, 56] }"))).toEqual(["ResNet-20", "ResNet-56"]);
    expect(labels(experiment("{}", { model: ", depth: 20, block: plain-bottleneck" }))).toEqual(["plain-20"]);
  });

  it("leaves out a shortcut that does not vary", () => {
    expect(labels(experiment("{ model.depth: [18, 34], model.shortcut: [B] }", { family: "imagenet" }))).toEqual([
      "ResNet-18",
      "ResNet-34",
    ]);
  });

  it("names the block only if two kinds of block make a net of one depth", () => {
    expect(labels(experiment("{ model.depth: [34, 50] }", { family: "imagenet" }))).toEqual(["ResNet-34", "ResNet-50"]);
    expect(
      labels(experiment("{ model.block: [plain, plain-bottleneck, bottleneck] }", { model: ", depth: 20" })),
    ).toEqual(["plain-20 basic", "plain-20 bottleneck", "ResNet-20 bottleneck"]);
  });

  it("shows each other axis that varies, by its last key", () => {
    const matrix = "{ training.learningRate.initial: [0.1, 0.01], training.momentum: [0.9], model.width: [8, 16] }";
    expect(labels(experiment(matrix, { model: ", depth: 20" }))).toEqual([
      "ResNet-20 initial=0.1 width=8",
      "ResNet-20 initial=0.1 width=16",
      "ResNet-20 initial=0.01 width=8",
      "ResNet-20 initial=0.01 width=16",
    ]);
  });

  it("shows each of the values that vary together", () => {
    const batch =
      "[{ training.batchSize: 8, training.learningRate.initial: 0.1 }, { training.batchSize: 16, training.learningRate.initial: 0.2 }]";
    expect(labels(experiment(`{ batch: ${batch} }`, net))).toEqual([
      "ResNet-20 batchSize=8 initial=0.1",
      "ResNet-20 batchSize=16 initial=0.2",
    ]);
  });

  it("shows a list with a plus between its values", () => {
    expect(labels(experiment("{ training.learningRate.dropAt: [[], [5], [3, 6]] }", net))).toEqual([
      "ResNet-20 dropAt=none",
      "ResNet-20 dropAt=5",
      "ResNet-20 dropAt=3+6",
    ]);
  });

  it("shows no drops of the rate where the schedule has none", () => {
    const matrix = "{ training.learningRate.schedule: [step, cosine], training.learningRate.dropAt: [[5], [3, 6]] }";
    expect(labels(experiment(matrix, net))).toEqual([
      "ResNet-20 dropAt=5",
      "ResNet-20 dropAt=3+6",
      "ResNet-20 schedule=cosine",
    ]);
  });

  it("shows the whole path if two axes end in the same key", () => {
    const matrix = "{ training.batchSize: [1, 2], evaluation.batchSize: [3, 4] }";
    expect(labels(experiment(matrix, { model: ", depth: 20" }))[0]).toBe(
      "ResNet-20 training.batchSize=1 evaluation.batchSize=3",
    );
  });

  it("names the activation, and the other axes that tell cells apart", () => {
    const matrix =
      "{ model.activation: [original, full-pre-activation], model.lastGamma: [1, 0] }\nexclude: [{ model.activation: full-pre-activation, model.lastGamma: 0 }]";
    expect(labels(experiment(matrix, { model: ", depth: 20" }))).toEqual([
      "ResNet-20",
      "ResNet-20 lastGamma=0",
      "ResNet-20 full-pre-activation",
    ]);
  });

  it("shows a default if it is the only value to show, or if other cells show it too", () => {
    expect(
      labels(experiment("{ model.lastGamma: [1, 0], model.activation: [original, full-pre-activation] }", net)),
    ).toEqual([
      "ResNet-20 lastGamma=1 original",
      "ResNet-20 lastGamma=1 full-pre-activation",
      "ResNet-20 lastGamma=0 original",
      "ResNet-20 lastGamma=0 full-pre-activation",
    ]);
    expect(labels(experiment("{ model.lastGamma: [1, 0] }", net))).toEqual([
      "ResNet-20 lastGamma=1",
      "ResNet-20 lastGamma=0",
    ]);
    const star =
      "{ model.lastGamma: [1, 0], model.width: [8, 16] }\nexclude: [{ model.lastGamma: 0, model.width: 16 }]";
    expect(labels(experiment(star, net))).toEqual(["ResNet-20 width=8", "ResNet-20 width=16", "ResNet-20 lastGamma=0"]);
  });

  it("counts lastSurvival 1 as the default, because no block is dropped without stochastic depth", () => {
    const matrix =
      "{ model.lastGamma: [1, 0], model.stochasticDepth.lastSurvival: [1, 0.5] }\nexclude: [{ model.lastGamma: 0, model.stochasticDepth.lastSurvival: 0.5 }]";
    expect(labels(experiment(matrix, net))).toEqual([
      "ResNet-20",
      "ResNet-20 lastSurvival=0.5",
      "ResNet-20 lastGamma=0",
    ]);
  });

  it("is different for every cell", () => {
    const axes = [
      "model.block: [plain, basic, bottleneck, plain-bottleneck]",
      "model.shortcut: [A, B, C]",
      "model.depth: [20, 56]",
      "model.stem: [auto, 3x3]",
      "training.momentum: [0, 0.9]",
      "model.batchNorm.momentum: [0.1, 0.2]",
      "dataset.validationImages: [0, 100]",
    ];
    const all = labels(experiment(`{ ${axes.join(", ")} }`));
    // Four blocks; only the two with shortcuts have a cell for each shortcut.
    expect(all).toHaveLength((2 * 3 + 2) * 2 * 2 * 2 * 2 * 2);
    expect(new Set(all).size).toBe(all.length);
  });
});

describe("--only", () => {
  const study = () => experiment("{ model.block: [plain, basic], model.depth: [20, 32] }", { seeds: "[0, 1]" });
  const only = (glob: string) => planRuns(study(), glob).map(({ label, seed }) => `${label} ${seed}`);

  it("chooses by label, in any case", () => {
    expect(only("plain-20")).toEqual(["plain-20 0", "plain-20 1"]);
    expect(only("resnet-*")).toEqual(["ResNet-20 0", "ResNet-20 1", "ResNet-32 0", "ResNet-32 1"]);
  });

  it("chooses by label and seed", () => {
    expect(only("*-32 seed 1")).toEqual(["plain-32 1", "ResNet-32 1"]);
  });

  it("does not change labels", () => {
    const shortcuts = experiment("{ model.shortcut: [A, B] }", { model: ", depth: 20" });
    expect(planRuns(shortcuts, "*A").map(({ label }) => label)).toEqual(["ResNet-20 A"]);
  });

  it("lists the labels if nothing matches", () => {
    expect(answer(() => planRuns(study(), "plain-21"))).toBe(`Expected --only to match a run of a, got "plain-21".
  Did you mean "plain-20"?
  Its runs: plain-20, plain-32, ResNet-20, ResNet-32.`);
    expect(
      answer(() =>
        planRuns(
          experiment(`{ model.width: [${Array.from({ length: 25 }, (_, i) => i + 1)}] }`, { model: ", depth: 20" }),
          "",
        ),
      ),
    ).toMatch(
      /^Expected --only to match a run of a, got ""\.\n {2}Its runs: ResNet-20 width=1, .*ResNet-20 width=20 and 5 more\.$/,
    );
  });

  it.each([
    ["plain-18", "plain-18", true],
    ["plain-18", "plain-180", false],
    ["plain", "plain-18", false],
    ["*", "", true],
    ["*18*", "plain-18 seed 0", true],
    ["p?ain-??", "plain-18", true],
    ["plain-?", "plain-18", false],
    ["{plain,ResNet}-{18,34}", "resnet-34", true],
    ["{plain,ResNet}-{18,34}", "resnet-50", false],
    ["a{,b}", "a", true],
    ["a{b", "a{b", true],
    ["[ab]", "[ab]", true],
    ["[ab]", "a", false],
    ["initial=0.1", "initial=0x1", false],
  ])("%s against %s: %s", (glob, text, matches) => expect(globMatcher(glob)(text)).toBe(matches));

  it("is quick for a glob with many stars", () => {
    expect(globMatcher(`${"*a".repeat(40)}b`)("a".repeat(200))).toBe(false);
  });
});
