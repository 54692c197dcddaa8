// The figures of a study: the paper's figures that its experiment names, once for each set-up that has their nets.
import type { Setup } from "../analysis/setups.ts";
import { ownFigure, paperFigure } from "./curve-figures.ts";
import type { Figure } from "./figure.ts";
import { gradientFigure } from "./gradient-figure.ts";
import { responseFigure } from "./response-figure.ts";

/** How many set-ups are drawn. A sweep over learning rates makes a set-up of each; the rest are in tables only. */
export const drawnSetups = 4;

/**
 * The figures of some set-ups. Those of the first set-up have plain names ("figure-4"), the others have the set-up in their
 * names. Where a set-up has none of the paper's figures, its training curves are drawn. Paper curves are never drawn alone.
 */
export function listFigures(references: readonly string[], setups: readonly Setup[]): Figure[] {
  return setups.slice(0, drawnSetups).flatMap((setup, i) => {
    const named = (name: string) => (i === 0 ? name : `${name}-${setup.slug}`);
    const figures = references.flatMap((reference) => paperFigure(reference, named(reference), setup) ?? []);
    const curves = figures.length > 0 ? [] : [ownFigure(named("training-curves"), setup)];
    const layers = [responseFigure(named("figure-7"), setup), gradientFigure(named("gradients"), setup)];
    return [...figures, ...curves, ...layers].filter((figure) => figure !== undefined);
  });
}
