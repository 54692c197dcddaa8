// The verdict on one number of the paper: whether the mean of our runs lies in a band around it.
// On CIFAR-10 single runs scatter by a standard deviation of 0.15 to 0.2 points, and most of the paper's rows are single
// runs. So a verdict needs five runs, and the band is ±0.5 points for residual nets and ±1 for plain nets, whose numbers
// were read off a drawing. The paper does not say how much runs scatter on ImageNet: there we show the difference only.
import type { PaperRow } from "../../paper/tables.ts";
import { looksWords } from "../protocol-words.ts";
import type { Deviation } from "./deviation-phrases.ts";
import { imagesWords, isOf } from "./deviations.ts";
import type { Grade } from "./grade.ts";
import { type ErrorKind, lastTest, type Measured, type Measurement, oneLook } from "./measurement.ts";

export type Verdict = "reproduced" | "better" | "worse" | "not enough runs" | "no band" | "not comparable";

/** Runs that a verdict needs. */
export const neededRuns = 5;

const band = { residual: 0.005, plain: 0.01 };
/** Above this error the follow-up paper calls a net failed. */
const failure = 0.2;
// 0.0925 − 0.0875 is a little more than 0.005 in floating point.
const rounding = 1e-9;

/** What we know of a net of ours when we compare it with the paper's. */
export interface Contender extends Measured {
  readonly model?: { readonly depth: number };
  readonly dataset: string;
  readonly testImages?: number | undefined;
  readonly grade: Grade;
  readonly deviations: readonly Deviation[];
}

export interface Judgement {
  readonly verdict: Verdict;
  /** Why there is no comparison or no verdict yet; else the band. */
  readonly reason: string;
  /** The mean minus the paper's number, a fraction. Absent where the two do not measure the same thing. */
  readonly difference?: number;
}

/** The paper's number that a mean is compared with: the paper's mean where it gives one. */
export function paperError(paper: PaperRow, kind: ErrorKind = "error"): number | undefined {
  return kind === "top5" ? paper.top5 : (paper.mean ?? paper.error);
}

/** Compares an error of ours with a row of the paper. */
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
    return judgement("no band", "nobody knows how much runs scatter on ImageNet");
  if (count < neededRuns)
    return judgement("not enough runs", `${count} of the ${neededRuns} runs that a verdict needs`);
  if (paper.fails) {
    return judgement(mean <= failure ? "better" : "reproduced", "the paper's net fails, with an error above 20 %");
  }
  const width = paper.model?.shortcut === "none" ? band.plain : band.residual;
  const reason = `band of ±${(width * 100).toFixed(1)} points`;
  // The mean is not a number where runs diverged. That is worse than any error.
  if (difference === undefined) return judgement("worse", reason);
  if (Math.abs(difference) <= width + rounding) return judgement("reproduced", reason);
  return judgement(difference < 0 ? "better" : "worse", reason);
}

/** The reason why errors on other images than the paper's do not compare. */
export function otherImages(ours: string, paper: string): string {
  return `we tested on ${imagesWords(ours)}, the paper on ${paper}`;
}

function findObstacle(paper: PaperRow, ours: Contender, { looks }: Measurement): string | undefined {
  const [depth, paperDepth] = [ours.model?.depth, paper.model?.depth];
  if (depth !== undefined && paperDepth !== undefined && depth !== paperDepth) {
    return `our net has ${depth} layers, the paper's ${paperDepth}`;
  }
  if (!isOf(paper.dataset, ours.dataset)) return otherImages(ours.dataset, paper.dataset);
  const cropped = ours.cropped ?? false;
  const [own, others] = [looks, paper.looks ?? oneLook].map((each) => looksWords(each, cropped));
  if (own !== others) return `we tested on ${own}, the paper on ${others}`;
  if (ours.testImages !== undefined) return "we tested on some of the test images only";
  if (ours.grade === "toy" || ours.grade === "other-net") {
    return `${ours.grade === "toy" ? "our runs are toys" : "our net is not the paper's"}: ${ours.deviations
      .filter(({ grade }) => grade === ours.grade)
      .map(({ text }) => text)
      .join(", ")}`;
  }
  return undefined;
}
