// Tests weights from other programs, with the names of torchvision or timm, by a protocol of the paper.
import type { ModelConfig } from "../config/schema.ts";
import { openTest } from "../datasets/feed.ts";
import type { Look } from "../datasets/looks.ts";
import { UserError } from "../errors.ts";
import { Model } from "../models/model.ts";
import { underTorchNames } from "../models/torch-names.ts";
import { fromTorch, withoutDeviations } from "../models/torch-weights.ts";
import { listed } from "../text/listing.ts";
import { type TestResult, testNets } from "../training/protocols.ts";
import type { Dataset, NamedTensor } from "../types.ts";
import { requireFinite } from "../weights/finite-weights.ts";
import type { ForeignWeights } from "../weights/foreign-weights.ts";
import { interruptible } from "./finished-run.ts";
import { batchSizeFor, type Protocol } from "./protocol.ts";
import type { TestObserver } from "./test-observer.ts";

/** Weights, and the mean and standard deviation that normalised their training images. */
export interface ForeignNet {
  readonly file: string;
  readonly weights: ForeignWeights;
  readonly config: ModelConfig;
  /** Of each channel, in units of pixel/255. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** The batch size of the tests within runs. */
const ownBatchSize = 256;

/** @throws UserError where there is not one number for each channel of the images */
export function requireChannels({ mean, std }: Pick<ForeignNet, "mean" | "std">, channels: number): void {
  for (const [option, list] of [
    ["--mean", mean],
    ["--std", std],
  ] as const) {
    if (list.length === channels) continue;
    throw new UserError(`Expected ${option} to have ${channels} numbers, one for each channel, got ${list.length}.`);
  }
}

/** Tests the net under these looks, on the engine in force. @throws UserError where the weights are another net's */
export async function testWeights(
  { file, weights, config, mean, std }: ForeignNet,
  dataset: Dataset,
  looks: readonly Look[],
  protocol: Pick<Protocol, "scales" | "batch">,
  { onImages, onUnreadable, onNote, signal }: TestObserver,
): Promise<TestResult> {
  const { test, classes } = dataset;
  const { height, width, channels } = test;
  const model = new Model(config, { height, width, channels, classes: classes.length });
  try {
    const { tensors, notes } = underTorchNames(weights.tensors, file);
    for (const note of [...typeNotes(weights, file), ...notes]) onNote(note);
    requireClasses(tensors, dataset, file);
    const own = fromTorch(model.parameters, tensors, file);
    requireFinite(tensors, file);
    model.write(withoutDeviations(own, std));
    const testUnder = openTest(
      dataset,
      { dataset: { name: dataset.name }, evaluation: {} },
      mean,
      batchSizeFor(protocol, ownBatchSize, height),
      onUnreadable,
    );
    const batches = looks.map((look) => interruptible(testUnder(look), signal));
    return await testNets([{ model, looks: batches }], (seen) => onImages(seen, test.count));
  } finally {
    model.dispose();
  }
}

/** Notes on types: the types that were converted, and tensors that no net here can use. */
function typeNotes({ converted, others }: ForeignWeights, file: string): string[] {
  const left = others.filter(({ name }) => !name.endsWith("num_batches_tracked"));
  return [
    ...(converted.length > 0
      ? [`The numbers in ${file} are ${converted.join(" and ")}; they are read as float32.`]
      : []),
    ...(left.length > 0
      ? [`Left out of ${file}: ${listed(left.map(({ name, type }) => `${name} of type ${type}`))}.`]
      : []),
  ];
}

/** @throws UserError where the dense layer tells another number of classes than the images have */
function requireClasses(tensors: readonly NamedTensor[], { title, classes }: Dataset, file: string): void {
  const [given, inputs] = tensors.find(({ name }) => name === "fc.weight")?.shape ?? [];
  if (inputs === undefined || given === classes.length) return;
  throw new UserError(
    `Expected ${file} to hold a net with ${classes.length} classes, like ${title}, got one with ${given}.`,
    [
      `Test it on images of ${given} classes: --dataset NAME, --data DIR.`,
      "If the folder has images of only some classes: add an empty folder in train/ for each other class, and use --empty-classes.",
    ],
  );
}
