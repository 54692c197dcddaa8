// The figures on a page: panels side by side, or one below the other on a narrow screen, each with a legend of buttons.
import type { Picture } from "../figures/confusion-picture.ts";
import type { Drawing } from "../figures/draw.ts";
import type { Figure, Panel } from "../figures/figure.ts";
import { hasPaper, plotSize, sharedNets } from "../figures/spec.ts";
import { escapeHtml } from "./html.ts";

/** One figure with links to its files. */
export function figureHtml({ figure, panels }: Drawing): string {
  const files = ["svg", "png", "csv", "vl.json"].map((end) => {
    const name = `figures/${figure.name}.${end}`;
    return `<a href="${escapeHtml(name)}">${end === "vl.json" ? "specification" : end.toUpperCase()}</a>`;
  });
  const shared = sharedNets(figure);
  return `<figure class="figure" id="${escapeHtml(figure.name)}">
<figcaption><strong>${escapeHtml(figure.title)}</strong> ${figure.caption.map(escapeHtml).join(" · ")} · ${files.join(" ")}</figcaption>
${keyHtml(figure)}${shared ? `${legendHtml(figure.title, shared)}\n` : ""}<div class="panels">
${panels.map(({ panel, svg }) => panelHtml(figure, panel, svg, !shared)).join("\n")}
</div>
</figure>`;
}

/** A picture that is no figure of lines, with links to its files. @param table the name of its table */
export function pictureHtml({ name, title, caption, svg }: Picture, table: string): string {
  const files = ["svg", "png"].map((end) => `<a href="figures/${escapeHtml(name)}.${end}">${end.toUpperCase()}</a>`);
  return `<figure class="figure" id="${escapeHtml(name)}">
<figcaption><strong>${escapeHtml(title)}</strong> ${escapeHtml(caption)} · ${files.join(" ")} · <a href="tables/${table}.csv">CSV</a></figcaption>
<div class="scroll">${svg}</div>
</figure>`;
}

/** What lines mean in every panel, whatever their colour. */
function keyHtml(figure: Figure): string {
  const errors = figure.bothErrors ? [["line", "test error"] as const, ["line dashed", "training error"] as const] : [];
  const paper = hasPaper(figure) ? [["line pale", "the paper's"] as const] : [];
  const items = [...errors, ...paper].map(([kind, text]) => `<li class="${kind}">${text}</li>`);
  return items.length > 0 ? `<ul class="key">${items.join("")}</ul>\n` : "";
}

/** One button for each net, which hides its lines; of a whole figure where the legend is not in a panel. */
function legendHtml(name: string, nets: Panel["colours"]): string {
  const items = nets.map(
    ({ net, colour, dashed }) =>
      `<li><button type="button" aria-pressed="true" data-net="${escapeHtml(net)}" class="line${dashed ? " dashed" : ""}${colour === "#000000" ? " black" : ""}" style="--line: ${colour}">${escapeHtml(net)}</button></li>`,
  );
  return `<ul class="legend" aria-label="Lines of ${escapeHtml(name)}">${items.join("")}</ul>`;
}

function panelHtml(figure: Figure, panel: Panel, svg: string, hasLegend: boolean): string {
  const name = `${figure.title}, ${panel.title}`;
  const [x0, x1] = panel.x.domain.map((value) => value / figure.x.unit);
  const [y0, y1] = panel.y.domain.map((value) => value / figure.y.unit);
  const unit = figure.y.title.endsWith("(%)") ? " %" : "";
  return `<div class="panel" data-width="${plotSize.width}" data-height="${plotSize.height}" data-x0="${x0}" data-x1="${x1}" data-y0="${y0}" data-y1="${y1}" ${figure.x.logarithmic ? 'data-logarithmic="" ' : ""}data-x-title="${escapeHtml(figure.x.title)}" data-unit="${unit}">
<h4>${escapeHtml(panel.title)}</h4>
${hasLegend ? `${legendHtml(name, panel.colours)}\n` : ""}<div class="plot" tabindex="0" role="group" aria-label="${escapeHtml(name)}: ${escapeHtml(ends(figure, panel))} Use the arrow keys to read values.">${svg}</div>
<div class="values" role="status"></div>
</div>`;
}

// Where the lines end, for readers who cannot see them.
function ends({ csv, y }: Figure, panel: Panel): string {
  const last = new Map<string, number>();
  for (const line of csv.split("\n").slice(1)) {
    const [name, net, set, source, , value] = line.split(",");
    if (name === panel.name && source === "ours") last.set(`${net} ${set}`, Number(value) / y.unit);
  }
  return `${[...last].map(([name, value]) => `${name} ends at ${value.toFixed(2)}`).join(", ")}.`;
}
