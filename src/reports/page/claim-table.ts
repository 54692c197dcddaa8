// The table of claims: a row for each, with the paper's difference and a column for each scale. On a phone each row is a card.
import type { ClaimResult } from "../claims/claim-result.ts";
import { paperWords } from "../claims/claim-words.ts";
import type { ClaimRow } from "../tables/glance-claims.ts";
import { claimResultHtml, drawnDifference, type SourceHtml } from "./claim-cell.ts";
import { escapeHtml } from "./html.ts";
import { axisReach } from "./interval-drawing.ts";

/** The table of some claims. Roles are written out, as a card is no table to a browser. */
export function claimTableHtml(
  caption: string,
  rows: readonly ClaimRow[],
  scales: readonly string[],
  source: SourceHtml,
): string {
  const shown = scales.filter((scale) => rows.some(({ byScale }) => byScale.has(scale)));
  const head = ["claim", "the paper", ...shown].map(
    (title) => `<th scope="col" role="columnheader">${escapeHtml(title)}</th>`,
  );
  return `<table class="claims" role="table">
<caption>${escapeHtml(caption)}</caption>
<thead role="rowgroup"><tr role="row">${head.join("")}</tr></thead>
<tbody role="rowgroup">
${rows.map((row) => rowHtml(row, shown, source)).join("\n")}
</tbody>
</table>`;
}

function rowHtml({ claim, byScale }: ClaimRow, scales: readonly string[], source: SourceHtml): string {
  const results = [...byScale.values()].flat();
  const reach = axisReach(
    results.flatMap(({ comparisons, unit }) => comparisons.map((each) => drawnDifference(each, unit))),
  );
  const cells = scales.map((scale) => {
    const own = byScale.get(scale) ?? [];
    if (own.length === 0)
      return `<td role="cell" class="not-run" data-scale="${escapeHtml(scale)}"><small>not run</small></td>`;
    const html = own.map((result) => claimResultHtml(result, reach, source)).join("\n");
    return `<td role="cell" data-scale="${escapeHtml(scale)}">${html}</td>`;
  });
  return `<tr role="row" id="${claim.id}">${claimHtml(results[0] as ClaimResult)}<td role="cell" data-scale="the paper">${paperHtml(results[0])}</td>${cells.join("")}</tr>`;
}

/** What the paper says and where, and which difference is shown, where it is one. */
export function claimHtml({ claim, comparisons }: ClaimResult): string {
  const { id, sentence, place, metric, note } = claim;
  const [first, ...others] = comparisons;
  const difference = first && others.length === 0 ? `, ${first.name}` : "";
  const comment = note === undefined ? "" : `<small>${escapeHtml(note)}</small>`;
  return `<th scope="row" role="rowheader">${escapeHtml(sentence)}<small>${escapeHtml(place)}; <code>${id}</code></small><small>${metric}${escapeHtml(difference)}</small>${comment}</th>`;
}

/** The paper's own difference: of several comparisons the least and the greatest. */
export function paperHtml(result: ClaimResult | undefined): string {
  if (!result) return "";
  const { claim, unit } = result;
  const given = claim.comparisons
    .filter(({ paper }) => paper !== undefined)
    .sort((a, b) => (a.paper ?? 0) - (b.paper ?? 0));
  const [least, greatest] = [given[0], given.at(-1)];
  if (!least || !greatest) return "<small>no number</small>";
  const words = [...new Set([paperWords(least, unit), paperWords(greatest, unit)])];
  return escapeHtml(words.join(" to "));
}
