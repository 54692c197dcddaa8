// The page of a study: question, answer, claims, tables, figures, deviations, costs and runs in one file that fetches nothing.
import { listed } from "../../text/listing.ts";
import { answerLines } from "../analysis/answer.ts";
import { dataNotes } from "../analysis/data-notes.ts";
import { isSweep } from "../analysis/sweeps.ts";
import { studyClaims } from "../claims/claim-result.ts";
import { landscapePictures } from "../figures/analyses/landscape-contours.ts";
import type { Drawing } from "../figures/draw.ts";
import { drawnSetups } from "../figures/list.ts";
import type { Study } from "../study.ts";
import { checklist, checklistColumns, checklistNotes } from "../tables/checklist.ts";
import { paperColumns, rowsOf } from "../tables/paper-columns.ts";
import { protocolColumns, protocolNotes, protocolSections } from "../tables/protocol-table.ts";
import { partDeviationLines, partNotes, unfinishedLines } from "../tables/summary.ts";
import { partColumns } from "../tables/sweep-columns.ts";
import { tableNotes } from "../tables/table-notes.ts";
import { claimsHtml, namedSetup } from "./claim-section.ts";
import { claimStyle } from "./claim-style.ts";
import { classesHtml } from "./class-section.ts";
import { costsHtml } from "./cost-section.ts";
import { figureHtml, pictureHtml } from "./figure-section.ts";
import { escapeHtml, htmlList, htmlPage, htmlTable, sectionsHtml } from "./html.ts";
import { netsHtml } from "./net-section.ts";
import { netStyle } from "./net-style.ts";
import { type QueueRow, queueHtml } from "./queue-section.ts";
import { runsHtml } from "./run-section.ts";

/**
 * The HTML of a study's page. The same study and drawings give the same text.
 * @param drawings of `study.figures`
 * @param reference the address of the project's own results of the study, seen from the directory of results
 * @param queue the runs that a cluster trains now
 */
export function renderPage(
  study: Study,
  drawings: readonly Drawing[],
  reference?: string,
  queue: readonly QueueRow[] = [],
): string {
  const planes = landscapePictures(study.setups).map((picture) => pictureHtml(picture, "landscape"));
  const nets = netsHtml(study.setups.slice(0, drawnSetups).flatMap(({ rows }) => rows));
  const { nav, html } = sectionsHtml([
    [
      "summary",
      "Summary",
      [
        ...study.parts.map((part) => htmlTable(part.name, partColumns(part), part.rows, isSweep(part))),
        withLink(htmlList(partNotes(study.parts)), reference),
        htmlList([
          ...dataNotes(study.runs),
          ...unfinishedLines(study.runs),
          ...waitingLines(study.waiting),
          ...study.leftOut,
        ]),
      ].join("\n"),
    ],
    ["queue", "On the cluster", queueHtml(queue)],
    ["claims", "What the paper claims", claimsHtml(studyClaims(study), namedSetup, false)],
    [
      "figures",
      "Figures",
      [...drawings.map(figureHtml), ...planes, htmlList(undrawn(study))].filter((html) => html).join("\n"),
    ],
    ["nets", "Nets to take apart", nets],
    [
      "tables",
      "The paper's tables and ours",
      [architectureHtml(study), ...study.tables.map((table) => tableHtml(table, reference))]
        .filter((html) => html !== "")
        .join("\n"),
    ],
    ["protocols", "Testing protocols", protocolsHtml(study)],
    ["classes", "Classes", classesHtml(study)],
    [
      "deviations",
      "Deviations from the paper's recipe",
      study.parts.map((part) => `<h3>${escapeHtml(part.name)}</h3>\n${htmlList(partDeviationLines(part))}`).join("\n"),
    ],
    ["costs", "Time and hardware", costsHtml(study.runs)],
    ["runs", "Runs", runsHtml(study.runs)],
    ["checklist", "Reproducibility checklist", checklistHtml(study)],
  ]);
  return htmlPage(
    study.experiment,
    `<header>
<p class="notes"><a href="../index.html">All studies</a>${reference === undefined ? "" : ` · <a href="../${reference}">What the project measured in this study</a>`}</p>
<h1>${escapeHtml(study.experiment)}</h1>
${study.question ? `<p class="question">${escapeHtml(study.question)}</p>` : ""}
${answerLines(study.parts)
  .map((line) => `<p class="answer">${escapeHtml(line)}</p>`)
  .join("\n")}
${nav}
</header>
<main id="main">
${html}
</main>`,
    `${claimStyle}${nets === "" ? "" : netStyle}`,
  );
}

/** Notes whose word "Reference" leads to what the project measured. */
function withLink(notes: string, reference: string | undefined): string {
  if (reference === undefined) return notes;
  return notes.replace("<li>Reference: ", () => `<li><a href="../${reference}">Reference</a>: `);
}

function waitingLines(waiting: readonly string[]): string[] {
  if (waiting.length === 0) return [];
  return [`${waiting.length} ${waiting.length === 1 ? "run has" : "runs have"} not begun: ${listed(waiting)}.`];
}

function undrawn({ parts }: Study): string[] {
  const rest = parts.length - drawnSetups;
  return rest > 0 ? [`The figures show the first ${drawnSetups} set-ups. The tables show ${rest} more.`] : [];
}

function tableHtml(table: Study["tables"][number], reference: string | undefined): string {
  const columns = paperColumns(table);
  const parts = table.parts.map((part) => htmlTable(`${table.title}: ${part.setup.name}`, columns, rowsOf(part)));
  return [...parts, withLink(htmlList(tableNotes(table)), reference)].join("\n");
}

function protocolsHtml({ parts }: Study): string {
  const sections = protocolSections(parts);
  const tables = sections.map(({ name, rows }) => htmlTable(`Testing protocols: ${name}`, protocolColumns(rows), rows));
  return tables.length ? [...tables, htmlList(protocolNotes(sections.flatMap(({ rows }) => rows)))].join("\n") : "";
}

function checklistHtml(study: Study): string {
  const rows = checklist(study);
  const answered = rows.filter(({ answer }) => answer === "yes").length;
  return `<details class="printed"><summary>${answered} of ${rows.length} questions answered with yes</summary>
${htmlTable("Reproducibility checklist", checklistColumns, rows)}
${htmlList(checklistNotes)}
</details>`;
}

function architectureHtml({ architectures }: Study): string {
  if (!architectures) return "";
  const { columns, rows, notes } = architectures;
  return `${htmlTable("Table 1: architectures for ImageNet", columns, rows)}\n${htmlList(notes)}`;
}
