// How the paper trained its nets, as documents of the vocabulary, so that a report can say where a run does otherwise.
// Sections 3.4 and 4.2; the ImageNet drops are where Figure 4 shows them, the text only says "when the error plateaus".
import { leavesOf } from "../config/decisive.ts";
import { type ModelConfig, modelSchema, type RunSections, runSchema, type WrittenSections } from "../config/schema.ts";
import { withUsedRate } from "../config/used-rate.ts";
import { curveEnds } from "./curves.ts";
import { identityMappings } from "./identity-mappings.ts";
import { type PaperModel, tables } from "./tables.ts";

type Family = ModelConfig["family"];

/** What the paper did with one family of nets. */
export interface PaperRecipe {
  readonly dataset: "ImageNet" | "CIFAR-10";
  readonly trainImages: number;
  /** Training images held out to choose the schedule; whether the final nets saw them, the paper does not say. */
  readonly heldOut: number;
  /** GPUs that a batch was split over, so that batch normalisation saw a part of it at a time. */
  readonly gpus: number;
  /** The sections of an experiment file, but for the net; what is not given has the default of every file. */
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
 * What the paper would have trained: its net most like the given one, by its recipe for that depth.
 * @param references what the experiment reproduces; nets of the follow-up count only where it names their table
 */
export function paperSections(model: ModelConfig, references: readonly string[]): RunSections {
  const { document } = recipes[model.family];
  const sections = runSchema.parse({ ...document, model: asWritten(nearestNet(model, references)) });
  const { training } = withUsedRate({ ...sections, model });
  return { ...sections, training };
}

/** The paper's nets, then those of the follow-up, each with its values. */
const nets = [...tables, ...curveEnds, ...identityMappings].flatMap(({ model, reference }) =>
  model ? [{ net: model, reference, leaves: leavesOf(modelSchema.parse(asWritten(model))) }] : [],
);
const followUp = new Set(identityMappings.map(({ reference }) => reference));

/** The first of the nets with the fewest values that differ. */
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

/** As an experiment file would say it: that a plain net has no shortcut is told by its block alone. */
function asWritten({ shortcut, ...net }: PaperModel): WrittenSections["model"] {
  return shortcut === "none" ? net : { ...net, shortcut };
}
