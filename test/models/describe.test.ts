import { describe, expect, test } from "vitest";
import { activationNames, blockLayers, blockNames } from "../../src/config/names.ts";
import { type Block, type ModelConfig, modelSchema } from "../../src/config/schema.ts";
import { describeModel, listParameters } from "../../src/models/describe.ts";
import { buildGraph } from "../../src/models/graph.ts";

const cifar10 = { height: 32, width: 32, channels: 3, classes: 10 };
const imagenet = { height: 224, width: 224, channels: 3, classes: 1000 };

function model(options: object): ModelConfig {
  return modelSchema.parse(options);
}

describe("the imagenet family at 224×224 with 1000 classes", () => {
  // Parameters by option A (= plain), B and C; projections of B and C; multiply-adds of option B, counted layer by layer.
  test.each([
    [18, 11_515_688, 11_689_512, 12_043_816, 3, 8, 1.814, 1.8],
    [34, 21_623_848, 21_797_672, 22_716_840, 3, 16, 3.664, 3.6],
    [50, 22_780_456, 25_557_032, 40_128_552, 4, 16, 3.858, 3.8],
    [101, 41_772_584, 44_549_160, 76_981_288, 4, 33, 7.57, 7.6],
    [152, 57_416_232, 60_192_808, 107_335_720, 4, 50, 11.282, 11.3],
  ])(
    "has the parameters, projections and multiply-adds of Table 1 at %i layers",
    (depth, a, b, c, projectionsB, projectionsC, billions, printed) => {
      const family = "imagenet";
      const [optionA, optionB, optionC] = (["A", "B", "C"] as const).map((shortcut) =>
        describeModel(model({ family, depth, shortcut }), imagenet),
      );
      const plain = describeModel(model({ family, depth, block: depth < 50 ? "plain" : "plain-bottleneck" }), imagenet);
      expect([plain, optionA, optionB, optionC].map((net) => net!.parameters)).toEqual([a, a, b, c]);
      expect([plain, optionA, optionB, optionC].map((net) => net!.projections)).toEqual([
        0,
        0,
        projectionsB,
        projectionsC,
      ]);
      expect([plain, optionA, optionB, optionC].map((net) => net!.weightedLayers)).toEqual([
        depth,
        depth,
        depth,
        depth,
      ]);
      expect(Math.round(optionB!.multiplyAdds / 1e6) / 1e3).toBe(billions);
      expect(Math.abs(optionB!.multiplyAdds / 1e9 - printed)).toBeLessThan(0.1);
    },
  );

  test.each([
    [50, 4.089],
    [101, 7.801],
    [152, 11.514],
  ])("costs more at %i layers with the stride in the 3×3 convolution", (depth, billions) => {
    const net = describeModel(model({ family: "imagenet", depth, strideIn: "3x3" }), imagenet);
    expect(Math.round(net.multiplyAdds / 1e6) / 1e3).toBe(billions);
  });

  test("has the output sizes of Table 1: 112, 56, 56, 28, 14, 7 and 1", () => {
    const net = describeModel(model({ family: "imagenet", depth: 50 }), imagenet);
    const sizeAfter = (name: string) => net.layers.findLast((layer) => layer.name.startsWith(name))!.output;
    expect(
      ["stem.conv", "stem.pool", "stage1", "stage2", "stage3", "stage4", "pool"].map((name) => sizeAfter(name).height),
    ).toEqual([112, 56, 56, 28, 14, 7, 1]);
    expect(["stage1", "stage2", "stage3", "stage4"].map((name) => sizeAfter(name).channels)).toEqual([
      256, 512, 1024, 2048,
    ]);
  });

  test.each([
    [18, 9600],
    [34, 17_024],
    [50, 53_120],
    [101, 105_344],
    [152, 151_424],
  ])("spends the known share of its parameters on batch normalisation at %i layers", (depth, expected) => {
    const net = describeModel(model({ family: "imagenet", depth }), imagenet);
    const norms = net.layers.filter((layer) => layer.kind === "norm");
    expect(norms.reduce((sum, layer) => sum + layer.parameters, 0)).toBe(expected);
  });

  test("takes the 3×3 stem of stride 1 for small images", () => {
    const net = describeModel(model({ family: "imagenet", depth: 18 }), cifar10);
    expect(net.layers[0]).toMatchObject({ kernel: 3, stride: 1, output: { height: 32, width: 32, channels: 64 } });
    expect(net.layers.some((layer) => layer.kind === "max-pool")).toBe(false);
  });
});

describe("the cifar family at 32×32 with 10 classes", () => {
  test.each([
    [20, 269_722, 272_474, 283_962, 9, 40.55],
    [32, 464_154, 466_906, 489_594, 15, 68.86],
    [44, 658_586, 661_338, 695_226, 21, 97.17],
    [56, 853_018, 855_770, 900_858, 27, 125.49],
    [110, 1_727_962, 1_730_714, 1_826_202, 54, 252.89],
    [1202, 19_421_274, 19_424_026, 20_538_714, 600, 2829.2],
  ])("has the parameters and multiply-adds of Table 6 at %i layers", (depth, a, b, c, shortcutCount, millions) => {
    const family = "cifar";
    const nets = (["A", "B", "C"] as const).map((shortcut) =>
      describeModel(model({ family, depth, shortcut }), cifar10),
    );
    const plain = describeModel(model({ family, depth, block: "plain" }), cifar10);
    expect([plain, ...nets].map((net) => net!.parameters)).toEqual([a, a, b, c]);
    expect(nets.map((net) => net.projections)).toEqual([0, 2, shortcutCount]);
    expect(plain.weightedLayers).toBe(depth);
    expect(nets[0]!.layers.filter((layer) => layer.kind === "identity")).toHaveLength(shortcutCount);
    expect(Math.abs(nets[0]!.multiplyAdds / 1e6 - millions)).toBeLessThan(0.05);
    const n = (depth - 2) / 6;
    expect(nets[0]!.parameters).toBe(97_216 * n - 21_926);
  });

  test("gives option A no parameters and no cost", () => {
    const [plain, residual] = ["plain", "basic"].map((block) =>
      describeModel(model({ family: "cifar", depth: 56, block }), cifar10),
    );
    expect(residual!.multiplyAdds).toBe(plain!.multiplyAdds);
    expect(residual!.parameters).toBe(plain!.parameters);
  });

  test("names each parameter once", () => {
    const names = listParameters(buildGraph(model({ family: "cifar", depth: 110, shortcut: "C" }), cifar10)).map(
      ({ name }) => name,
    );
    expect(new Set(names).size).toBe(names.length);
  });

  test("scales its three stages by the width", () => {
    const net = describeModel(model({ family: "cifar", depth: 20, width: 8 }), cifar10);
    expect([...new Set(net.layers.filter(({ kind }) => kind === "conv").map(({ output }) => output.channels))]).toEqual(
      [8, 16, 32],
    );
  });
});

describe("the units of Identity Mappings", () => {
  // Bottleneck nets of full pre-activation with projections where channels grow, as released; counted layer by layer.
  test.each([
    [164, 1_703_258],
    [1001, 10_327_706],
  ])("have the parameters of the released pre-activation net at %i layers", (depth, parameters) => {
    const options = { family: "cifar", depth, block: "bottleneck", shortcut: "B", activation: "full-pre-activation" };
    expect(describeModel(model(options), cifar10)).toMatchObject({ parameters, weightedLayers: depth });
  });

  test.each(["bn-after-addition", "relu-before-addition", "relu-only-pre-activation", "no-last-relu"])(
    "have the parameters of the original with %s",
    (activation) => {
      const net = describeModel(model({ family: "cifar", depth: 110, activation }), cifar10);
      expect(net).toMatchObject({ parameters: 1_727_962, weightedLayers: 110 });
    },
  );

  test("have a normalisation at the end instead of in the stem with full pre-activation", () => {
    const net = describeModel(model({ family: "cifar", depth: 20, activation: "full-pre-activation" }), cifar10);
    const norms = net.layers.filter(({ kind }) => kind === "norm");
    expect([norms[0]?.name, norms.at(-1)?.name]).toEqual(["stage1.block1.norm1", "end.norm"]);
    // 64 channels at the end instead of 16 in the stem, and two units that normalise before they double 16 and 32 channels: the
    // sum equals that of the original units.
    expect(net.parameters).toBe(269_722 + 2 * (64 - 16) - 2 * (16 + 32));
  });

  test("give each gate a 1×1 convolution with bias, which the depth does not count", () => {
    const net = describeModel(model({ family: "cifar", depth: 20, shortcut: "exclusive-gating" }), cifar10);
    // Three gates of each of 16, 32 and 64 channels; the first of a stage reads half of its channels.
    const gates = 3 * 16 * 16 + (16 + 2 * 32) * 32 + (32 + 2 * 64) * 64 + 3 * (16 + 32 + 64);
    expect(net).toMatchObject({ parameters: 269_722 + gates, weightedLayers: 20, projections: 9 });
  });
});

describe("blocks with parts inside", () => {
  test("have as many weighted layers as the vocabulary says", () => {
    for (const block of blockNames) {
      const layers = blockLayers[block] === "span" ? 2 : blockLayers[block];
      const depth = 3 * layers + 2;
      expect(describeModel(model({ family: "cifar", depth, block }), cifar10), block).toMatchObject({
        weightedLayers: depth,
      });
    }
  });

  // By timm's and torchvision's counts: seresnet50, resnext50_32x4d, and timm's resnet18 with squeeze and excitation whose
  // number of units is not rounded.
  test.each<[Block, number, number]>([
    ["se-basic", 18, 11_778_592],
    ["se-bottleneck", 50, 28_088_024],
    ["resnext", 50, 25_028_904],
  ])("have the parameters of the released %s net of %i layers", (block, depth, parameters) => {
    const net = describeModel(model({ family: "imagenet", depth, block }), imagenet);
    expect(net).toMatchObject({ parameters, weightedLayers: depth });
  });

  // Wide Residual Networks, Table 4: WRN-28-10 has 36.5 and WRN-40-4 has 8.9 million parameters; released code counts exactly.
  test.each([
    [28, 10, 36_479_194],
    [40, 4, 8_949_210],
    [16, 8, 10_961_370],
  ])("have the parameters of WRN-%i-%i", (depth, widening, parameters) => {
    const wide = { block: "wide-dropout", shortcut: "B", activation: "full-pre-activation" } as const;
    expect(describeModel(model({ family: "cifar", depth, widening, ...wide }), cifar10)).toMatchObject({ parameters });
  });

  test("cost no more with dropout between the convolutions", () => {
    const [dropout, basic] = ["wide-dropout", "basic"].map((block) =>
      describeModel(model({ family: "cifar", depth: 20, block }), cifar10),
    );
    expect(dropout).toMatchObject({ parameters: basic!.parameters, multiplyAdds: basic!.multiplyAdds });
    expect(dropout!.layers.filter(({ kind }) => kind === "dropout")).toHaveLength(9);
  });

  test("have two dense layers for squeeze and excitation, the second's bias in the gate", () => {
    const basic = describeModel(model({ family: "cifar", depth: 20 }), cifar10);
    const net = describeModel(model({ family: "cifar", depth: 20, block: "se-basic" }), cifar10);
    // Three blocks each of 16, 32 and 64 channels, with 1, 2 and 4 units.
    const weights = 3 * (2 * 16 * 1 + 2 * 32 * 2 + 2 * 64 * 4);
    expect(net.parameters - basic.parameters).toBe(weights + 3 * (1 + 2 + 4) + 3 * (16 + 32 + 64));
    expect(net.multiplyAdds - basic.multiplyAdds).toBe(weights);
  });

  test("split the weights of a grouped convolution among its groups", () => {
    const inside = { groups: 4, groupWidth: 32 };
    const net = describeModel(model({ family: "cifar", depth: 20, block: "resnext", inside }), cifar10);
    // 4 groups of 32 · 16/64 = 8 channels: each of the 32 outputs reads 8 inputs.
    expect(net.layers.find(({ name }) => name === "stage1.block1.conv2")).toMatchObject({
      output: { channels: 32 },
      parameters: 9 * 8 * 32,
      multiplyAdds: 9 * 8 * 32 * 32 * 32,
    });
  });
});

describe("a net without normalisation", () => {
  test("has a bias in each convolution and, with skip-init, a number for each block", () => {
    const basic = describeModel(model({ family: "cifar", depth: 20 }), cifar10);
    const net = describeModel(model({ family: "cifar", depth: 20, block: "skip-init" }), cifar10);
    // The channels of the stem and of six convolutions in each stage: each has a bias in the place of γ and β.
    const channels = 16 + 6 * (16 + 32 + 64);
    expect(net.parameters).toBe(basic.parameters - channels + 9);
    expect(net).toMatchObject({ multiplyAdds: basic.multiplyAdds, weightedLayers: 20 });
    expect(net.layers.filter(({ kind }) => kind === "norm")).toEqual([]);
  });

  test.each(activationNames)("has no normalisation in the order %s", (activation) => {
    for (const block of ["skip-init", "repvgg-folded"]) {
      const graph = buildGraph(model({ family: "cifar", depth: 20, block, activation, shortcut: "B" }), cifar10);
      expect(graph.operations.filter(({ kind }) => kind === "norm")).toEqual([]);
      expect(listParameters(graph).filter(({ role }) => role === "statistic")).toEqual([]);
    }
  });
});

test("the trained numbers of skip-init start where the file says, else at 0", () => {
  const starts = (inside?: { multiplier: number }) =>
    listParameters(buildGraph(model({ family: "cifar", depth: 8, block: "skip-init", inside }), cifar10))
      .filter(({ name }) => name.includes("multiplier"))
      .map(({ initial }) => initial);
  expect(starts()).toEqual(Array(3).fill({ kind: "constant", value: 0 }));
  expect(starts({ multiplier: 0.5 })).toEqual(Array(3).fill({ kind: "constant", value: 0.5 }));
});

test("the head starts small, or with He's deviation for its inputs", () => {
  const start = (head?: string) =>
    listParameters(buildGraph(model({ family: "cifar", depth: 8, width: 8, head }), cifar10)).at(-2);
  expect(start()).toMatchObject({ name: "dense.weights", initial: { kind: "normal", deviation: 0.01 } });
  // Of 32 features: √(2/32).
  expect(start("he")).toMatchObject({ name: "dense.weights", initial: { kind: "normal", deviation: 0.25 } });
});

describe("repvgg", () => {
  test("has a 3×3, a 1×1 and, where the shape stays, an identity branch, each with a normalisation", () => {
    const net = describeModel(model({ family: "cifar", depth: 20, block: "repvgg" }), cifar10);
    // Stem; six blocks in each stage, of which the first of stages 2 and 3 have no identity branch; dense layer.
    const widen = (from: number, to: number) => 10 * from * to + 2 * 2 * to;
    const keep = (channels: number) => 10 * channels ** 2 + 3 * 2 * channels;
    const stages = 6 * keep(16) + widen(16, 32) + 5 * keep(32) + widen(32, 64) + 5 * keep(64);
    expect(net.parameters).toBe(27 * 16 + 2 * 16 + stages + 650);
    expect(net).toMatchObject({ parameters: 301_914, multiplyAdds: 45_007_488, weightedLayers: 20, projections: 18 });
  });

  test("folded is a plain net of convolutions with bias", () => {
    const plain = describeModel(model({ family: "cifar", depth: 20, block: "plain" }), cifar10);
    const net = describeModel(model({ family: "cifar", depth: 20, block: "repvgg-folded" }), cifar10);
    expect(net.parameters).toBe(plain.parameters - 16 - 6 * (16 + 32 + 64));
    expect(net).toMatchObject({ multiplyAdds: plain.multiplyAdds, weightedLayers: 20, projections: 0 });
  });
});

describe("a net whose shortcuts cross", () => {
  test.each([
    [1, 18],
    [2, 9],
    [3, 6],
  ])("%i layers has the parameters of any other of its depth and %i shortcuts", (span, shortcuts) => {
    const net = describeModel(model({ family: "cifar", depth: 20, span }), cifar10);
    expect(net).toMatchObject({ parameters: 269_722, weightedLayers: 20 });
    expect(net.layers.filter(({ kind }) => kind === "identity")).toHaveLength(shortcuts);
  });
});

test("lastGamma sets the initial γ of the last normalisation of each block only", () => {
  const graph = buildGraph(model({ family: "cifar", depth: 8, lastGamma: 0 }), cifar10);
  const zero = listParameters(graph).filter(
    ({ role, initial }) => role === "gamma" && initial.kind === "constant" && initial.value === 0,
  );
  expect(zero.map(({ name }) => name)).toEqual([1, 2, 3].map((stage) => `stage${stage}.block1.norm2.gamma`));
});

describe("a bottleneck with the stride in", () => {
  test.each(["1x1", "3x3"] as const)("the %s convolution has the same parameters", (strideIn) => {
    const net = describeModel(model({ family: "imagenet", depth: 50, strideIn }), imagenet);
    const strided = net.layers.filter((layer) => layer.name.startsWith("stage2.block1.conv") && layer.stride === 2);
    expect(strided.map(({ kernel }) => kernel)).toEqual([strideIn === "1x1" ? 1 : 3]);
    expect(net.parameters).toBe(25_557_032);
  });
});
