// The figures of the analysis `signal`: the variances of trunk and branch by block, and their ratio, of the untrained net and
// of the trained one, as De and Smith (2020) draw them for nets at initialisation.
import { findings } from "../../../paper/findings.ts";
import { numberIn } from "../../analysis/analysed.ts";
import type { Setup } from "../../analysis/setups.ts";
import type { Figure } from "../figure.ts";
import { type AnalysisFigure, analysisFigure } from "./analysis-figure.ts";

const quantities = [
  ["trunk", "variance of what shortcuts pass on"],
  ["branch", "variance of what blocks add"],
  ["ratio", "their ratio, branch / trunk"],
] as const;

const ofState = (state: "untrained" | "trained"): AnalysisFigure => ({
  analysis: "signal",
  title: `Branches and trunk of the ${state} net`,
  caption: [
    "mean over channels of the variance over a training batch, before the addition",
    ...(state === "untrained" ? findings.signal : []),
  ],
  panels: quantities.map(([name, title]) => ({
    name,
    title,
    values: (rows) =>
      rows.filter((row) => row.state === state).map((row) => ({ x: numberIn(row, "number"), y: numberIn(row, name) })),
  })),
  x: { column: "block", title: "block", unit: 1 },
  y: { column: "value", title: "variance, or ratio", unit: 1 },
  fromZero: true,
});

export function signalFigures(named: (base: string) => string, setup: Setup): (Figure | undefined)[] {
  return [
    analysisFigure(named("signal-untrained"), setup, ofState("untrained")),
    analysisFigure(named("signal-trained"), setup, ofState("trained")),
  ];
}
