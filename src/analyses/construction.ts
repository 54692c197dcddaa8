// A deeper net made of a trained one by layers set to the identity: the solution that section 1 of the paper says exists.
// Its error must be the trained net's. Then it is trained on, to see whether training keeps what it has.
import type { Settings } from "../config/analysis-schemas.ts";
import { blockLayers, isPlain } from "../config/names.ts";
import type { LearningRateConfig, ModelConfig } from "../config/schema.ts";
import type { Model } from "../models/model.ts";
import { type NetBlock, netBlocks } from "../models/net-blocks.ts";
import { evaluate } from "../training/evaluate.ts";
import { channelStatistics } from "../training/layers.ts";
import { classProbabilities } from "../training/protocols.ts";
import { DivergenceError, train } from "../training/train.ts";
import type { NamedTensor } from "../types.ts";
import type { Analysis, Row, Subject } from "./analysis.ts";
import { laterBatches, withNet, withUntrained } from "./changed-net.ts";
import { identityConvolution, identityNormalisation, withTensors } from "./tensors.ts";
import { closed } from "./units.ts";

type ConstructionSettings = Settings<"construction">;

export const construction: Analysis<ConstructionSettings> = {
  version: 1,

  unsuited({ model }, { depth }) {
    const { family, activation, block, shortcut, widening, stochasticDepth } = model;
    if (family !== "cifar") return "only nets of the cifar family have any number of blocks";
    if (blockLayers[block] !== "span" || block === "wide-dropout" || block === "se-basic") {
      return `a block ${block} has more than layers that can pass on their input`;
    }
    if (activation !== "original") return `activation ${activation} leaves negative numbers between blocks`;
    if (!isPlain(block) && shortcut !== "A" && shortcut !== "B") {
      return `a block with shortcut ${shortcut} does not pass its input on`;
    }
    if (stochasticDepth) return "a net with stochastic depth weighs its blocks by their place";
    if (widening > 1) return "a widened net counts its layers in two ways";
    if (depth <= model.depth) return `it has ${model.depth} layers, and construction.depth is ${depth}`;
    return (depth - 2) % (3 * model.span) === 0
      ? undefined
      : `construction.depth is ${depth}, and such a net has ${3 * model.span}n+2 layers`;
  },

  parts(subject, settings) {
    return [{ name: `depth ${settings.depth}`, measure: () => measure(subject, settings) }];
  },
};

interface Tested {
  readonly error: number | null;
  readonly loss: number | null;
}

async function measure(subject: Subject, settings: ConstructionSettings): Promise<readonly Row[]> {
  const { sections, weights } = subject;
  const deeper: ModelConfig = { ...sections.model, depth: settings.depth };
  const before = await withNet(subject, sections.model, weights, async (model) => ({
    ...(await evaluate(model, subject.testBatches())),
    probabilities: await firstProbabilities(model, subject),
    statistics: await channelStatistics(
      model,
      laterBatches(subject, settings.statisticsBatches),
      endsOfStages(subject),
    ),
  }));
  const built = deeperWeights(
    subject,
    deeper,
    await withUntrained(subject, deeper, (model) => model.read()),
    before.statistics,
  );
  return withNet(subject, deeper, built, async (model) => {
    const constructed = await evaluate(model, subject.testBatches());
    const probabilities = await firstProbabilities(model, subject);
    const row = (step: string, depth: number, iteration: number, { error, loss }: Tested) => {
      return { step, depth, iteration, error, loss };
    };
    const difference = Math.max(...probabilities.map((value, i) => Math.abs(value - before.probabilities[i]!)));
    return [
      { ...row("trained", sections.model.depth, 0, before), difference: 0 },
      { ...row("constructed", settings.depth, 0, constructed), difference },
      ...(await trainedOn(model, subject, settings)).map((tested) => ({
        ...row("trained on", settings.depth, tested.iteration, tested),
        difference: null,
      })),
    ];
  });
}

/** What the net takes the first test images for. */
async function firstProbabilities(model: Model, { testBatches }: Subject): Promise<Float64Array> {
  for await (const batch of testBatches()) return classProbabilities(model, batch);
  throw new Error("Expected test images.");
}

/** The last operation of each stage. New blocks come after it. */
function endsOfStages({ sections, input }: Subject): string[] {
  const lasts = new Map(netBlocks(sections.model, input).map((block) => [stageOf(block), block.end.name]));
  return [...lasts.values()];
}

function stageOf({ name }: NetBlock): string {
  return name.split(".")[0]!;
}

/** The weights of the deeper net: those of the trained net, and new blocks at the end of each stage that pass on their input. */
function deeperWeights(
  subject: Subject,
  deeper: ModelConfig,
  initial: readonly NamedTensor[],
  statistics: Awaited<ReturnType<typeof channelStatistics>>,
): NamedTensor[] {
  const { sections, input, weights } = subject;
  const trained = netBlocks(sections.model, input);
  const old = new Set(trained.map(({ name }) => name));
  const lastOf = new Map(trained.map((block) => [stageOf(block), block.end.name]));
  // New blocks of residual nets start as new nets do, except for what makes their branch zero.
  const all = withTensors(initial, weights);
  return netBlocks(deeper, input)
    .filter(({ name }) => !old.has(name))
    .reduce((built, block) => {
      if (block.hasShortcut) return closed(built, block);
      const passed = statistics.get(lastOf.get(stageOf(block))!)!;
      return withTensors(
        built,
        block.layers.flatMap(({ name, norm }) => [
          identityConvolution(built.find((tensor) => tensor.name === `${name}.weights`)!),
          ...identityNormalisation(norm!, deeper.batchNorm.epsilon, passed),
        ]),
      );
    }, all);
}

/** Trains the net on, with batches that the run has not seen. */
async function trainedOn(model: Model, subject: Subject, settings: ConstructionSettings) {
  const { sections, input, testBatches } = subject;
  const { iterations, learningRate, every } = settings;
  const tested: (Tested & { readonly iteration: number })[] = [];
  if (iterations === 0) return tested;
  const { factor } = sections.training.learningRate;
  const rate = { schedule: "step", initial: learningRate, dropAt: [], factor } satisfies LearningRateConfig;
  const task = {
    model,
    classes: input.classes,
    training: { ...sections.training, iterations, learningRate: rate },
    evaluation: { every, batchSize: sections.evaluation.batchSize },
    record: { trainEvery: iterations, checkpointEvery: iterations },
    trainingBatch: (iteration: number) => subject.trainingBatch(sections.training.iterations + iteration),
    testBatches,
  };
  try {
    for await (const event of train(task)) {
      if (event.kind !== "metric") continue;
      const { iteration, testError, testLoss } = event.metric;
      if (testError !== undefined) tested.push({ iteration, error: testError, loss: testLoss! });
    }
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error;
    tested.push({ iteration: error.iteration, error: null, loss: null });
  }
  return tested;
}
