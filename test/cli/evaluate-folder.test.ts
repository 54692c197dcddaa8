// `evaluate --weights` on a folder of images, compared with the usual steps of PyTorch's ImageNet test: short side 256,
// crops of 224, division by the deviations, softmax. Here they use sharp and one image at a time.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import sharp, { type Sharp } from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { type EvaluateWeightsOptions, evaluateWeightsCommand } from "../../src/cli/commands/evaluate-weights.ts";
import { modelSchema } from "../../src/config/schema.ts";
import { openEngine } from "../../src/engines/choice.ts";
import { Model } from "../../src/models/model.ts";
import { fromTorch, toTorch } from "../../src/models/torch-weights.ts";
import { readForeignWeights } from "../../src/weights/foreign-weights.ts";
import { encodeSafetensors } from "../../src/weights/safetensors.ts";
import { writeImageFolder } from "../datasets/fixtures.ts";
import { temporaryDirectory } from "../records/sample-run.ts";
import { collectingIo } from "./results.ts";

const mean = [0.485, 0.456, 0.406];
const std = [0.229, 0.224, 0.225];
// Sorted by name, because torchvision's ImageFolder numbers classes in that order.
const images = ["n1/val_n10", "n1/val_n11", "n20/val_n200", "n20/val_n201", "n3/val_n30"];
const labels = [0, 0, 1, 1, 2];

beforeAll(async () => {
  await openEngine("native");
});

/** A tiny net with random weights and torchvision's names, whose class probabilities differ between images. */
async function weightsFile(directory: string): Promise<string> {
  const file = join(directory, "weights.safetensors");
  const config = modelSchema.parse({ family: "imagenet", depth: 18, width: 4, stem: "7x7", strideIn: "3x3" });
  const model = new Model(config, { height: 224, width: 224, channels: 3, classes: 3 }, 5);
  const tensors = toTorch(await model.read()).map((tensor) =>
    tensor.name === "fc.weight" ? { ...tensor, data: tensor.data.map((value) => 20 * value) } : tensor,
  );
  model.dispose();
  const parts: Buffer[] = [];
  encodeSafetensors(tensors, { format: "pt" }, (bytes) => parts.push(Buffer.from(bytes)));
  writeFileSync(file, Buffer.concat(parts));
  return file;
}

describe("evaluate --weights on a folder of images", () => {
  test("gives the errors and loss of the usual steps, for one crop, ten crops, and whole images at two scales", async () => {
    const data = temporaryDirectory();
    await writeImageFolder(join(data, "imagenet"));
    const weights = await weightsFile(data);
    const print = async (options: Partial<EvaluateWeightsOptions>) => {
      const io = collectingIo();
      const defaults = { crops: 1, statistics: "running", statisticsBatches: 1, engine: "native", width: 4 } as const;
      await evaluateWeightsCommand(["imagenet-18"], { ...defaults, weights, data, mean, std, ...options }, io);
      return io.text;
    };
    const run = async (options: Partial<EvaluateWeightsOptions>) =>
      JSON.parse(await print({ ...options, json: true })) as { images: number; top1Error: number; loss: number };
    const config = modelSchema.parse({ family: "imagenet", depth: 18, width: 4, stem: "7x7", strideIn: "3x3" });
    const model = new Model(config, { height: 224, width: 224, channels: 3, classes: 3 });
    model.write(fromTorch(model.parameters, readForeignWeights(weights).tensors, weights));
    const probabilities = async (image: Sharp, mirrored = false): Promise<number[]> => {
      const { data: pixels, info } = await image.raw().toBuffer({ resolveWithObject: true });
      const values = Float32Array.from(pixels, (pixel, i) => (pixel / 255 - mean[i % 3]!) / std[i % 3]!);
      return tf.tidy(() => {
        const tensor = tf.tensor4d(values, [1, info.height, info.width, 3]);
        const seen = mirrored ? tf.reverse(tensor, 2) : tensor;
        return [...tf.softmax(model.evaluate(seen as tf.Tensor4D)).dataSync()];
      });
    };
    const resized = (name: string, shortSide: number) => {
      const width = Math.floor((shortSide * 60) / 45);
      return sharp(readFileSync(join(data, "imagenet/val", `${name}.JPEG`))).resize(width, shortSide, {
        fit: "fill",
        kernel: "linear",
      });
    };
    const average = (looks: number[][]) =>
      looks[0]!.map((_, k) => looks.reduce((sum, p) => sum + p[k]!, 0) / looks.length);
    const expectScore = async (
      found: Awaited<ReturnType<typeof run>>,
      looksAt: (name: string) => Promise<number[][]>,
    ) => {
      const all = [];
      for (const name of images) all.push(average(await looksAt(name)));
      const wrong = all.filter((p, image) => p.some((value) => value > p[labels[image]!]!)).length;
      const loss = all.reduce((sum, p, image) => sum - Math.log(p[labels[image]!]!), 0) / all.length;
      expect(found).toMatchObject({ images: 5, top1Error: wrong / 5 });
      expect(found.loss).toBeCloseTo(loss, 5);
    };

    // 341×256: the crop has 117 columns and 32 rows of room; Python rounds 58.5 to 58.
    const crop = (name: string, left: number, top: number) =>
      resized(name, 256).extract({ left, top, width: 224, height: 224 });
    await expectScore(await run({}), async (name) => [await probabilities(crop(name, 58, 16))]);
    expect(await print({})).toMatch(/^one centre crop; 5 test images of images of 3 classes/);
    await expectScore(await run({ crops: 10 }), async (name) => {
      const places = [
        [0, 0],
        [117, 0],
        [0, 32],
        [117, 32],
        [58, 16],
      ] as const;
      const looks = [];
      for (const [left, top] of places)
        for (const mirrored of [false, true]) looks.push(await probabilities(crop(name, left, top), mirrored));
      return looks;
    });
    await expectScore(await run({ scales: [96, 160] }), async (name) => [
      await probabilities(resized(name, 96)),
      await probabilities(resized(name, 160)),
    ]);
    model.dispose();
  });
});
