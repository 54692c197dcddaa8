// Made-up studies of the nets of a claim: values that are normal around a mean for each net, from a fixed seed.
import type { Claim, Comparison } from "../../../src/paper/claims/claim.ts";
import { statistic } from "../../../src/reports/analysis/statistics.ts";
import { decide, jointVerdict } from "../../../src/reports/claims/decision.ts";

/** Standard normal numbers from a seed, by the method of Box and Muller. */
export function normals(seed: number): () => number {
  let state = seed >>> 0;
  // mulberry32
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** A mean for each net so that each comparison has the paper's difference. */
export function papersMeans(comparisons: readonly Comparison[]): Map<string, number> {
  const means = new Map<string, number>();
  for (const { nets, paper } of comparisons) {
    const [first, ...others] = nets;
    for (const { label } of others) if (!means.has(label)) means.set(label, 0);
    const rest = others.reduce((sum, { label, weight }) => sum + weight * means.get(label)!, 0);
    means.set(first!.label, (paper! - rest) / first!.weight);
  }
  return means;
}

/** The share of studies with each verdict. @param scatter the standard deviation of a net's values, by its place */
export function verdictShares(
  { comparisons }: Claim,
  means: ReadonlyMap<string, number>,
  scatter: (place: number) => number,
  runs: number,
  studies: number,
  normal: () => number,
): { readonly supported: number; readonly contradicted: number; readonly undecided: number } {
  const shares = { supported: 0, contradicted: 0, undecided: 0 };
  const labels = [...new Set(comparisons.flatMap(({ nets }) => nets.map(({ label }) => label)))];
  for (let study = 0; study < studies; study++) {
    const values = new Map(
      labels.map((label, place) => {
        const own = Array.from({ length: runs }, () => (means.get(label) ?? 0) + scatter(place) * normal());
        return [label, statistic(own)!];
      }),
    );
    const estimates = comparisons.map(({ nets, ...side }) => ({
      ...side,
      nets: nets.map(({ label, weight }) => ({ ...values.get(label)!, weight })),
    }));
    shares[jointVerdict(decide(estimates))] += 1 / studies;
  }
  return shares;
}
