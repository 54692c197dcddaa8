// The figures of the analysis `paths`, in the axes of Fig. 6 of Veit, Wilber and Belongie (2016): by the length of a path the
// number of such paths, the gradient of one, and that of all of them.
import { findings } from "../../../paper/findings.ts";
import { type FoundRow, numberIn } from "../../analysis/analysed.ts";
import type { Setup } from "../../analysis/setups.ts";
import type { Figure } from "../figure.ts";
import { type AnalysisFigure, analysisFigure } from "./analysis-figure.ts";

const x = { column: "length", title: "length of the path (blocks)", unit: 1 };

const one: AnalysisFigure = {
  analysis: "paths",
  title: "Gradient of one path",
  caption: ["norm at the first block's input, of paths that are drawn at random", ...findings.paths],
  panels: [
    {
      name: "norm",
      title: "mean over paths",
      values: (rows) => meanNorms(rows).map(({ length, norm }) => ({ x: length, y: Math.log10(norm) })),
    },
  ],
  x,
  y: { column: "log10Norm", title: "log₁₀ of the gradient's norm", unit: 1 },
  least: Number.NEGATIVE_INFINITY,
  points: true,
};

const all: AnalysisFigure = {
  analysis: "paths",
  title: "Paths and their gradients",
  caption: ["share of the paths of each length, and of the sum of all paths' norms"],
  panels: [
    { name: "paths", title: "share of the paths", values: (rows) => shares(rows, ({ paths }) => paths) },
    { name: "gradient", title: "share of the gradient", values: (rows) => shares(rows, (of) => of.paths * of.norm) },
  ],
  x,
  y: { column: "share", title: "share (%)", unit: 0.01 },
};

export function pathFigures(named: (base: string) => string, setup: Setup): (Figure | undefined)[] {
  return [analysisFigure(named("paths-one"), setup, one), analysisFigure(named("paths-all"), setup, all)];
}

interface Length {
  readonly length: number;
  /** How many paths have it. */
  readonly paths: number;
  /** The mean over the paths that were drawn. */
  readonly norm: number;
}

function meanNorms(rows: readonly FoundRow[]): Length[] {
  const lengths = [...new Set(rows.map((row) => numberIn(row, "length")))];
  return lengths.map((length) => {
    const own = rows.filter((row) => row.length === length);
    const norm = own.reduce((sum, row) => sum + numberIn(row, "gradientNorm"), 0) / own.length;
    return { length, paths: numberIn(own[0]!, "paths"), norm };
  });
}

function shares(rows: readonly FoundRow[], weight: (length: Length) => number) {
  const lengths = meanNorms(rows);
  const total = lengths.reduce((sum, length) => sum + weight(length), 0);
  return lengths.map((length) => ({ x: length.length, y: weight(length) / total }));
}
