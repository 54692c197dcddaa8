// Draws figures: Vega makes the SVG without a browser, and sharp makes the PNG from it. Both load with the first figure.
// Vega estimates the width of text itself, as only some machines have a canvas: so the same CSV gives the same SVG on
// every machine. The lettering of a PNG is in the machine's own sans-serif.
import { loadSharp } from "../../system/sharp.ts";
import type { Figure, Panel } from "./figure.ts";
import { figureSpec } from "./spec.ts";

/** The picture of a figure, and a picture of each panel for the page. */
export interface Drawing {
  readonly figure: Figure;
  readonly svg: string;
  readonly panels: readonly { readonly panel: Panel; readonly svg: string }[];
}

/** Draws a figure and each of its panels. */
export async function drawFigure(figure: Figure): Promise<Drawing> {
  const svg = await renderSvg(figure);
  const panels: { panel: Panel; svg: string }[] = [];
  for (const panel of figure.panels) panels.push({ panel, svg: await renderSvg(figure, panel) });
  return { figure, svg, panels };
}

/** The SVG of a figure, or of one panel of it. */
async function renderSvg(figure: Figure, panel?: Panel): Promise<string> {
  const [vega, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  // Vega exports `textMetrics`, but its types lack it.
  (vega as unknown as { textMetrics: { canvas(use: boolean): void } }).textMetrics.canvas(false);
  vega.resetSVGDefIds();
  const spec = figureSpec(figure, panel);
  const { data } = spec as { data: { format: object } };
  const { spec: compiled } = compile({ ...spec, data: { values: figure.csv, format: data.format } } as typeof spec);
  const view = new vega.View(vega.parse(compiled), { renderer: "none", logLevel: vega.Error });
  try {
    const svg = await view.toSVG();
    // A page holds several pictures, and an id must be unique on a page.
    const prefix = `${figure.name}${panel ? `-${panel.name}` : ""}-`;
    return svg.replace(/(id="|url\(#)(?=clip|gradient)/g, `$1${prefix}`);
  } finally {
    view.finalize();
  }
}

/** The PNG of an SVG at twice its size. @throws UserError where the package that draws it does not load */
export async function renderPng(svg: string): Promise<Buffer> {
  const sharp = await loadSharp();
  return sharp(Buffer.from(svg), { density: 144 }).png().toBuffer();
}
