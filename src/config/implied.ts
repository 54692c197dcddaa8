// The values implied where an experiment file leaves out a key that has no default. The record of such a run leaves the
// key out too, so that its id stays the same. Does not import zod, so that every room can import this file.

export const implied = {
  /** Side of the crop that the net sees of an image file, in pixels (section 3.4). */
  cropSize: 224,
  /** Short side to which such an image is resized in tests (section 3.4). */
  shortSide: 256,
  /** Smallest and largest short side in training (section 3.4). */
  scale: { from: 256, to: 480 },
  /** Probability that an iteration keeps the last block. Without stochastic depth no block is dropped. */
  lastSurvival: 1,
};

/** The parts of a run's sections that sizes of images in files follow from. */
export interface SizingSections {
  readonly dataset: { readonly name: string; readonly cropSize?: number | undefined };
  readonly training: { readonly scale?: { readonly from: number; readonly to: number } | undefined };
  readonly evaluation: { readonly shortSide?: number | undefined };
}

/** The side of the crop that the net sees. */
export function cropSizeOf({ cropSize = implied.cropSize }: Pick<SizingSections["dataset"], "cropSize">): number {
  return cropSize;
}

/** The short side to which a test image is resized. One's own images follow their crop as the paper's sizes do. */
export function shortSideOf({ dataset, evaluation }: Pick<SizingSections, "dataset" | "evaluation">): number {
  return evaluation.shortSide ?? inProportion(dataset, implied.shortSide);
}

/** The smallest and the largest short side in training. */
export function scaleOf({ dataset, training }: Pick<SizingSections, "dataset" | "training">): {
  from: number;
  to: number;
} {
  const { from, to } = implied.scale;
  return training.scale ?? { from: inProportion(dataset, from), to: inProportion(dataset, to) };
}

function inProportion({ name, cropSize }: SizingSections["dataset"], size: number): number {
  if (name !== "folder" || cropSize === undefined) return size;
  return Math.round((size * cropSize) / implied.cropSize);
}
