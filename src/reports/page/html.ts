// HTML as text: escaping, tables that scroll by themselves on a narrow screen, and the frame of a page.
import { type Column, type ReadColumn, readColumns } from "../../text/column.ts";
import { pageScript } from "./script.ts";
import { pageStyle } from "./style.ts";

/** Text that is safe in an element or an attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/**
 * A table with its caption. Columns that are empty in every row are left out. The first cell of a row is its head.
 * @param isSortable whether a click on a heading sorts the rows
 */
export function htmlTable<Row>(
  caption: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  isSortable = false,
): string {
  const all = readColumns(columns, rows);
  const number = ({ align }: ReadColumn) => (align === "right" ? ' class="number"' : "");
  const head = all.map((column) => `<th scope="col"${number(column)}>${escapeHtml(column.title)}</th>`).join("");
  const body = rows.map((_, row) => {
    const cells = all.map((column, place) => {
      const [text = "", detail = ""] = column.parts[row] ?? [];
      if (place === 0) return `<th scope="row">${escapeHtml(text)}</th>`;
      const small = detail && ` <small>${escapeHtml(detail)}</small>`;
      return `<td${number(column)}>${column.mark && text ? markHtml(text) : escapeHtml(text)}${small}</td>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  return scrollHtml(
    caption,
    `<thead><tr>${head}</tr></thead>
<tbody>
${body.join("\n")}
</tbody>`,
    isSortable ? "sortable" : "",
  );
}

/** A table of given rows with its caption, in a region that scrolls by itself and that the keyboard reaches. */
export function scrollHtml(caption: string, rows: string, kind = ""): string {
  return `<div class="scroll" role="region" tabindex="0" aria-label="${escapeHtml(caption)}">
<table${kind && ` class="${kind}"`}>
<caption>${escapeHtml(caption)}</caption>
${rows}
</table>
</div>`;
}

/** A verdict or grade, with its name as a class. */
export function markHtml(text: string): string {
  return `<span class="mark ${text.replaceAll(" ", "-")}">${escapeHtml(text)}</span>`;
}

/** A list of sentences, where words between backticks are code; nothing for no sentences. */
export function htmlList(lines: readonly string[]): string {
  return lines.length
    ? `<ul class="notes">\n${lines.map((line) => `<li>${escapeHtml(line).replace(/`([^`]+)`/g, "<code>$1</code>")}</li>`).join("\n")}\n</ul>`
    : "";
}

/** A section of a page: its id, its heading and what is in it, "" where it is left out. */
export type Section = readonly [id: string, title: string, html: string];

/** The sections that have something in them, and links to each. */
export function sectionsHtml(sections: readonly Section[]): { readonly nav: string; readonly html: string } {
  const shown = sections.filter(([, , html]) => html !== "");
  const links = shown.map(([id, title]) => `<li><a href="#${id}">${title}</a></li>`).join("");
  return {
    nav: `<nav aria-label="Sections"><ul>${links}</ul></nav>`,
    html: shown
      .map(
        ([id, title, html]) =>
          `<section id="${id}" aria-labelledby="${id}-title">\n<h2 id="${id}-title">${title}</h2>\n${html}\n</section>`,
      )
      .join("\n"),
  };
}

/**
 * A whole page. It fetches nothing.
 * @param ownStyle what it has beside the style of all pages
 */
export function htmlPage(title: string, body: string, ownStyle = ""): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>${escapeHtml(title)}</title>
<style>
${pageStyle}${ownStyle}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the results</a>
${body}
<script>
${pageScript}</script>
</body>
</html>
`;
}
