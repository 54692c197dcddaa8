// The figures of all analyses of a set-up.
import { type AnalysisName, analysisNames } from "../../../config/names.ts";
import type { Setup } from "../../analysis/setups.ts";
import type { Figure } from "../figure.ts";
import { constructionFigures } from "./construction-figure.ts";
import { gradientCorrelationFigures } from "./gradient-correlation-figure.ts";
import { landscapeFigures } from "./landscape-figure.ts";
import { lesionFigures } from "./lesion-figures.ts";
import { pathFigures } from "./path-figures.ts";
import { signalFigures } from "./signal-figures.ts";

type Draw = (named: (base: string) => string, setup: Setup) => (Figure | undefined)[];

const figures = {
  lesion: lesionFigures,
  construction: constructionFigures,
  signal: signalFigures,
  "gradient-correlation": gradientCorrelationFigures,
  paths: pathFigures,
  landscape: landscapeFigures,
} satisfies Record<AnalysisName, Draw>;

/** @param named the name of a figure's files, from its own name */
export function analysisFigures(named: (base: string) => string, setup: Setup): Figure[] {
  return analysisNames.flatMap((name) => figures[name](named, setup).filter((figure) => figure !== undefined));
}
