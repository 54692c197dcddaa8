// A claim's result in one study as a cell of a table: verdict, drawing, numbers, and where they come from.

import type { ClaimResult, ComparisonResult } from "../claims/claim-result.ts";
import { comparisonWords, measuredWords, seedsWords, verdictWords } from "../claims/claim-words.ts";
import type { SharedResult } from "../tables/glance-claims.ts";
import { escapeHtml } from "./html.ts";
import { type DrawnDifference, intervalDrawing } from "./interval-drawing.ts";

/** Where a result comes from, as HTML. */
export type SourceHtml = (result: SharedResult) => string;

/**
 * The result.
 * @param reach how far the drawing reaches to both sides of zero
 */
export function claimResultHtml(result: SharedResult, reach: number, source: SourceHtml): string {
  const { comparisons, unit, grade } = result;
  const more = seedsWords(result);
  return `<div class="result"><span class="mark ${result.verdict.replaceAll(" ", "-")}">${verdictWords(result)}</span>
${intervalDrawing(
  comparisons.map((each) => drawnDifference(each, unit)),
  reach,
)}
${numbersHtml(result)}<small>${source(result)}, ${grade ?? ""}${more && `; ${more}`}</small></div>`;
}

/** What is drawn: ratios by their logarithms, a value alone by its distance from the limit. */
export function drawnDifference(
  { comparison, difference, low, high }: ComparisonResult,
  unit: ClaimResult["unit"],
): DrawnDifference {
  const { above, below, paper, nets } = comparison;
  const scaled = (value: number) => (unit === "ratio" ? Math.log(value) : value);
  const origin = nets.length === 1 ? scaled(above ?? below ?? 0) : 0;
  const at = (value: number | undefined) => (value === undefined ? undefined : scaled(value) - origin);
  const interval = low === undefined || high === undefined ? undefined : ([at(low)!, at(high)!] as const);
  return { difference: at(difference), interval, paper: at(paper), above: at(above), below: at(below) };
}

/** One comparison in a line; several folded, below how many of them the runs support. */
function numbersHtml({ comparisons, unit }: ClaimResult): string {
  const [first, ...others] = comparisons;
  if (first && others.length === 0) return `<small>${escapeHtml(measuredWords(first, unit))}</small>`;
  const supported = comparisons.filter(({ verdict }) => verdict === "supported").length;
  const items = comparisons.map((each) => `<li>${escapeHtml(comparisonWords(each, unit, true))}</li>`);
  return `<details><summary>${supported} of ${comparisons.length} comparisons supported</summary><ul>${items.join("")}</ul></details>`;
}
