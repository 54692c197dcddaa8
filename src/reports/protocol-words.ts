// A testing protocol in words, as tables and commands say it.
import type { EvaluationRecord } from "../records/evaluations.ts";

/** How each test image is looked at. */
export interface Looks {
  readonly crops: 1 | 10;
  /** Short sides of whole images; null where crops are looked at. */
  readonly scales: readonly number[] | null;
}

/**
 * "10 crops", "scales 28, 32, 36", "one centre crop" or "the image as it is".
 * @param cropped whether one look at an image sees its centre only, as of images in files
 */
export function looksWords({ crops, scales }: Looks, cropped: boolean): string {
  if (scales) return `${scales.length > 1 ? "scales" : "scale"} ${scales.join(", ")}`;
  if (crops === 10) return "10 crops";
  return cropped ? "one centre crop" : "the image as it is";
}

/** "10 crops, precise statistics". */
export function protocolWords(protocol: EvaluationRecord["protocol"], cropped: boolean): string {
  return `${looksWords(protocol, cropped)}, ${protocol.statistics} statistics`;
}

/** Whether the images of a run are in files of any size, of which a test crops the centre. */
export function isCropped({ name }: { readonly name: string }): boolean {
  return name === "imagenet";
}
