// A verdict on one number of the paper: whether ours, over its runs, lies in the band of a reproduction.
// Single runs scatter by a standard deviation of 0.15 to 0.2 points, and the paper's rows are mostly single runs: so five
// runs, and ±0.5 points for residual nets, ±1 for plain ones, whose numbers were read off a drawing. All of that is of
// CIFAR-10: how runs scatter on ImageNet the paper does not tell, so there is no band, only a difference.
import type { PaperRow } from "../../paper/tables.ts";
import { looksWords } from "../protocol-words.ts";
import type { Deviation } from "./deviation-phrases.ts";
import { isOf } from "./deviations.ts";
import type { Grade } from "./grade.ts";
import { type ErrorKind, lastTest, type Measured, type Measurement, oneLook } from "./measurement.ts";

export type Verdict = "reproduced" | "better" | "worse" | "not enough runs" | "no band" | "not comparable";

/** Runs that a verdict takes. */
export const neededRuns = 5;

const band = { residual: 0.005, plain: 0.01 };
/** Above this error the follow-up paper calls a net failed. */
const failure = 0.2;
// 0.0925 − 0.0875 is a little more than 0.005 in floating point.
const rounding = 1e-9;

/** What is known of a net of ours when it is held against the paper's. */
export interface Contender extends Measured {
  readonly model?: { readonly depth: number };
  readonly dataset: string;
  readonly testImages?: number | undefined;
  readonly grade: Grade;
  readonly deviations: readonly Deviation[];
}

export interface Judgement {
  readonly verdict: Verdict;
  /** Why there is no comparison or not yet a verdict, or the band. */
  readonly reason: string;
  /** Mean minus the paper's number, a fraction; only where both measure the same thing. */
  readonly difference?: number;
}

/** The paper's number to compare a mean with: a mean where it gives one. */
export function paperError(paper: PaperRow, kind: ErrorKind = "error"): number | undefined {
  return kind === "top5" ? paper.top5 : (paper.mean ?? paper.error);
}

/** Holds an error of ours against a row of the paper. */
export function judge(
  paper: PaperRow,
  ours: Contender,
  measured: Measurement = lastTest(ours),
  kind: ErrorKind = "error",
): Judgement {
  const obstacle = findObstacle(paper, ours, measured);
  if (obstacle) return { verdict: "not comparable", reason: obstacle };
  const error = paperError(paper, kind);
  const mean = measured.error?.mean ?? Number.NaN;
  const difference = error === undefined || Number.isNaN(mean) ? undefined : mean - error;
  const judgement = (verdict: Verdict, reason: string): Judgement => ({
    verdict,
    reason,
    ...(difference !== undefined && { difference }),
  });
  const count = measured.error?.count ?? 0;
  if (paper.dataset === "ImageNet" && count > 0)
    return judgement("no band", "how runs scatter on ImageNet is not known");
  if (count < neededRuns) return judgement("not enough runs", `${count} of ${neededRuns} runs`);
  if (paper.fails) {
    return judgement(mean <= failure ? "better" : "reproduced", "the paper's net fails: above 20 %");
  }
  const width = paper.model?.shortcut === "none" ? band.plain : band.residual;
  const reason = `band of ±${(width * 100).toFixed(1)} points`;
  // A mean that is no number, of runs that came to nothing, is worse than any.
  if (difference === undefined) return judgement("worse", reason);
  if (Math.abs(difference) <= width + rounding) return judgement("reproduced", reason);
  return judgement(difference < 0 ? "better" : "worse", reason);
}

function findObstacle(paper: PaperRow, ours: Contender, { looks }: Measurement): string | undefined {
  const [depth, paperDepth] = [ours.model?.depth, paper.model?.depth];
  if (depth !== undefined && paperDepth !== undefined && depth !== paperDepth) {
    return `${depth} layers, the paper's ${paperDepth}`;
  }
  if (!isOf(paper.dataset, ours.dataset)) return `${ours.dataset}, the paper's ${paper.dataset}`;
  const cropped = ours.cropped ?? false;
  const [own, others] = [looks, paper.looks ?? oneLook].map((each) => looksWords(each, cropped));
  if (own !== others) return `${own}, the paper's ${others}`;
  if (ours.testImages !== undefined) return "part of the test images";
  if (ours.grade === "toy" || ours.grade === "other-net") {
    return `${ours.grade === "toy" ? "toy" : "another net"}: ${ours.deviations
      .filter(({ grade }) => grade === ours.grade)
      .map(({ text }) => text)
      .join(", ")}`;
  }
  return undefined;
}
