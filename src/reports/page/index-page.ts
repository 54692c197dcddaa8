// The page over all studies: each with its question, its answer and a link to its own page.
import { answerLines } from "../analysis/answer.ts";
import { durationText, flopsText, machineCosts } from "../analysis/costs.ts";
import type { StudySummary } from "../study.ts";
import { escapeHtml, htmlPage, htmlTable } from "./html.ts";

/** The HTML of results/index.html, studies in the order given. */
export function renderIndex(studies: readonly StudySummary[]): string {
  const rows = studies.map(({ experiment, runs }) => {
    const costs = machineCosts(runs);
    return [
      experiment,
      `${runs.filter(({ status }) => status === "done").length} of ${runs.length}`,
      durationText(costs.reduce((sum, { seconds }) => sum + seconds, 0)),
      flopsText(costs.reduce((sum, { flops }) => sum + flops, 0)),
    ];
  });
  const articles = studies.map(
    ({ experiment, question, setups }) => `<section>
<h2><a href="${encodeURIComponent(experiment)}/report.html">${escapeHtml(experiment)}</a></h2>
${question ? `<p class="question">${escapeHtml(question)}</p>` : ""}
${answerLines(setups)
  .map((line) => `<p class="answer">${escapeHtml(line)}</p>`)
  .join("\n")}
</section>`,
  );
  const table = htmlTable(
    "Studies",
    ["study", "runs done", "training time", "operations"].map((title, i) => ({
      title,
      align: i === 0 ? "left" : "right",
      importance: 1,
    })),
    rows,
  );
  return htmlPage(
    "resnet-exp: results",
    `<header>
<h1>Results</h1>
<p class="question">Deep Residual Learning for Image Recognition (He et al. 2015), its experiments run again.</p>
</header>
<main id="main">
${articles.join("\n")}
<section>
<h2>Costs</h2>
${table}
</section>
</main>`,
  );
}
