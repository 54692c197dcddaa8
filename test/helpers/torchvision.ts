// The results of test/fixtures/torchvision_resnet.py, and the weights and images from which it computed them.
import { readFileSync } from "node:fs";
import { modelSchema } from "../../src/config/schema.ts";
import { Model } from "../../src/models/model.ts";
import { fromTorch } from "../../src/models/torch-weights.ts";
import type { Batch, NamedTensor } from "../../src/types.ts";
import { hashKey, hashValues } from "./hash-values.ts";

export interface TorchvisionNet {
  depth: number;
  /** The names and shapes of the floating-point entries of its state_dict. */
  shapes: Record<string, number[]>;
  logits: number[][];
}

export const torchvision = JSON.parse(
  readFileSync(new URL("../fixtures/torchvision-resnet.json", import.meta.url), "utf8"),
) as {
  classes: number;
  size: number;
  batch: number;
  nets: TorchvisionNet[];
  multiScale: { scales: number[]; probabilities: number[][] };
  preciseStatistics: { batches: number; batchSize: number; statistics: Record<string, number[]>; logits: number[][] };
};

/** A net's state_dict with the script's numbers. */
export function torchTensors({ shapes }: TorchvisionNet): NamedTensor[] {
  return Object.entries(shapes).map(([name, shape]) => {
    const [outputs = 1, inputs = 1, height = 1, width = 1] = shape;
    const [middle, scale] =
      shape.length === 4
        ? [0, Math.sqrt(6 / (height * width * outputs))]
        : shape.length === 2
          ? [0, Math.sqrt(6 / inputs)]
          : name.endsWith("running_var")
            ? [1, 0.3]
            : name.endsWith("weight")
              ? [0.7, 0.2]
              : [0, 0.1];
    const values = hashValues(hashKey(name), outputs * inputs * height * width);
    const data = new Float32Array(values.length);
    for (let i = 0; i < data.length; i++) data[i] = middle + scale * values[i]!;
    return { name, shape, data };
  });
}

/** torchvision's net in our vocabulary. */
export function torchvisionConfig(depth: number) {
  return modelSchema.parse({ family: "imagenet", depth, shortcut: "B", stem: "7x7", strideIn: "3x3" });
}

/** A net with weights under torchvision's names, on the current engine. */
export function torchModel({ depth }: TorchvisionNet, tensors: readonly NamedTensor[]): Model {
  const { size, classes } = torchvision;
  const model = new Model(torchvisionConfig(depth), { height: size, width: size, channels: 3, classes });
  model.write(fromTorch(model.parameters, tensors, "the fixture"));
  return model;
}

/** The script's images of a key: coarse patches of colour with fine noise. */
export function hashedImages(key: number, count: number, size = torchvision.size): Batch {
  const patches = hashValues(2 * key, count * 4 * 4 * 3);
  const noise = hashValues(2 * key + 1, count * size * size * 3);
  const patchOf = (position: number) => Math.floor((position * 4) / size);
  const images = Float32Array.from(noise, (value, i) => {
    const [channel, pixel] = [i % 3, Math.floor(i / 3)];
    const [x, y, image] = [pixel % size, Math.floor(pixel / size) % size, Math.floor(pixel / size ** 2)];
    return 2 * patches[((image * 4 + patchOf(y)) * 4 + patchOf(x)) * 3 + channel]! + value;
  });
  return { images, shape: [count, size, size, 3], labels: new Int32Array(count) };
}
