// The figure of the analysis `landscape`: the loss along random directions, one line for each direction, so that their spread
// shows. landscape-contours.ts draws the planes.
import { findings } from "../../../paper/findings.ts";
import { numberIn } from "../../analysis/analysed.ts";
import type { Setup } from "../../analysis/setups.ts";
import type { Figure } from "../figure.ts";
import { analysisFigure } from "./analysis-figure.ts";

export function landscapeFigures(named: (base: string) => string, setup: Setup): (Figure | undefined)[] {
  return [
    analysisFigure(named("landscape"), setup, {
      analysis: "landscape",
      title: "Loss along random directions",
      caption: [
        "training loss; each direction is normalised by filters; a line is one direction",
        ...findings.landscape,
      ],
      panels: [
        {
          name: "lines",
          title: "0: the trained net",
          values: (rows) =>
            rows
              .filter(({ drawn }) => drawn === "line")
              .map((row) => ({
                x: numberIn(row, "alpha"),
                y: Math.log10(numberIn(row, "loss")),
                line: `direction ${row.direction}`,
              })),
        },
      ],
      x: { column: "alpha", title: "step along the direction", unit: 1 },
      y: { column: "log10Loss", title: "log₁₀ of the loss", unit: 1 },
      least: Number.NEGATIVE_INFINITY,
    }),
  ];
}
