// The page over all studies: each with its question, its answer and a link to its own page.

import type { Column } from "../../text/column.ts";
import { answerLines } from "../analysis/answer.ts";
import { durationText, flopsText, type MachineCost, machineCosts } from "../analysis/costs.ts";
import type { StudySummary } from "../study.ts";
import { escapeHtml, htmlPage, htmlTable } from "./html.ts";

const columns: readonly Column<StudySummary>[] = [
  { title: "study", text: ({ experiment }) => experiment },
  {
    title: "runs done",
    align: "right",
    text: ({ runs, waiting }) =>
      `${runs.filter(({ status }) => status === "done").length} of ${runs.length + waiting.length}`,
  },
  { title: "training time", align: "right", text: ({ runs }) => durationText(sum(runs, ({ seconds }) => seconds)) },
  { title: "operations", align: "right", text: ({ runs }) => flopsText(sum(runs, ({ flops }) => flops)) },
];

/**
 * The HTML of results/index.html, studies in the order given.
 * @param reference the address of the page over the project's own results
 */
export function renderIndex(studies: readonly StudySummary[], reference?: string): string {
  const articles = studies.map(
    ({ experiment, question, parts }) => `<section>
<h2><a href="${encodeURIComponent(experiment)}/report.html">${escapeHtml(experiment)}</a></h2>
${question ? `<p class="question">${escapeHtml(question)}</p>` : ""}
${answerLines(parts)
  .map((line) => `<p class="answer">${escapeHtml(line)}</p>`)
  .join("\n")}
</section>`,
  );
  return htmlPage(
    "resnet-exp: results",
    `<header>
<h1>Results</h1>
<p class="question">The experiments of Deep Residual Learning for Image Recognition (He et al. 2015), run again.</p>${reference === undefined ? "" : `\n<p class="notes"><a href="${reference}">What the project measured</a></p>`}
</header>
<main id="main">
${articles.join("\n")}
<section>
<h2>Costs</h2>
${htmlTable("Studies", columns, studies)}
</section>
</main>`,
  );
}

function sum(runs: StudySummary["runs"], of: (cost: MachineCost) => number): number {
  return machineCosts(runs).reduce((total, cost) => total + of(cost), 0);
}
