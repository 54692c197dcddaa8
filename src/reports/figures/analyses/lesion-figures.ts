// The figures of the analysis `lesion`, in the axes of Figs. 3 and 5 of Veit, Wilber and Belongie (2016).
import { findings } from "../../../paper/findings.ts";
import { type FoundRow, numberIn } from "../../analysis/analysed.ts";
import type { Setup } from "../../analysis/setups.ts";
import type { Figure } from "../figure.ts";
import { type AnalysisFigure, analysisFigure, errorAxis } from "./analysis-figure.ts";

const whole: AnalysisFigure["yDomain"] = [0, 1];

const one: AnalysisFigure = {
  analysis: "lesion",
  title: "One block or layer deleted",
  caption: [
    "each block of a residual net, or each layer of a plain net, deleted from the trained net",
    "of a block that changes the shape, the shortcut is left; layers of plain nets that do so are not deleted",
    ...findings.lesion,
  ],
  panels: [
    {
      name: "one",
      title: "0: the whole net",
      values: (rows) => [...wholeNet(rows), ...deletedAlone(rows)].map((row, x) => ({ x, y: numberIn(row, "error") })),
    },
  ],
  x: { column: "deleted", title: "deleted block or layer", unit: 1 },
  y: errorAxis,
  yDomain: whole,
  points: true,
};

const several: AnalysisFigure = {
  analysis: "lesion",
  title: "Several blocks or layers deleted at random",
  caption: ["blocks of residual nets, layers of plain nets"],
  panels: [
    {
      name: "several",
      title: "mean over draws",
      values: (rows) =>
        [...wholeNet(rows), ...rows.filter(({ change, unit }) => change === "deleted" && unit === "")].map((row) => ({
          x: numberIn(row, "count"),
          y: numberIn(row, "error"),
        })),
    },
  ],
  x: { column: "deleted", title: "number of deleted blocks or layers", unit: 1 },
  y: errorAxis,
  yDomain: whole,
  points: true,
};

const order: AnalysisFigure = {
  analysis: "lesion",
  title: "Blocks or layers in another order",
  caption: [
    "pairs of the same shape change places at random; 1 is the trained net's order",
    "a point is the mean over draws whose τ is in the same twentieth",
  ],
  panels: [
    {
      name: "order",
      title: "mean over draws",
      values: (rows) =>
        [...wholeNet(rows), ...rows.filter(({ change }) => change === "swapped")].map((row) => ({
          x: twentieth(numberIn(row, "tau")),
          y: numberIn(row, "error"),
        })),
    },
  ],
  x: { column: "tau", title: "Kendall's τ of the order", unit: 1 },
  y: errorAxis,
  yDomain: whole,
  points: true,
};

export function lesionFigures(named: (base: string) => string, setup: Setup): (Figure | undefined)[] {
  return [
    analysisFigure(named("lesion-one"), setup, one),
    analysisFigure(named("lesion-several"), setup, several),
    analysisFigure(named("lesion-order"), setup, order),
  ];
}

/** The middle of the twentieth that τ is in; 1 is the trained net's order alone. */
function twentieth(tau: number): number {
  return tau === 1 ? 1 : (Math.floor(tau * 20) + 0.5) / 20;
}

function wholeNet(rows: readonly FoundRow[]): FoundRow[] {
  return rows.filter(({ change }) => change === "none");
}

function deletedAlone(rows: readonly FoundRow[]): FoundRow[] {
  return rows.filter(({ change, unit }) => change === "deleted" && unit !== "");
}
