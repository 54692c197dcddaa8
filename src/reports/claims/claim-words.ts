// The words for verdicts on claims and for what was measured, in tables, on pages and in commands.

import type { Comparison } from "../../paper/claims/claim.ts";
import { grouped, percent } from "../../text/quantities.ts";
import { points } from "../tables/format.ts";
import type { ClaimResult, ComparisonResult } from "./claim-result.ts";
import type { Unit } from "./measure.ts";

/** "supported", "not so at this scale", "undecided", "not tested"; "contradicted" only by the paper's own recipe. */
export function verdictWords({ verdict, grade }: Pick<ClaimResult, "verdict" | "grade">): string {
  return verdict === "contradicted" && grade !== "paper-exact" ? "not so at this scale" : verdict;
}

/** "+20.51 (+18.20 to +22.80), n = 5"; the level of an interval that is not of 95 %. Of one run there is no interval. */
export function measuredWords(result: ComparisonResult, unit: Unit): string {
  const { comparison, difference, low, high, level = 0.95, nets } = result;
  const counts = [...new Set(nets.map(({ count }) => count))].sort((a, b) => a - b);
  const words = (value: number) => valueWords(value, unit, comparison);
  // Computed values have neither interval nor n.
  if (counts.includes(0)) return words(difference);
  const at = level > 0.95 ? ` at ${Number((100 * level).toFixed(2))} %` : "";
  const range = low === undefined || high === undefined ? "" : ` (${words(low)} to ${words(high)}${at})`;
  return `${words(difference)}${range}, n = ${counts.join(" and ")}`;
}

/** The paper's difference; "" where it gives none. */
export function paperWords(comparison: Comparison, unit: Unit): string {
  return comparison.paper === undefined ? "" : valueWords(comparison.paper, unit, comparison);
}

/** "claimed above 0", "claimed between −0.50 and +0.50". */
export function claimedWords(comparison: Comparison, unit: Unit): string {
  const [above, below] = [comparison.above, comparison.below].map((limit) =>
    limit === 0 ? "0" : limit === undefined ? "" : valueWords(limit, unit, comparison),
  );
  if (above && below) return `claimed between ${above} and ${below}`;
  return above ? `claimed above ${above}` : `claimed below ${below}`;
}

/** "plain-34 − plain-18: +10.31 (+5.51 to +15.11), n = 3; claimed above 0; paper +1.20", with its verdict if wanted. */
export function comparisonWords(result: ComparisonResult, unit: Unit, withVerdict: boolean): string {
  const { name, comparison, verdict, reason } = result;
  const paper = paperWords(comparison, unit);
  return [
    `${name}: ${measuredWords(result, unit)}`,
    claimedWords(comparison, unit),
    ...(paper ? [`paper ${paper}`] : []),
    ...(withVerdict ? [verdict] : []),
    ...(reason === undefined ? [] : [reason]),
  ].join("; ");
}

/** How many more seeds would decide an undecided claim, where that can be said; "" elsewhere. */
export function seedsWords({ moreSeeds }: ClaimResult): string {
  if (moreSeeds === undefined) return "";
  return `${moreSeeds} more ${moreSeeds === 1 ? "seed" : "seeds"} of each net would decide it`;
}

/** How the verdicts of some results came about; none where no interval is shown. */
export function claimNotes(results: readonly ClaimResult[]): string[] {
  const measured = results.flatMap(({ comparisons, setup }) => (setup ? comparisons : []));
  const notes: string[] = [];
  if (results.some(({ unit, setup }) => setup && unit === "fraction"))
    notes.push("Differences of errors are in points, of means over runs.");
  if (measured.some(({ low }) => low !== undefined))
    notes.push(
      "In brackets are 95 % intervals by Welch's t. Where a claim has several comparisons, Holm's method holds all of them together to 5 %, and their intervals are wider.",
      "A claim is supported where each interval lies wholly on the claimed side, and not so where one lies wholly on the other.",
    );
  if (results.some(({ moreSeeds }) => moreSeeds !== undefined))
    notes.push("More seeds would decide a claim if means and scatter stayed as they are.");
  if (measured.some(({ nets }) => nets.some(({ count }) => count === 1)))
    notes.push("One run of a net decides nothing: it does not show how much runs scatter.");
  return notes;
}

function valueWords(value: number, unit: Unit, { nets }: Pick<Comparison, "nets">): string {
  const isAlone = nets.length === 1;
  if (unit === "fraction") return isAlone ? `${percent(value)} %` : points(value);
  if (unit === "ratio") return isAlone ? grouped(Math.round(value)) : `×${Number(value.toPrecision(5))}`;
  return isAlone ? value.toFixed(2) : `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}
