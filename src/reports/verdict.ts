// A verdict on one number of the paper: whether ours, over its runs, lies in the band of a reproduction.
// Single runs scatter by a standard deviation of 0.15 to 0.2 points, and the paper's rows are mostly single runs: so five
// runs, and ±0.5 points for residual nets, ±1 for plain ones, whose numbers were read off a drawing.
import type { PaperRow } from "../paper/tables.ts";
import type { Deviation } from "./deviations.ts";
import type { Grade } from "./grade.ts";
import type { Statistic } from "./statistics.ts";

export type Verdict = "reproduced" | "better" | "worse" | "not enough runs" | "not comparable";

/** Runs that a verdict takes. */
export const neededRuns = 5;

const band = { residual: 0.005, plain: 0.01 };
/** Above this error the follow-up paper calls a net failed. */
const failure = 0.2;
// 0.0925 − 0.0875 is a little more than 0.005 in floating point.
const rounding = 1e-9;

/** What is known of a net of ours when it is held against the paper's. */
export interface Contender {
  readonly dataset: string;
  readonly testImages?: number | undefined;
  readonly grade: Grade;
  readonly deviations: readonly Deviation[];
  readonly testError?: Statistic | undefined;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** Why there is no comparison or not yet a verdict, or the band. */
  readonly reason: string;
  /** Mean minus the paper's number, a fraction; only where both measure the same thing. */
  readonly difference?: number;
}

/** The paper's number to compare a mean with: a mean where it gives one. */
export function paperError(paper: PaperRow): number | undefined {
  return paper.mean ?? paper.error;
}

/** Holds ours against a row of the paper. */
export function judge(paper: PaperRow, ours: Contender): Judgement {
  const obstacle = findObstacle(paper, ours);
  if (obstacle) return { verdict: "not comparable", reason: obstacle };
  const error = paperError(paper);
  const mean = ours.testError?.mean ?? Number.NaN;
  const difference = error === undefined || Number.isNaN(mean) ? undefined : mean - error;
  const judgement = (verdict: Verdict, reason: string): Judgement => ({
    verdict,
    reason,
    ...(difference !== undefined && { difference }),
  });
  const count = ours.testError?.count ?? 0;
  if (count < neededRuns) return judgement("not enough runs", `${count} of ${neededRuns} runs`);
  if (paper.fails) {
    return judgement(mean <= failure ? "better" : "reproduced", "the paper's net fails: above 20 %");
  }
  const width = paper.model?.block === "plain" ? band.plain : band.residual;
  const reason = `band of ±${(width * 100).toFixed(1)} points`;
  // A mean that is no number, of runs that came to nothing, is worse than any.
  if (difference === undefined) return judgement("worse", reason);
  if (Math.abs(difference) <= width + rounding) return judgement("reproduced", reason);
  return judgement(difference < 0 ? "better" : "worse", reason);
}

function findObstacle(paper: PaperRow, ours: Contender): string | undefined {
  if (ours.dataset !== paper.dataset) return `${ours.dataset}, the paper's ${paper.dataset}`;
  // Ours is always one centred view of every test image.
  if (paper.dataset !== "CIFAR-10") return "another crop of the images";
  if (ours.testImages !== undefined) return "part of the test images";
  if (ours.grade === "toy") {
    return `toy: ${ours.deviations
      .filter(({ grade }) => grade === "toy")
      .map(({ text }) => text)
      .join(", ")}`;
  }
  return undefined;
}
