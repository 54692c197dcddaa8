// Draws figures: SVG by Vega without a browser, PNG from it. Both packages are loaded when the first figure is drawn.
// Vega measures text by its own estimate, never by a canvas that one machine has and another has not, so that the same
// CSV gives the same SVG everywhere; a PNG's lettering is in the machine's own sans-serif.
import { loadSharp } from "../../system/sharp.ts";
import type { Figure, Panel } from "./figure.ts";
import { figureSpec } from "./spec.ts";

/** A figure's own picture and its panels one by one, as the page has them. */
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
  // Its types lack what it exports.
  (vega as unknown as { textMetrics: { canvas(use: boolean): void } }).textMetrics.canvas(false);
  vega.resetSVGDefIds();
  const spec = figureSpec(figure, panel);
  const { data } = spec as { data: { format: object } };
  const { spec: compiled } = compile({ ...spec, data: { values: figure.csv, format: data.format } } as typeof spec);
  const view = new vega.View(vega.parse(compiled), { renderer: "none", logLevel: vega.Error });
  try {
    const svg = await view.toSVG();
    // Several pictures stand in one page, where an id may be there once only.
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
