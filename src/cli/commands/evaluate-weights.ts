// `evaluate --weights FILE MODEL`: tests external weights, with torchvision's or timm's names, on a data set.

import { datasetSchema, type ModelConfig } from "../../config/schema.ts";
import { openEngine } from "../../engines/choice.ts";
import { UserError } from "../../errors.ts";
import { looksOf } from "../../evaluation/protocol.ts";
import { requireChannels, testWeights } from "../../evaluation/tested-weights.ts";
import { looksWords } from "../../reports/protocol-words.ts";
import { wrapText } from "../../text/lines.ts";
import { grouped } from "../../text/quantities.ts";
import type { Dataset } from "../../types.ts";
import { readForeignWeights } from "../../weights/foreign-weights.ts";
import { parseDatasetName } from "../arguments/dataset-name.ts";
import { parseModel } from "../arguments/model-name.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { evaluate } from "../syntax/evaluate.ts";
import { datasetOpener } from "../terminal/dataset-opener.ts";
import type { Io } from "../terminal/io.ts";
import { scoreTable } from "../terminal/score-table.ts";
import { testObserver, unreadableNote } from "../terminal/test-observer.ts";

export type EvaluateWeightsOptions = Omit<OptionsOf<typeof evaluate>, "results"> & { readonly weights: string };

/**
 * Tests a file of weights and prints its score. Always returns 0.
 * @throws UserError where the file is damaged or belongs to another net, or no data set is named
 */
export async function evaluateWeightsCommand(
  names: readonly string[],
  options: EvaluateWeightsOptions,
  io: Io,
): Promise<number> {
  const [name, second] = names;
  if (name === undefined || second !== undefined) {
    throw new UserError(`Expected one net with --weights, such as imagenet-50, got ${names.join(" ")}.`);
  }
  const looks = looksOf(options);
  if (options.statistics === "precise") {
    throw new UserError("Expected --statistics running with --weights, got precise.", [
      "Precise statistics are averaged over the training batches of a run.",
    ]);
  }
  // The defaults of torchvision and timm: option B, a 7×7 stem at any size, a bottleneck's stride in its 3×3 convolution.
  const { stem = "7x7", strideIn = "3x3", shortcut = "B" } = options;
  const { model: config } = parseModel(name, { ...options, stem, strideIn, shortcut });
  const weights = readForeignWeights(options.weights);
  const dataset = await openDatasetFor(config.family, options, io);
  const { test, title } = dataset;
  const { weights: file, mean, std } = options;
  requireChannels({ mean, std }, test.channels);
  const { engine } = await openEngine(options.engine, { adapter: options.adapter, threads: options.threads });
  const net = { file, weights, config, mean, std };
  const observer = testObserver(io);
  const { images, together } = await testWeights(net, dataset, looks, options, observer);
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
      unreadableImages: [...observer.unreadable],
    };
    io.out(`${JSON.stringify(figures, undefined, 2)}\n`);
    return 0;
  }
  const head = `${looksWords({ crops, scales }, !("pixels" in test))}; ${grouped(images)} test images of ${title}; ${engine.description}`;
  io.out(
    `${wrapText(head, io.columns)}\n${scoreTable([{ name, ...together }], io.tableWidth)}${unreadableNote(observer, io.columns)}`,
  );
  return 0;
}

/** Opens the named data set; by default ImageNet for the family imagenet. */
function openDatasetFor(family: ModelConfig["family"], options: EvaluateWeightsOptions, io: Io): Promise<Dataset> {
  const name = options.dataset ?? (family === "imagenet" ? "imagenet" : undefined);
  if (name === undefined) {
    throw new UserError("Expected --dataset with --weights: which images to test on.", [
      "`resnet-exp datasets list` has them.",
    ]);
  }
  const emptyClasses = options.emptyClasses ? "allow" : undefined;
  const { testFraction } = options;
  return datasetOpener(
    options.data,
    io,
  )(datasetSchema.parse({ name: parseDatasetName(name), emptyClasses, testFraction }));
}
