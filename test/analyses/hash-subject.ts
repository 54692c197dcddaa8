// A run with made-up weights and images, as in test/fixtures/pytorch_lesion.py, for tests of analyses.
import type { Subject } from "../../src/analyses/analysis.ts";
import { type ModelConfig, modelSchema, runSchema } from "../../src/config/schema.ts";
import { Model } from "../../src/models/model.ts";
import type { Batch, NamedTensor } from "../../src/types.ts";
import { hashKey, hashValues } from "../helpers/hash-values.ts";

const size = 8;
const classes = 10;

/** The engine must be open. */
export async function hashSubject(model: object, images = 24): Promise<Subject> {
  const sections = runSchema.parse({
    dataset: { name: "synthetic" },
    model: { family: "cifar", width: 4, ...model },
    training: { batchSize: 16, iterations: 10, augmentation: "none" },
    evaluation: { batchSize: 16 },
  });
  const input = { height: size, width: size, channels: 3, classes };
  return {
    sections,
    input,
    seed: 3,
    weights: await hashWeights(sections.model, input),
    testBatches: () => [batchOf("images", images)],
    trainingBatch: async (iteration) => batchOf(`batch ${iteration}`, 16),
  };
}

function batchOf(name: string, count: number): Batch {
  return {
    images: Float32Array.from(hashValues(hashKey(name), count * size * size * 3)),
    shape: [count, size, size, 3],
    labels: Int32Array.from({ length: count }, (_, i) => (7 * i) % classes),
  };
}

async function hashWeights(config: ModelConfig, input: Subject["input"]): Promise<NamedTensor[]> {
  const model = new Model(modelSchema.parse(withoutNone(config)), input);
  try {
    return (await model.read()).map(({ name, shape }) => ({ name, shape, data: hashTensor(name, shape) }));
  } finally {
    model.dispose();
  }
}

/** A plain net has no shortcut to write down. */
function withoutNone({ shortcut, ...model }: ModelConfig): object {
  return shortcut === "none" ? model : { ...model, shortcut };
}

function hashTensor(name: string, shape: readonly number[]): Float32Array {
  const count = shape.reduce((product, length) => product * length, 1);
  const [scale, offset] = scaleOf(name, shape);
  return Float32Array.from(hashValues(hashKey(name), count), (value) => offset + scale * value);
}

function scaleOf(name: string, shape: readonly number[]): [scale: number, offset: number] {
  if (shape.length === 4) return [Math.sqrt(6 / (shape[0]! * shape[1]! * shape[3]!)), 0];
  if (shape.length === 2) return [Math.sqrt(6 / shape[0]!), 0];
  if (name.endsWith(".gamma")) return [0.2, 0.7];
  if (name.endsWith(".variance")) return [0.3, 1];
  return [0.1, 0];
}
