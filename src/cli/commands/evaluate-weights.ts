// `evaluate --weights FILE MODEL`: tests weights that others trained, in torchvision's and timm's naming, on a data set.
import { datasetSchema, type ModelConfig } from "../../config/schema.ts";
import { openTest } from "../../datasets/feed.ts";
import { openEngine } from "../../engines/choice.ts";
import { UserError } from "../../errors.ts";
import { interruptible } from "../../evaluation/finished-run.ts";
import { Model } from "../../models/model.ts";
import { fromTorch, withoutDeviations } from "../../models/torch-weights.ts";
import { readForeignWeights } from "../../records/foreign-weights.ts";
import { looksWords } from "../../reports/protocol-words.ts";
import { wrapText } from "../../text/text-table.ts";
import { examine } from "../../training/protocols.ts";
import type { Dataset } from "../../types.ts";
import { type ModelOptions, parseModel } from "../arguments/model-name.ts";
import { batchSizeFor, looksOf } from "../arguments/protocol.ts";
import { datasetOpener } from "../terminal/dataset-opener.ts";
import { imageCounter } from "../terminal/image-counter.ts";
import type { Io } from "../terminal/io.ts";
import { scoreTable } from "../terminal/score-table.ts";
import { unreadableReporter } from "../terminal/unreadable.ts";
import { checkName } from "./datasets.ts";
import type { EvaluateOptions } from "./evaluate.ts";

export interface EvaluateWeightsOptions extends Omit<EvaluateOptions, "results">, ModelOptions {
  readonly weights: string;
  readonly dataset?: string | undefined;
  /** Of each channel, in units of pixel/255, as the weights were trained. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** As runs are tested by themselves. */
const ownBatchSize = 256;

/**
 * Tests a file of weights and prints its score. Always 0.
 * @throws UserError where the file is damaged or another net's, or no data set is named
 */
export async function evaluateWeightsCommand(
  names: readonly string[],
  options: EvaluateWeightsOptions,
  io: Io,
): Promise<number> {
  const [name, second] = names;
  if (name === undefined || second !== undefined) {
    throw new UserError(`Expected one model with --weights, such as imagenet-50, got ${names.join(" ")}.`);
  }
  const looks = looksOf(options);
  if (options.statistics === "precise") {
    throw new UserError("Expected --statistics running with --weights, got precise.", [
      "Precise statistics are averaged over the training batches of a run.",
    ]);
  }
  // As torchvision and timm have them: option B, a 7×7 stem at any size, the stride of a bottleneck in its 3×3.
  const { stem = "7x7", strideIn = "3x3", shortcut = "B" } = options;
  const { model: config } = parseModel(name, { ...options, stem, strideIn, shortcut });
  const { tensors } = readForeignWeights(options.weights);
  const dataset = await openDatasetFor(config.family, options, io);
  const { test, classes, title } = dataset;
  const { height, width, channels } = test;
  for (const [option, list] of [
    ["--mean", options.mean],
    ["--std", options.std],
  ] as const) {
    if (list.length === channels) continue;
    throw new UserError(`Expected ${option} to have ${channels} numbers, one for each channel, got ${list.length}.`);
  }
  const { engine } = await openEngine(options.engine, { threads: options.threads });
  const model = new Model(config, { height, width, channels, classes: classes.length });
  try {
    const weights = fromTorch(model.parameters, tensors, options.weights);
    model.write(withoutDeviations(weights, options.std));
    const batchSize = batchSizeFor(options, ownBatchSize, height);
    const testUnder = openTest(dataset, {}, options.mean, batchSize, unreadableReporter(io));
    const batches = looks.map((look) => interruptible(testUnder(look), io.signal));
    const { images, together } = await examine([{ model, looks: batches }], imageCounter(test.count, io));
    const { crops, scales: given } = options;
    const scales = given ? [...given] : null;
    if (options.json) {
      const figures = {
        weights: options.weights,
        model: name,
        protocol: { crops, scales, statistics: "running" },
        dataset: title,
        images,
        engine: engine.name,
        engineDescription: engine.description,
        ...together,
      };
      io.out(`${JSON.stringify(figures, undefined, 2)}\n`);
      return 0;
    }
    const head = `${looksWords({ crops, scales }, !("pixels" in test))}; ${images.toLocaleString("en-US")} test images of ${title}; ${engine.description}`;
    io.out(`${wrapText(head, io.columns)}\n${scoreTable([[name, together]], io.columns)}`);
    return 0;
  } finally {
    model.dispose();
  }
}

/** The data set that was named, and ImageNet for its family where none was. */
function openDatasetFor(family: ModelConfig["family"], options: EvaluateWeightsOptions, io: Io): Promise<Dataset> {
  const name = options.dataset ?? (family === "imagenet" ? "imagenet" : undefined);
  if (name === undefined) {
    throw new UserError("Expected --dataset with --weights: which images to test on.", [
      "`resnet-exp datasets list` has them.",
    ]);
  }
  return datasetOpener(options.data, io)(datasetSchema.parse({ name: checkName(name) }));
}
