// The page over all studies, the paper at a glance: its tables with our numbers, the studies, and what they cost.

import { claimResults } from "../claims/claim-result.ts";
import type { StudySummary } from "../study.ts";
import type { TabledStudy } from "../tabled-studies.ts";
import { claimsHtml, linkedStudies } from "./claim-section.ts";
import { claimStyle } from "./claim-style.ts";
import { allCostsHtml } from "./cost-section.ts";
import { glanceStyle } from "./glance-style.ts";
import { glanceTablesHtml } from "./glance-table-section.ts";
import { htmlPage, sectionsHtml } from "./html.ts";
import { studiesHtml } from "./study-section.ts";

/** What the page shows beside the studies with runs. */
export interface IndexLinks {
  /** Studies with tables only. */
  readonly tabled?: readonly TabledStudy[];
  /** The address of the page over the project's own results. */
  readonly reference?: string | undefined;
}

/** The HTML of results/index.html. */
export function renderIndex(studies: readonly StudySummary[], { tabled = [], reference }: IndexLinks = {}): string {
  const { nav, html } = sectionsHtml([
    ["claims", "What the paper claims", claimsHtml(claimResults(studies), linkedStudies, true)],
    ["tables", "The paper's tables and ours", glanceTablesHtml(studies)],
    ["studies", "Studies", studiesHtml(studies, tabled)],
    ["costs", "Cost and hardware", allCostsHtml(studies)],
  ]);
  return htmlPage(
    "The paper at a glance",
    `<header>
<h1>The paper at a glance</h1>
<p class="question">What <cite>Deep Residual Learning for Image Recognition</cite> (He, Zhang, Ren, Sun 2015) says, and what the runs here say.</p>${reference === undefined ? "" : `\n<p class="notes"><a href="${reference}">What the project measured</a></p>`}
${nav}
</header>
<main id="main">
${html}
</main>`,
    `${claimStyle}${glanceStyle}`,
  );
}
