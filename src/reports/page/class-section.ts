// The classes on a page: the error of each by net, and the confusion matrices as pictures.
import { confusionPictures, type Picture } from "../figures/confusion-picture.ts";
import type { Study } from "../study.ts";
import { classTables } from "../tables/class-tables.ts";
import { escapeHtml, htmlList, htmlTable } from "./html.ts";

/** "" if `evaluate` measured nothing. */
export function classesHtml({ setups }: Study): string {
  const tables = classTables(setups).map(({ setup, columns, rows, notes }) =>
    [htmlTable(`Errors by class: ${setup}`, columns, rows), htmlList(notes)].join("\n"),
  );
  return [...tables, ...confusionPictures(setups).map(pictureHtml)].join("\n");
}

function pictureHtml({ name, title, caption, svg }: Picture): string {
  const files = ["svg", "png"].map((end) => `<a href="figures/${escapeHtml(name)}.${end}">${end.toUpperCase()}</a>`);
  return `<figure class="figure" id="${escapeHtml(name)}">
<figcaption><strong>${escapeHtml(title)}</strong> ${escapeHtml(caption)} · ${files.join(" ")} · <a href="tables/confusion.csv">CSV</a></figcaption>
<div class="scroll">${svg}</div>
</figure>`;
}
