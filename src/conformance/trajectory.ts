// The training of a reference net on the current engine, with the same weights and batches as in PyTorch.
import { shortcutNames } from "../config/names.ts";
import { modelSchema, runSchema, type TrainingConfig } from "../config/schema.ts";
import { Model } from "../models/model.ts";
import type { Parameter } from "../models/parameters.ts";
import type { Precision } from "../ops/precision.ts";
import { train } from "../training/train.ts";
import type { Batch, NamedTensor } from "../types.ts";
import { hashValues } from "./hash-values.ts";
import { type ReferenceNet, referenceTraining } from "./reference-nets.ts";

/**
 * The loss before each step, to compare with the net's own `losses`.
 * @param recipe values of `training` besides those of all reference nets
 */
export async function trajectory(
  net: ReferenceNet,
  precision: Precision = "float32",
  recipe: Partial<TrainingConfig> = {},
): Promise<number[]> {
  const { family, depth, block, width, widening, activation, span, inside, size, batch } = net;
  const { steps, learningRate, momentum, weightDecay, classes } = referenceTraining;
  // A block with a shortcut of its own leaves no choice.
  const shortcut = shortcutNames.find((name) => name === net.shortcut);
  const config = modelSchema.parse({ family, depth, block, width, widening, shortcut, activation, span, inside });
  const { training, evaluation, record } = runSchema.parse({
    dataset: { name: "synthetic" },
    model: { family: "cifar", depth: 20 },
    training: {
      batchSize: batch,
      iterations: steps,
      learningRate: { initial: learningRate },
      momentum,
      weightDecay,
      ...recipe,
    },
  });
  const model = new Model(config, { height: size, width: size, channels: 3, classes }, 0, precision);
  try {
    model.write(hashWeights(model.parameters, net.beta));
    const trainingBatch = (iteration: number) => hashBatch(net, iteration);
    const testBatches = () => [hashBatch(net, 0)];
    const losses: number[] = [];
    for await (const event of train({ model, classes, training, evaluation, record, trainingBatch, testBatches })) {
      if (event.kind === "step") losses.push(event.loss);
    }
    return losses;
  } finally {
    model.dispose();
  }
}

function hashWeights(parameters: readonly Parameter[], beta: number): NamedTensor[] {
  let key = 1000;
  return parameters.map(({ name, role, shape }) => {
    const size = shape.reduce((product, length) => product * length, 1);
    if (role === "statistic")
      return { name, shape, data: new Float32Array(size).fill(name.endsWith("variance") ? 1 : 0) };
    const scale = {
      weights: Math.sqrt(3) * Math.sqrt(2 / fanOf(shape)),
      gamma: 0.15,
      beta: 0.3,
      bias: 0.1,
    }[role];
    const middle = { weights: 0, gamma: 0.5, beta, bias: 0 }[role];
    return { name, shape, data: Float32Array.from(hashValues(key++, size), (value) => middle + scale * value) };
  });
}

/** For a convolution by output, for the dense layer by input. */
function fanOf(shape: readonly number[]): number {
  const [height = 1, width = 1, , outputs = 1] = shape;
  return shape.length === 2 ? height : height * width * outputs;
}

// Coarse patches of colour with fine noise, so that images differ by more than their noise, like photographs.
function hashBatch({ batch, size }: ReferenceNet, iteration: number): Batch {
  const patches = hashValues(2 * iteration, batch * 4 * 4 * 3);
  const noise = hashValues(2 * iteration + 1, batch * size * size * 3);
  const patchOf = (position: number) => Math.floor((position * 4) / size);
  const images = Float32Array.from(noise, (value, i) => {
    const [channel, pixel] = [i % 3, Math.floor(i / 3)];
    const [x, y, image] = [pixel % size, Math.floor(pixel / size) % size, Math.floor(pixel / size ** 2)];
    return 0.75 * patches[((image * 4 + patchOf(y)) * 4 + patchOf(x)) * 3 + channel]! + 0.25 * value;
  });
  const labels = Int32Array.from(
    hashValues(5000 + iteration, batch),
    (value) => ((value + 1) / 2) * referenceTraining.classes,
  );
  return { images, shape: [batch, size, size, 3], labels };
}
