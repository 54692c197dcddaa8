// The figure of the analysis `construction`: the error of the deeper net while it is trained on. At iteration 0 it is the
// trained net with layers of the identity.
import { findings } from "../../../paper/findings.ts";
import { numberIn } from "../../analysis/analysed.ts";
import type { Setup } from "../../analysis/setups.ts";
import type { Figure } from "../figure.ts";
import { analysisFigure, errorAxis } from "./analysis-figure.ts";

export function constructionFigures(named: (base: string) => string, setup: Setup): (Figure | undefined)[] {
  return [
    analysisFigure(named("construction"), setup, {
      analysis: "construction",
      title: "A deeper net made of a trained one",
      caption: [
        "at 0: with layers of the identity, whose test error is the trained net's; then trained on at a constant rate",
        ...findings.construction,
      ],
      panels: [
        {
          name: "trained-on",
          title: "trained on",
          values: (rows) =>
            rows
              .filter(({ step }) => step !== "trained")
              .map((row) => ({ x: numberIn(row, "iteration"), y: numberIn(row, "error") })),
        },
      ],
      x: { column: "iteration", title: "iteration", unit: 1 },
      y: errorAxis,
      points: true,
    }),
  ];
}
