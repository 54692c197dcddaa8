// HTML as text: escaping, tables that scroll by themselves on a narrow screen, and the frame of a page.
import type { TextColumn } from "../../text/text-table.ts";
import { pageScript } from "./script.ts";
import { pageStyle } from "./style.ts";

/** Text as it may stand in an element or an attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/**
 * A table with its caption, without columns that are empty in every row; each row's first cell is its head.
 * A verdict or grade is marked by a class of its name.
 */
export function htmlTable(
  caption: string,
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
): string {
  const kept = columns.map((_, i) => i).filter((i) => rows.some((row) => row[i]));
  const align = (i: number) => (columns[i]?.align === "right" ? ' class="number"' : "");
  const head = kept.map((i) => `<th scope="col"${align(i)}>${escapeHtml(columns[i]?.title ?? "")}</th>`).join("");
  const body = rows.map((row) => {
    const cells = kept.map((i, place) => {
      const text = row[i] ?? "";
      if (place === 0) return `<th scope="row">${escapeHtml(text)}</th>`;
      const mark = /verdict$|grade$/.test(columns[i]?.title ?? "") && text;
      return `<td${align(i)}>${mark ? `<span class="mark ${text.replaceAll(" ", "-")}">${escapeHtml(text)}</span>` : escapeHtml(text)}</td>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  return `<div class="scroll" role="region" tabindex="0" aria-label="${escapeHtml(caption)}">
<table>
<caption>${escapeHtml(caption)}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body.join("\n")}
</tbody>
</table>
</div>`;
}

/** A list of sentences, of which words between backticks are code; nothing for none. */
export function htmlList(lines: readonly string[]): string {
  return lines.length
    ? `<ul class="notes">\n${lines.map((line) => `<li>${escapeHtml(line).replace(/`([^`]+)`/g, "<code>$1</code>")}</li>`).join("\n")}\n</ul>`
    : "";
}

/** A whole page: nothing in it is fetched from anywhere. */
export function htmlPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>${escapeHtml(title)}</title>
<style>
${pageStyle}</style>
</head>
<body>
<a class="skip" href="#main">To the results</a>
${body}
<script>
${pageScript}</script>
</body>
</html>
`;
}
