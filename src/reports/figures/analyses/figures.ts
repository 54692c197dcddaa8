// The figures of all analyses of a set-up.
import { type AnalysisName, analysisNames } from "../../../config/names.ts";
import type { Setup } from "../../analysis/setups.ts";
import type { Figure } from "../figure.ts";
import { constructionFigures } from "./construction-figure.ts";
import { lesionFigures } from "./lesion-figures.ts";

type Draw = (named: (base: string) => string, setup: Setup) => (Figure | undefined)[];

const figures = {
  lesion: lesionFigures,
  construction: constructionFigures,
} satisfies Record<AnalysisName, Draw>;

/** @param named the name of a figure's files, from its own name */
export function analysisFigures(named: (base: string) => string, setup: Setup): Figure[] {
  return analysisNames.flatMap((name) => figures[name](named, setup).filter((figure) => figure !== undefined));
}
