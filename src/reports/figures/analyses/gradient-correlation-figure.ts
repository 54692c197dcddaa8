// The figure of the analysis `gradient-correlation`: what Fig. 1 of Balduzzi et al. (2017) shows as curves and matrices, as
// the likeness of gradients by the distance of their inputs.
import { findings } from "../../../paper/findings.ts";
import { numberIn } from "../../analysis/analysed.ts";
import type { Setup } from "../../analysis/setups.ts";
import type { Figure } from "../figure.ts";
import { analysisFigure } from "./analysis-figure.ts";

export function gradientCorrelationFigures(named: (base: string) => string, setup: Setup): (Figure | undefined)[] {
  return [
    analysisFigure(named("gradient-correlation"), setup, {
      analysis: "gradient-correlation",
      title: "Likeness of gradients at nearby inputs",
      caption: ["cosine of gradients along the line between two test images", ...findings["gradient-correlation"]],
      panels: (["untrained", "trained"] as const).map((state) => ({
        name: state,
        title: `${state} net`,
        values: (rows) =>
          rows
            .filter((row) => row.state === state)
            .map((row) => ({ x: numberIn(row, "distance"), y: numberIn(row, "correlation") })),
      })),
      x: { column: "distance", title: "distance (% of the line)", unit: 0.01 },
      y: { column: "correlation", title: "cosine", unit: 1 },
      least: -1,
    }),
  ];
}
