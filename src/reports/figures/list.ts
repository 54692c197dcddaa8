// The figures of a study: a figure for each sweep, and the paper's figures that its experiment names, once for each set-up
// that has their nets.
import type { Setup } from "../analysis/setups.ts";
import { isSweep, type Part } from "../analysis/sweeps.ts";
import { analysisFigures } from "./analyses/figures.ts";
import { ownFigure, paperFigure } from "./curve-figures.ts";
import type { Figure } from "./figure.ts";
import { gradientFigure } from "./gradient-figure.ts";
import { responseFigure } from "./response-figure.ts";
import { sweepFigure } from "./sweep-figure.ts";

/** How many set-ups are drawn. The rest are in tables only. */
export const drawnSetups = 4;

/**
 * The figures of the parts of a study. Those of the first part have plain names ("figure-4"), the others have the set-up in
 * their names. Where a part has none of the paper's figures, its own curves are drawn. Paper curves are never drawn alone.
 */
export function listFigures(references: readonly string[], parts: readonly Part[]): Figure[] {
  return parts.slice(0, drawnSetups).flatMap((part, i) => {
    if (!isSweep(part)) {
      const figures = setupFigures(references, part, i === 0);
      const curves = figures.paper.length > 0 ? [] : present(ownFigure(name("training-curves", part, i === 0), part));
      return [...figures.paper, ...curves, ...figures.layers];
    }
    const own = part.setups.slice(0, drawnSetups).map((setup, k) => setupFigures(references, setup, i + k === 0));
    return [
      ...present(sweepFigure(name("sweep", part, i === 0), part)),
      ...own.flatMap(({ paper, layers }) => [...paper, ...layers]),
    ];
  });
}

function setupFigures(references: readonly string[], setup: Setup, isFirst: boolean) {
  const named = (base: string) => name(base, setup, isFirst);
  return {
    paper: references.flatMap((reference) => present(paperFigure(reference, named(reference), setup))),
    layers: [
      ...present(responseFigure(named("figure-7"), setup)),
      ...present(gradientFigure(named("gradients"), setup)),
      ...analysisFigures(named, setup),
    ],
  };
}

function name(base: string, { slug }: Setup, isFirst: boolean): string {
  return isFirst ? base : `${base}-${slug}`;
}

function present(figure: Figure | undefined): Figure[] {
  return figure ? [figure] : [];
}
