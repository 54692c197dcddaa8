// How the paper trained its nets, so that a report can say where a run does otherwise.
// Sections 3.4 and 4.2; the ImageNet drops are where Figure 4 shows them, the text only says "when the error plateaus".

/** A recipe in the words of an experiment file. */
export interface PaperRecipe {
  readonly dataset: "ImageNet" | "CIFAR-10";
  readonly trainImages: number;
  /** Training images held out to choose the schedule; whether the final nets saw them, the paper does not say. */
  readonly heldOut: number;
  /** GPUs that a batch was split over, so that batch normalisation saw a part of it at a time. */
  readonly gpus: number;
  readonly width: number;
  readonly batchSize: number;
  readonly iterations: number;
  readonly learningRate: number;
  readonly dropAt: readonly number[];
  readonly factor: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly augmentation: string;
  /** From this depth on, training starts with the warm-up of section 4.2. */
  readonly warmUpFromDepth?: number;
}

const optimiser = { learningRate: 0.1, factor: 0.1, momentum: 0.9, weightDecay: 1e-4 };

/** The recipe of each family of nets. */
export const recipes: Readonly<Record<"cifar" | "imagenet", PaperRecipe>> = {
  cifar: {
    ...optimiser,
    dataset: "CIFAR-10",
    trainImages: 50_000,
    heldOut: 5000,
    gpus: 2,
    width: 16,
    batchSize: 128,
    iterations: 64_000,
    dropAt: [32_000, 48_000],
    augmentation: "pad-crop-flip",
    warmUpFromDepth: 110,
  },
  imagenet: {
    ...optimiser,
    dataset: "ImageNet",
    trainImages: 1_280_000,
    heldOut: 0,
    gpus: 8,
    width: 64,
    batchSize: 256,
    iterations: 600_000,
    dropAt: [150_000, 300_000],
    augmentation: "scale-crop-flip-colour",
  },
};
