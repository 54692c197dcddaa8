// Weights in torchvision's naming compute torchvision's logits (fixture: test/fixtures/torchvision_resnet.py).
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { modelSchema } from "../../src/config/schema.ts";
import { resizeBilinear } from "../../src/datasets/resize.ts";
import { openEngine } from "../../src/engines/choice.ts";
import { UserError } from "../../src/errors.ts";
import { listParameters } from "../../src/models/describe.ts";
import { buildGraph } from "../../src/models/graph.ts";
import type { Model } from "../../src/models/model.ts";
import { fromTorch, torchvisionDifferences, toTorch, withoutDeviations } from "../../src/models/torch-weights.ts";
import { averageStatistics } from "../../src/training/precise-statistics.ts";
import { mean, softmax } from "../../src/training/protocols.ts";
import type { Batch, NamedTensor } from "../../src/types.ts";
import { hashedImages, torchModel, torchTensors, torchvision, torchvisionConfig } from "../helpers/torchvision.ts";

beforeAll(async () => {
  await openEngine("native");
});

const { batch, classes, size } = torchvision;
const net18 = torchvision.nets.find(({ depth }) => depth === 18)!;
const tensors18 = torchTensors(net18);

function logitsOf(model: Model, { images, shape }: Batch): number[] {
  return tf.tidy(() => [...model.evaluate(tf.tensor4d(images, [...shape])).dataSync()]);
}

function expectNear(found: ArrayLike<number>, expected: readonly number[], bound: number): void {
  expect(found).toHaveLength(expected.length);
  const distance = Math.max(...expected.map((value, i) => Math.abs(value - found[i]!)));
  expect(distance).toBeLessThan(bound);
}

describe("weights in torchvision's naming", () => {
  test.each(torchvision.nets)(
    "give its logits within 1e-4 at $depth layers, and convert back unchanged",
    async (net) => {
      const tensors = torchTensors(net);
      const model = torchModel(net, tensors);
      expectNear(logitsOf(model, hashedImages(1, batch)), net.logits.flat(), 1e-4);
      const back = toTorch(await model.read());
      const byName = (tensors: NamedTensor[]) => tensors.toSorted((a, b) => (a.name < b.name ? -1 : 1));
      const [found, expected] = [byName(back), byName(tensors)];
      expect(found.map(({ name, shape }) => [name, shape])).toEqual(expected.map(({ name, shape }) => [name, shape]));
      expect(found.every(({ data }, i) => Buffer.compare(bytesOf(data), bytesOf(expected[i]!.data)) === 0)).toBe(true);
      model.dispose();
    },
  );

  test("give its probabilities averaged over several scales", () => {
    const model = torchModel(net18, tensors18);
    const images = hashedImages(1, batch);
    const { scales, probabilities } = torchvision.multiScale;
    const found = scales.map((scale) => {
      const resized = resizeBilinear(images.images, [batch, size, size, 3], scale, scale);
      return softmax(logitsOf(model, { ...images, images: resized, shape: [batch, scale, scale, 3] }), batch);
    });
    expectNear(mean(found), probabilities.flat(), 1e-5);
    model.dispose();
  });

  test("give its precise statistics (a momentum of None) in the first layer and the last, and the logits by them", async () => {
    const { batches, batchSize, statistics, logits } = torchvision.preciseStatistics;
    const model = torchModel(net18, tensors18);
    const images = Array.from({ length: batches }, (_, index) => hashedImages(10 + index, batchSize));
    await averageStatistics(model, images);
    const found = new Map(toTorch(await model.read()).map(({ name, data }) => [name, data]));
    expect(Object.keys(statistics)).toHaveLength(4);
    for (const [name, values] of Object.entries(statistics)) expectNear(found.get(name)!, values, 1e-4);
    expectNear(logitsOf(model, hashedImages(1, batch)), logits.flat(), 1e-3);
    model.dispose();
  });

  test("for images divided by their deviations are converted for images that are not divided", async () => {
    const model = torchModel(net18, tensors18);
    const deviations = [0.5, 2, 4];
    const images = hashedImages(1, batch);
    const multiplied = images.images.map((value, i) => value * deviations[i % 3]!);
    model.write(withoutDeviations(await model.read(), deviations));
    expectNear(logitsOf(model, { ...images, images: multiplied }), net18.logits.flat(), 1e-4);
    model.dispose();
  });
});

describe("weights of another net", () => {
  const parametersOf = (depth: number) =>
    listParameters(buildGraph(torchvisionConfig(depth), { height: 64, width: 64, channels: 3, classes }));
  const refusal = (depth: number, tensors: NamedTensor[]) => {
    try {
      fromTorch(parametersOf(depth), tensors, "w.safetensors");
    } catch (error) {
      if (error instanceof UserError) return { message: error.message, hints: error.hints };
      throw error;
    }
    return undefined;
  };

  test("are refused with the names that are missing, extra or of another shape", () => {
    const one = { name: "head.weight", shape: [1], data: Float32Array.of(1) };
    const without = tensors18.filter(({ name }) => name !== "layer2.0.downsample.0.weight");
    const wrong = without.map((tensor) =>
      tensor.name === "fc.bias" ? { ...tensor, shape: [3], data: new Float32Array(3) } : tensor,
    );
    expect(refusal(18, [...wrong, one])).toEqual({
      message: "Expected w.safetensors to have the weights of this net, got the weights of another net.",
      hints: [
        "Missing: layer2.0.downsample.0.weight.",
        "Not of this net: head.weight.",
        "Other shapes: fc.bias is [3] and should be [12].",
      ],
    });
    expect(refusal(34, tensors18)?.hints).toEqual([
      expect.stringMatching(/^Missing: layer1\.2\.conv1\.weight, .* and 72 more\.$/),
    ]);
  });

  test("may have counters of batches, which are ignored", () => {
    const counter = { name: "bn1.num_batches_tracked", shape: [], data: Float32Array.of(1) };
    expect(refusal(18, [...tensors18, counter])).toBeUndefined();
  });
});

describe("our nets", () => {
  test("have a name in torchvision for every parameter of the paper's blocks", () => {
    for (const model of [
      { family: "cifar", depth: 20 },
      { family: "cifar", depth: 20, shortcut: "C" },
      { family: "imagenet", depth: 18, block: "plain" },
      { family: "imagenet", depth: 101 },
      { family: "cifar", depth: 20, block: "wide-dropout" },
      { family: "imagenet", depth: 18, block: "se-basic" },
      { family: "imagenet", depth: 50, block: "se-bottleneck" },
      { family: "imagenet", depth: 50, block: "resnext" },
    ]) {
      const parameters = listParameters(
        buildGraph(modelSchema.parse(model), { height: 32, width: 32, channels: 3, classes: 10 }),
      );
      const tensors = parameters.map(({ name, shape }) => ({
        name,
        shape,
        data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
      }));
      expect(new Set(toTorch(tensors).map(({ name }) => name)).size).toBe(parameters.length);
    }
  });

  test("use timm's names for squeeze and excitation, with 1×1 convolutions for the dense layers", () => {
    const input = { height: 32, width: 32, channels: 3, classes: 10 };
    const config = modelSchema.parse({ family: "imagenet", depth: 18, block: "se-basic", width: 16 });
    const parameters = listParameters(buildGraph(config, input));
    const tensors = parameters.map(({ name, shape }, key) => ({
      name,
      shape,
      data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => key + i / 1024),
    }));
    const there = toTorch(tensors);
    const shapes = new Map(there.map(({ name, shape }) => [name, shape]));
    expect([...shapes.keys()].filter((name) => name.startsWith("layer2.1.se."))).toEqual([
      "layer2.1.se.fc1.weight",
      "layer2.1.se.fc1.bias",
      "layer2.1.se.fc2.weight",
      "layer2.1.se.fc2.bias",
    ]);
    expect([shapes.get("layer2.1.se.fc1.weight"), shapes.get("layer2.1.se.fc2.weight")]).toEqual([
      [2, 32, 1, 1],
      [32, 2, 1, 1],
    ]);
    fromTorch(parameters, there, "x.safetensors").forEach(({ name, shape, data }, i) => {
      expect([name, shape]).toEqual([tensors[i]!.name, tensors[i]!.shape]);
      expect(Buffer.compare(bytesOf(data), bytesOf(tensors[i]!.data)), name).toBe(0);
    });
  });

  test("with gates have no names there", () => {
    expect(() => toTorch([{ name: "stage1.block1.shortcut.gate.bias", shape: [1], data: Float32Array.of(1) }])).toThrow(
      new UserError("Expected a net that torchvision has, got one with stage1.block1.shortcut.gate.bias."),
    );
  });

  test("that torchvision computes differently come with the differences", () => {
    const differences = (model: object, kernel: number) => torchvisionDifferences(modelSchema.parse(model), kernel);
    expect(torchvisionDifferences(torchvisionConfig(50), 7)).toEqual([]);
    expect(differences({ family: "cifar", depth: 20, shortcut: "B" }, 3)).toEqual([
      "it has no nets of the cifar family",
    ]);
    expect(differences({ family: "imagenet", depth: 50 }, 7)).toEqual([
      "its bottlenecks have the stride in the 3×3, this net's in the first 1×1",
    ]);
    expect(differences({ family: "imagenet", depth: 18, width: 8, shortcut: "A" }, 3)).toEqual([
      "its shortcuts are option B, this net's are A",
      "its width is 64, this net's is 8",
      "its stem is 7×7 with pooling, this net's is 3×3",
    ]);
  });
});

function bytesOf(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
