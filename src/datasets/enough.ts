// The check that a data set has enough images for a run. It needs only counts, so an impossible run is refused before any
// run is trained.
import type { DatasetConfig, RunSections } from "../config/schema.ts";
import { UserError } from "../errors.ts";
import type { Survey } from "./source.ts";

type Counts = Pick<Survey, "trainImages" | "testImages">;

/**
 * The number of images of each split that a run uses. @throws UserError if the data set has fewer than the file asks
 * for
 */
export function requireImages(config: DatasetConfig, available: Counts, title: string): Counts {
  for (const key of ["trainImages", "testImages"] as const) {
    const asked = config[key];
    if (asked === undefined || asked <= available[key]) continue;
    throw new UserError(
      `Expected dataset.${key} to be at most ${available[key]}, all that ${title} has, got ${asked}.`,
      [`Set dataset.${key} to ${available[key]} or less, or leave it out.`],
    );
  }
  const trainImages = config.trainImages ?? available.trainImages;
  const { validationImages } = config;
  if (validationImages > 0 && validationImages >= trainImages) {
    throw new UserError(
      `Expected dataset.validationImages to be less than the ${trainImages} training images, got ${validationImages}.`,
      [`Set dataset.validationImages to ${trainImages - 1} or less.`],
    );
  }
  return { trainImages: trainImages - validationImages, testImages: config.testImages ?? available.testImages };
}

/** The number of full batches in an epoch. @throws UserError if there is none */
export function batchesPerEpoch(trainImages: number, batchSize: number): number {
  const batches = Math.floor(trainImages / batchSize);
  if (batches > 0) return batches;
  throw new UserError(
    `Expected training.batchSize to be at most the number of training images, ${trainImages}, got ${batchSize}.`,
    [`Set training.batchSize to ${trainImages} or less.`],
  );
}

/** The reason why a run can never be trained on a data set of this size; undefined if it can. */
export function imageProblem({ dataset, training }: RunSections, available: Counts): UserError | undefined {
  try {
    batchesPerEpoch(requireImages(dataset, available, dataset.name).trainImages, training.batchSize);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  return undefined;
}
