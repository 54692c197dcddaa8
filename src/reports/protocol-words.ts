// The words for testing protocols in tables and commands.
import { isInFiles } from "../config/names.ts";
import type { EvaluationRecord } from "../records/evaluations.ts";

/** How each test image is looked at. */
export interface Looks {
  readonly crops: 1 | 10;
  /** Short sides of whole images in pixels; null for crops. */
  readonly scales: readonly number[] | null;
}

/**
 * "10 crops", "scales 28, 32, 36", "one centre crop" or "the whole image".
 * @param cropped whether one look at an image sees its centre only, as with images in files
 */
export function looksWords({ crops, scales }: Looks, cropped: boolean): string {
  if (scales) return `${scales.length > 1 ? "scales" : "scale"} ${scales.join(", ")}`;
  if (crops === 10) return "10 crops";
  return cropped ? "one centre crop" : "the whole image";
}

/** "10 crops, precise statistics". */
export function protocolWords(protocol: EvaluationRecord["protocol"], cropped: boolean): string {
  return `${looksWords(protocol, cropped)}, ${protocol.statistics} statistics`;
}

/** Whether the images of a data set are files of any size, so that a test crops the centre. */
export function isCropped({ name }: { readonly name: string }): boolean {
  return isInFiles(name);
}
