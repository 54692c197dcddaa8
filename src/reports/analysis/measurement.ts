// Which error of ours stands beside a number of the paper: that of the paper's own testing protocol where `evaluate`
// measured it, else that of the test after the last iteration.
import type { PaperRow } from "../../paper/tables.ts";
import { type Looks, looksWords } from "../protocol-words.ts";
import type { Evaluated, Protocol } from "./evaluated.ts";
import type { Statistic } from "./statistics.ts";

/** Which of a row's errors. */
export type ErrorKind = "error" | "top5";

/** An error of ours and how it was measured. */
export interface Measurement {
  readonly error?: Statistic | undefined;
  readonly looks: Looks;
  /** Where `evaluate` measured it; absent for the test after the last iteration. */
  readonly protocol?: Protocol;
}

/** What is known of a net's errors. */
export interface Measured {
  /** After the last iteration. */
  readonly testError?: Statistic | undefined;
  readonly evaluated?: readonly Evaluated[] | undefined;
  /** Whether one look at an image is at its centre only. */
  readonly cropped?: boolean | undefined;
}

/** What a test in training does, and the paper where a row says nothing else. */
export const oneLook: Looks = { crops: 1, scales: null };

/** The test after the last iteration. */
export function lastTest({ testError }: Measured): Measurement {
  return { error: testError, looks: oneLook };
}

/**
 * The error to hold against a row of the paper. Of several tests by its protocol the one of the most runs, then the one
 * with precise statistics, as the authors' released nets have them. One look is that after the last iteration, in which
 * no top-5 error is counted.
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
 * Whether a test is the paper's. Several scales of images that are small to begin with are other ones than the paper's.
 * @param cropped whether the images are in files of any size, as ImageNet's
 */
export function isTestedAs(paper: Looks, ours: Looks, cropped = false): boolean {
  if (paper.scales && !cropped) return (ours.scales?.length ?? 0) > 1;
  return looksWords(paper, cropped) === looksWords(ours, cropped);
}
