// A testing protocol in words, as tables and commands say it.
import type { EvaluationRecord } from "../records/evaluations.ts";

/** How each test image is looked at: by crops, or as a whole at several short sides. */
export type Looks = Pick<EvaluationRecord["protocol"], "crops" | "scales">;

/**
 * "10 crops", "scales 28, 32, 36", "one centre crop" or "the image as it is".
 * @param cropped whether one look at an image sees its centre only, as of images in files
 */
export function looksWords({ crops, scales }: Looks, cropped: boolean): string {
  if (scales) return `${scales.length > 1 ? "scales" : "scale"} ${scales.join(", ")}`;
  if (crops === 10) return "10 crops";
  return cropped ? "one centre crop" : "the image as it is";
}

/** Whether the images of a run are in files of any size, of which a test crops the centre. */
export function isCropped({ name }: { readonly name: string }): boolean {
  return name === "imagenet";
}
