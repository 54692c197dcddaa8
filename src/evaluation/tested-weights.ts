// Weights that others trained, in torchvision's and timm's naming, tested by a protocol of the paper.
import type { ModelConfig } from "../config/schema.ts";
import { openTest } from "../datasets/feed.ts";
import type { Look } from "../datasets/looks.ts";
import { UserError } from "../errors.ts";
import { Model } from "../models/model.ts";
import { fromTorch, withoutDeviations } from "../models/torch-weights.ts";
import type { readForeignWeights } from "../records/foreign-weights.ts";
import { type TestResult, testNets } from "../training/protocols.ts";
import type { Dataset } from "../types.ts";
import { interruptible } from "./finished-run.ts";
import { batchSizeFor, type Protocol } from "./protocol.ts";
import type { TestObserver } from "./test-observer.ts";

/** Weights and what their images were normalised with as they were trained. */
export interface ForeignNet {
  readonly file: string;
  readonly tensors: ReturnType<typeof readForeignWeights>["tensors"];
  readonly config: ModelConfig;
  /** Of each channel, in units of pixel/255. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** As runs are tested by themselves. */
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
  { file, tensors, config, mean, std }: ForeignNet,
  dataset: Dataset,
  looks: readonly Look[],
  protocol: Pick<Protocol, "scales" | "batch">,
  { onImages, onUnreadable, signal }: TestObserver,
): Promise<TestResult> {
  const { test, classes } = dataset;
  const { height, width, channels } = test;
  const model = new Model(config, { height, width, channels, classes: classes.length });
  try {
    const weights = fromTorch(model.parameters, tensors, file);
    model.write(withoutDeviations(weights, std));
    const testUnder = openTest(dataset, {}, mean, batchSizeFor(protocol, ownBatchSize, height), onUnreadable);
    const batches = looks.map((look) => interruptible(testUnder(look), signal));
    return await testNets([{ model, looks: batches }], (seen) => onImages(seen, test.count));
  } finally {
    model.dispose();
  }
}
