// The statistics of a claim: the interval of each of its differences, and the verdict.
//
// Intervals are Welch's: each net has its own scatter, and the degrees of freedom are those of Welch and Satterthwaite, not
// rounded. A claim of several comparisons is decided by Holm's method at 5 % in all: of m comparisons the one with the
// smallest p is tested at 0.05/m, the next at 0.05/(m−1), and so on until one is undecided; it and the rest are undecided.
// Each interval has the level of its test, so it lies wholly inside or outside the claimed side exactly if it is decided.
import type { ClaimVerdict } from "../../config/claim-names.ts";
import { type Statistic, weightedVariance } from "../analysis/statistics.ts";
import { criticalValue, twoSidedTail } from "../analysis/student.ts";

/** The side of limits on which a claim says that a difference lies. */
export interface Side {
  readonly above?: number;
  readonly below?: number;
}

/** A weighted sum of means over runs. */
export interface Estimate extends Side {
  readonly nets: readonly (Statistic & { readonly weight: number })[];
}

export interface Decision {
  readonly difference: number;
  /** Absent where there is no interval; `reason` then says why. */
  readonly interval?: readonly [low: number, high: number];
  /** Of the interval: 0.95 for a single comparison. */
  readonly level?: number;
  readonly verdict: Exclude<ClaimVerdict, "not tested">;
  readonly reason?: string;
}

const significance = 0.05;

/** Decides comparisons together, in their order. */
export function decide(estimates: readonly Estimate[]): Decision[] {
  const tested = estimates.map(test);
  const order = tested.map(({ p }, i) => ({ p, i })).sort((a, b) => a.p - b.p || a.i - b.i);
  const levels: number[] = [];
  let alpha = significance / estimates.length;
  let stopped = false;
  for (const [rank, { p, i }] of order.entries()) {
    if (!stopped) alpha = significance / (estimates.length - rank);
    levels[i] = alpha;
    stopped ||= p > alpha;
  }
  return tested.map((each, i) => withInterval(each, estimates[i] as Estimate, levels[i] as number));
}

/** Supported if all comparisons are; contradicted if any is. */
export function jointVerdict(decisions: readonly Pick<Decision, "verdict">[]): Decision["verdict"] {
  if (decisions.some(({ verdict }) => verdict === "contradicted")) return "contradicted";
  return decisions.every(({ verdict }) => verdict === "supported") ? "supported" : "undecided";
}

/** More than this many seeds are as good as none. */
const mostSeeds = 1000;

/**
 * How many more seeds of each net would decide an undecided claim, if means and scatter stayed as they are; undefined where
 * that cannot be said: a net has one run, or no scatter, or the differences are too small for `mostSeeds`.
 */
export function moreSeeds(estimates: readonly Estimate[]): number | undefined {
  const decides = (more: number) =>
    jointVerdict(
      decide(
        estimates.map((estimate) => ({
          ...estimate,
          nets: estimate.nets.map((net) => ({ ...net, count: net.count + more })),
        })),
      ),
    ) !== "undecided";
  if (estimates.some(({ nets }) => nets.some(({ count }) => count < 2)) || !decides(mostSeeds)) return undefined;
  let [low, high] = [0, mostSeeds];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (decides(middle)) high = middle;
    else low = middle;
  }
  return high;
}

interface Tested {
  readonly difference: number;
  readonly error: number;
  readonly freedom: number;
  /** The least level at which the comparison is decided; 1 where no test applies. */
  readonly p: number;
  readonly reason?: string;
}

function test({ nets, above, below }: Estimate): Tested {
  const difference = nets.reduce((sum, { weight, mean }) => sum + weight * mean, 0);
  const { variance, freedom } = weightedVariance(nets);
  const found = { difference, error: Math.sqrt(variance), freedom };
  if (!Number.isFinite(difference)) return { ...found, p: 1, reason: "a value is not a number" };
  if (nets.some(({ count }) => count < 2))
    return { ...found, p: 1, reason: "one run of a net does not show its scatter" };
  if (variance === 0) return { ...found, p: 1, reason: "the runs do not scatter, so no test applies" };
  const limits = [above, below].filter((limit) => limit !== undefined);
  const outside = limits.filter((limit) => (limit === above ? difference < limit : difference > limit));
  const tails = (outside.length > 0 ? outside : limits).map((limit) =>
    twoSidedTail((difference - limit) / found.error, freedom),
  );
  return { ...found, p: Math.max(...tails) };
}

function withInterval({ difference, error, freedom, reason }: Tested, side: Side, alpha: number): Decision {
  if (reason !== undefined) return { difference, verdict: "undecided", reason };
  const margin = criticalValue(alpha, freedom) * error;
  const interval = [difference - margin, difference + margin] as const;
  return { difference, interval, level: 1 - alpha, verdict: sideOf(interval, side) };
}

/** On which side an interval lies. A claim with two limits is that the difference is between them. */
export function sideOf(
  [low, high]: readonly [number, number],
  { above = Number.NEGATIVE_INFINITY, below = Number.POSITIVE_INFINITY }: Side,
): Decision["verdict"] {
  if (low > above && high < below) return "supported";
  return high < above || low > below ? "contradicted" : "undecided";
}
