// The error of ours that is compared with a number of the paper: by the paper's own testing protocol where `evaluate`
// measured it, else the test error after the last iteration.
import type { PaperRow } from "../../paper/tables.ts";
import { type Looks, looksWords } from "../protocol-words.ts";
import type { Evaluated, Protocol } from "./evaluated.ts";
import type { Statistic } from "./statistics.ts";

/** Top-1 or top-5 error of a row. */
export type ErrorKind = "error" | "top5";

/** An error of ours and how it was measured. */
export interface Measurement {
  readonly error?: Statistic | undefined;
  readonly looks: Looks;
  /** Where `evaluate` measured it; absent for the test after the last iteration. */
  readonly protocol?: Protocol;
}

/** The errors of a net that were measured. */
export interface Measured {
  /** After the last iteration. */
  readonly testError?: Statistic | undefined;
  readonly evaluated?: readonly Evaluated[] | undefined;
  /** Whether one look at an image sees its centre only. */
  readonly cropped?: boolean | undefined;
}

/** The looks of a test during training, and of the paper where a row does not say otherwise. */
export const oneLook: Looks = { crops: 1, scales: null };

/** The test after the last iteration. */
export function lastTest({ testError }: Measured): Measurement {
  return { error: testError, looks: oneLook };
}

/**
 * The error to compare with a row of the paper. Of several tests by the paper's protocol, the one with the most runs counts,
 * then the one with precise statistics, as in the authors' released nets. For one look it is the test after the last
 * iteration, which counts no top-5 error.
 */
export function measure(paper: PaperRow, kind: ErrorKind, ours: Measured): Measurement {
  const tests = (ours.evaluated ?? []).flatMap(({ protocol, top1, top5 }) => {
    const error = kind === "top5" ? top5 : top1;
    return error && paper.looks && isTestedAs(paper.looks, protocol, ours.cropped) ? [{ protocol, error }] : [];
  });
  const [best] = tests.sort((a, b) => b.error.count - a.error.count || precision(b.protocol) - precision(a.protocol));
  if (best) return { error: best.error, looks: best.protocol, protocol: best.protocol };
  return kind === "error" ? lastTest(ours) : { looks: oneLook };
}

function precision({ statistics }: Protocol): number {
  return statistics === "precise" ? 1 : 0;
}

/**
 * Whether a test follows the paper's protocol. For small images, any several scales do: the paper's own do not fit them.
 * @param cropped whether the images are in files of any size, as ImageNet's
 */
export function isTestedAs(paper: Looks, ours: Looks, cropped = false): boolean {
  if (paper.scales && !cropped) return (ours.scales?.length ?? 0) > 1;
  return looksWords(paper, cropped) === looksWords(ours, cropped);
}
