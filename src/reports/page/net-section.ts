// The nets of a study as drawings that a reader takes apart: a button for each block and layer, whose measurements a line
// below the drawing shows. What was measured is in a table too, for print and for readers without scripts.
import type { Column } from "../../text/column.ts";
import { percent } from "../../text/quantities.ts";
import { type BlockView, type LayerView, type NetView, netView } from "../analysis/net-parts.ts";
import type { Statistic } from "../analysis/statistics.ts";
import type { SummaryRow } from "../analysis/tabulate.ts";
import { escapeHtml, htmlTable } from "./html.ts";
import { netScript } from "./net-script.ts";

/** The drawings of the nets that were tested without their parts; "" where none was. */
export function netsHtml(rows: readonly SummaryRow[]): string {
  const nets = rows.flatMap((row) => netView(row) ?? []);
  if (nets.length === 0) return "";
  return `<p class="notes">Choose a block to see the test error that was measured without it: the redder, the more it costs. Of a residual net, its shortcut is left; of a plain net, choose a layer. Point at a layer, or move to it with Tab, to see its measurements.</p>
${nets.map(netHtml).join("\n")}
<script>
${netScript}</script>`;
}

function netHtml(net: NetView): string {
  const stages = [...new Set(net.blocks.map(({ stage }) => stage))];
  const whole = `The whole net: ${errorText(net.whole)}.`;
  return `<figure class="net">
<figcaption><strong>${escapeHtml(net.label)}</strong></figcaption>
<div class="net-drawing" role="group" aria-label="${escapeHtml(net.label)}, block by block">
<span class="net-end">images</span>
${stages.map((stage) => stageHtml(net, stage)).join("\n")}
<span class="net-end">classes</span>
</div>
<p class="net-said" role="status" data-whole="${escapeHtml(whole)}">${escapeHtml(whole)}</p>
<div class="net-table">${htmlTable(`${net.label}: the net without each part`, columnsOf(net), partsOf(net))}</div>
</figure>`;
}

function stageHtml(net: NetView, stage: string): string {
  const blocks = net.blocks.filter((block) => block.stage === stage);
  return `<div class="net-stage"><span class="net-name">${stage.replace("stage", "stage ")}</span>${blocks.map((block) => blockHtml(net, block)).join("")}</div>`;
}

function blockHtml(net: NetView, block: BlockView): string {
  const number = /\d+$/.exec(block.name)![0];
  const layers = block.layers.map((layer) => partHtml(net, layer, layerName(layer), layerText(block, layer)));
  const head = block.without
    ? partHtml(net, block, `block ${number}`, blockText(block))
    : `<span class="net-name">block ${number}</span>`;
  return `<div class="net-block${net.residual ? " residual" : ""}">${head}<div class="net-layers">${layers.join("")}</div></div>`;
}

/** A button; one that takes its part out has aria-pressed. */
function partHtml(net: NetView, { without, name }: BlockView | LayerView, words: string, about: string): string {
  const said = without
    ? `${about ? `${about} ` : ""}Without ${name}: ${errorText(without)}, ${changeText(net, without)}.`
    : about;
  const removable = without
    ? ` aria-pressed="false" data-without="${escapeHtml(said)}" style="--cost: ${costOf(net, without)}"`
    : "";
  return `<button type="button" data-about="${escapeHtml(about || otherText(name, without !== undefined))}"${removable}>${escapeHtml(words)}</button>`;
}

/** What the error grows by without a part, in whole points: its tint. */
function costOf({ whole }: NetView, { mean }: Statistic): number {
  return Math.max(0, Math.round(100 * (mean - whole.mean)));
}

/** What is said of a part of which nothing but the error without it was measured, or not even that. */
function otherText(name: string, removable: boolean): string {
  return removable
    ? `${name}: choose it to take it out.`
    : `${name}: it was not taken out, as nothing else has its shape.`;
}

function layerName({ name }: LayerView): string {
  return name.split(".").at(-1)!.replace("conv", "conv ");
}

function blockText({ name, ratio }: BlockView): string {
  if (!ratio) return "";
  return `${name}: branch / trunk ${ratio.untrained.toFixed(2)} untrained, ${ratio.trained.toFixed(2)} trained.`;
}

function layerText({ ratio }: BlockView, { name, response, gradient }: LayerView): string {
  const facts = [
    ...(response === undefined ? [] : [`response ${response.toFixed(2)}`]),
    ...(gradient === undefined ? [] : [`gradient ${gradient.toPrecision(2)}`]),
    ...(ratio ? [`its block's branch / trunk ${ratio.trained.toFixed(2)}`] : []),
  ];
  return facts.length > 0 ? `${name}: ${facts.join(", ")}.` : "";
}

function errorText({ mean, std, count }: Statistic): string {
  const spread = std === undefined ? "" : ` ± ${percent(std)}`;
  return `test error ${percent(mean)}${spread} %${count > 1 ? ` (${count} runs)` : ""}`;
}

function changeText({ whole }: NetView, { mean }: Statistic): string {
  const points = 100 * (mean - whole.mean);
  return `${points < 0 ? "−" : "+"}${Math.abs(points).toFixed(2)} points`;
}

type Part = Partial<BlockView & LayerView> & { readonly name: string };

/** Every part that has a measurement, in the order of the net. */
function partsOf(net: NetView): Part[] {
  const parts = net.blocks.flatMap((block): Part[] => [block, ...block.layers]);
  const measured = parts.filter(({ without, response, ratio }) => without ?? response ?? ratio);
  return [{ name: "the whole net", without: net.whole }, ...measured];
}

function columnsOf(net: NetView): Column<Part>[] {
  return [
    { title: "without", text: ({ name }) => name },
    { title: "test error", align: "right", text: ({ without }) => (without ? percent(without.mean) : "") },
    {
      title: "points more",
      align: "right",
      text: ({ without }) => (without ? changeText(net, without).replace(/ .*/, "") : ""),
    },
    { title: "response", align: "right", text: ({ response }) => response?.toFixed(2) ?? "" },
    { title: "gradient", align: "right", text: ({ gradient }) => gradient?.toPrecision(2) ?? "" },
    { title: "branch / trunk, untrained", align: "right", text: ({ ratio }) => ratio?.untrained.toFixed(2) ?? "" },
    { title: "trained", align: "right", text: ({ ratio }) => ratio?.trained.toFixed(2) ?? "" },
  ];
}
