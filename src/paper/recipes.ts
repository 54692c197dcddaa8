// How the paper trained its nets, written as experiment files, so that a report can list a run's deviations.
// From Sections 3.4 and 4.2. The ImageNet learning rate drops where Figure 4 shows it; the text only says "when the error
// plateaus".
import { leavesOf } from "../config/decisive.ts";
import { type ModelConfig, modelSchema, type RunSections, runSchema, type WrittenSections } from "../config/schema.ts";
import { withUsedRate } from "../config/used-rate.ts";
import { curveEnds } from "./curves.ts";
import { identityMappings } from "./identity-mappings.ts";
import { type PaperModel, tables } from "./tables.ts";

type Family = ModelConfig["family"];

/** How the paper trained one family of nets. */
export interface PaperRecipe {
  readonly dataset: "ImageNet" | "CIFAR-10";
  readonly trainImages: number;
  /** Training images held out to choose the schedule. The paper does not say whether the final nets were trained on them. */
  readonly heldOut: number;
  /** GPUs that shared a batch: batch normalisation used only the part of the batch on each GPU. */
  readonly gpus: number;
  /** The sections of an experiment file without the net. Missing values have their defaults. */
  readonly document: Omit<WrittenSections, "model">;
}

const optimiser = { momentum: 0.9, weightDecay: 1e-4 };

/** The recipe of each family of nets. */
export const recipes = {
  cifar: {
    dataset: "CIFAR-10",
    trainImages: 50_000,
    heldOut: 5000,
    gpus: 2,
    document: {
      dataset: { name: "cifar10" },
      training: {
        ...optimiser,
        batchSize: 128,
        iterations: 64_000,
        learningRate: {
          initial: 0.1,
          dropAt: [32_000, 48_000],
          factor: 0.1,
          warmUp: { fromDepth: 110, learningRate: 0.01, untilTrainError: 0.8 },
        },
        augmentation: "pad-crop-flip",
      },
    },
  },
  imagenet: {
    dataset: "ImageNet",
    trainImages: 1_280_000,
    heldOut: 0,
    gpus: 8,
    document: {
      dataset: { name: "imagenet" },
      training: {
        ...optimiser,
        batchSize: 256,
        iterations: 600_000,
        learningRate: { initial: 0.1, dropAt: [150_000, 300_000], factor: 0.1 },
        augmentation: "scale-crop-flip-colour",
      },
    },
  },
} satisfies Record<Family, PaperRecipe>;

/**
 * What the paper trained: its net that is most similar to the given one, with its recipe for that depth.
 * @param references what the experiment reproduces; the follow-up's nets are included only if it names their table
 */
export function paperSections(model: ModelConfig, references: readonly string[]): RunSections {
  const { document } = recipes[model.family];
  const sections = runSchema.parse({ ...document, model: asWritten(nearestNet(model, references)) });
  const { training } = withUsedRate({ ...sections, model });
  return { ...sections, training };
}

/** The paper's nets, then the follow-up's, each with its values. */
const nets = [...tables, ...curveEnds, ...identityMappings].flatMap(({ model, reference }) =>
  model ? [{ net: model, reference, leaves: leavesOf(modelSchema.parse(asWritten(model))) }] : [],
);
const followUp = new Set(identityMappings.map(({ reference }) => reference));

/** The net with the fewest different values; the first of several. */
function nearestNet(model: ModelConfig, references: readonly string[]): PaperModel {
  const own = new Map(leavesOf(model));
  const distances = nets
    .filter(
      ({ net, reference }) =>
        net.family === model.family && (!followUp.has(reference) || references.includes(reference)),
    )
    .map(({ net, leaves }) => ({ net, distance: leaves.filter(([path, value]) => own.get(path) !== value).length }));
  const least = Math.min(...distances.map(({ distance }) => distance));
  return distances.find(({ distance }) => distance === least)!.net;
}

/** The net as an experiment file has it: some blocks leave no choice of a shortcut, so only the block is written there. */
export function asWritten({ shortcut, ...net }: PaperModel): WrittenSections["model"] {
  return shortcut === "none" || shortcut === "branches" ? net : { ...net, shortcut };
}
