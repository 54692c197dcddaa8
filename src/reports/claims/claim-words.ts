// The words for verdicts on claims and for what was measured, in tables, on pages and in commands.

import type { Comparison } from "../../paper/claims/claim.ts";
import { points } from "../tables/format.ts";
import type { ClaimResult, ComparisonResult } from "./claim-result.ts";
import type { Unit } from "./measure.ts";

/** "supported", "not so at this scale", "undecided", "not tested"; "contradicted" only by the paper's own recipe. */
export function verdictWords({ verdict, grade }: Pick<ClaimResult, "verdict" | "grade">): string {
  return verdict === "contradicted" && grade !== "paper-exact" ? "not so at this scale" : verdict;
}

/** "+20.51 (+18.20 to +22.80), n = 5"; the level of an interval that is not of 95 %. Of one run there is no interval. */
export function measuredWords({ difference, low, high, level = 0.95, nets }: ComparisonResult, unit: Unit): string {
  const counts = [...new Set(nets.map(({ count }) => count))].sort((a, b) => a - b);
  const at = level > 0.95 ? ` at ${Number((100 * level).toFixed(2))} %` : "";
  const range =
    low === undefined || high === undefined ? "" : ` (${valueWords(low, unit)} to ${valueWords(high, unit)}${at})`;
  // Computed values have neither interval nor n.
  if (counts.includes(0)) return valueWords(difference, unit);
  return `${valueWords(difference, unit)}${range}, n = ${counts.join(" and ")}`;
}

/** The paper's difference; "" where it gives none. */
export function paperWords({ paper }: Comparison, unit: Unit): string {
  return paper === undefined ? "" : valueWords(paper, unit);
}

function valueWords(value: number, unit: Unit): string {
  if (unit === "fraction") return points(value);
  if (unit === "ratio") return `×${Number(value.toPrecision(3)).toLocaleString("en-US")}`;
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}
