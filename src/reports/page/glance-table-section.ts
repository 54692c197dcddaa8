// The paper's tables on the page over all studies: under one heading the paper's columns, and under one for each set-up ours.

import type { StudySummary } from "../study.ts";
import { architectureTable } from "../tables/architecture-table.ts";
import { meanText, scatterNote } from "../tables/format.ts";
import { type GlanceLine, type GlanceSetup, type GlanceTable, glanceTable, isFilled } from "../tables/glance-tables.ts";
import { paperText, referenceError } from "../tables/paper-columns.ts";
import type { TableEntry } from "../tables/paper-table-lines.ts";
import { escapeHtml, htmlList, htmlTable, markHtml, scrollHtml } from "./html.ts";
import { setupWords, studyLink } from "./study-link.ts";

/** The tables of errors, each with a study that comes with the program and fills it. */
const fillers = {
  "table-2": "plain-vs-res",
  "table-3": "shortcut-options",
  "table-4": "single-model",
  "table-5": "ensemble",
  "table-6": "cifar-depth",
} as const;

/** Tables 1 to 6: those with numbers of ours, then how to fill the others. */
export function glanceTablesHtml(studies: readonly StudySummary[]): string {
  const references = Object.keys(fillers) as (keyof typeof fillers)[];
  const tables = references.map((reference) => ({ reference, table: glanceTable(reference, studies) }));
  const empty = tables.filter(({ table }) => !table).map(({ reference }) => reference);
  const filled = tables.flatMap(({ table }) => table ?? []);
  return [architecturesHtml(), filledHtml(filled), emptyHtml(empty)].filter((html) => html !== "").join("\n");
}

function filledHtml(tables: readonly GlanceTable[]): string {
  if (tables.length === 0) return "";
  const isPublished = tables.some(({ lines }) => lines.some(({ head }) => head.published));
  const notes = [
    `Errors are in %, of n runs. ${scatterNote} Each column of ours is one set-up, with its study and its grade.`,
    ...(isPublished ? ["* As published by others. We did not run it."] : []),
  ];
  return `<div class="tables">\n${tables.map(tableHtml).join("\n")}\n</div>\n${htmlList(notes)}`;
}

function tableHtml(table: GlanceTable): string {
  const { title, measures, heads, numbers, setups, lines, omitted } = table;
  const groups = [
    { head: "the paper", detail: "", places: numbers.map((_, place) => place) },
    ...setups.map((setup) => ({ head: escapeHtml(setup.scale.name), detail: detailHtml(setup), places: setup.places })),
  ];
  const isNested = numbers.length > 1;
  const down = isNested ? ' rowspan="2"' : "";
  const top = [
    ...heads.map((head) => `<th scope="col"${down}>${escapeHtml(head.title)}</th>`),
    ...groups.map(({ head, detail, places }) => {
      const scope = isNested ? `scope="colgroup" colspan="${places.length}"` : 'scope="col"';
      return `<th class="group" ${scope}>${head}${detail && `<small>${detail}</small>`}</th>`;
    }),
  ];
  const below = groups.flatMap(({ places }) =>
    places.map((place, i) => `<th scope="col" class="${cellClass(i)}">${escapeHtml(numbers[place]?.title ?? "")}</th>`),
  );
  const body = lines.map((line) => `<tr>${lineHtml(line, table)}</tr>`);
  const html = scrollHtml(
    `${title}: ${measures}`,
    `<thead><tr>${top.join("")}</tr>${isNested ? `<tr>${below.join("")}</tr>` : ""}</thead>
<tbody>
${body.join("\n")}
</tbody>`,
    "glance",
  );
  const more = omitted > 0 ? `\n<p class="notes">${omitted} more set-ups are on the pages of the studies.</p>` : "";
  return `<div>${html}${more}</div>`;
}

function cellClass(place: number): string {
  return place === 0 ? "number group" : "number";
}

/** Study and grade of a set-up. */
function detailHtml({ experiment, setup, grade }: GlanceSetup): string {
  return `${studyLink(experiment)}<br>${escapeHtml(setupWords(setup))}<br>${markHtml(grade)}`;
}

function lineHtml({ head, ours }: GlanceLine, { heads, numbers, setups }: GlanceTable): string {
  const cells = [
    ...heads.map(({ of }, i) => {
      if (i > 0) return `<td>${escapeHtml(of(head))}</td>`;
      return `<th scope="row">${escapeHtml(of(head))}${head.published ? " *" : ""}</th>`;
    }),
    ...numbers.map((_, place) => `<td class="${cellClass(place)}">${escapeHtml(paperText(head.entries[place]))}</td>`),
    ...setups.flatMap(({ places }, i) =>
      places.map((place, at) => `<td class="${cellClass(at)}">${entryHtml(ours[i]?.entries[place])}</td>`),
    ),
  ];
  return cells.join("");
}

/** Our mean, below it the number of runs, a verdict where errors compare, and what the project measured. */
function entryHtml(entry: TableEntry | undefined): string {
  const error = entry?.measured?.error;
  if (!entry || !error || !isFilled(entry)) return "";
  const verdict = entry.judgement?.verdict;
  const mark = verdict === undefined || verdict === "not comparable" ? "" : `, ${markHtml(verdict)}`;
  const reference = referenceError(entry);
  const beside = reference ? ` <small>reference: ${meanText(reference)}, n = ${reference.count}</small>` : "";
  return `${meanText(error)} <small>n = ${error.count}${mark}</small>${beside}`;
}

function emptyHtml(empty: readonly (keyof typeof fillers)[]): string {
  return htmlList(
    empty.map((reference) => {
      const name = `Table ${reference.replace("table-", "")}`;
      return `${name}: no run here fills any of it. \`resnet-exp run ${fillers[reference]}\` does.`;
    }),
  );
}

function architecturesHtml(): string {
  const { columns, rows, notes } = architectureTable();
  return `<details class="architectures printed"><summary>Table 1: the architectures for ImageNet as this program builds them, and their multiply-adds</summary>
${htmlTable("Table 1: architectures for ImageNet", columns, rows)}
${htmlList(notes)}
</details>`;
}
