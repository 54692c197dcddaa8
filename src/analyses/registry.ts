// All analyses by name. An analysis is a file of its own; its settings are in config/analysis-schemas.ts.
import type { Settings } from "../config/analysis-schemas.ts";
import type { AnalysisName } from "../config/names.ts";
import type { Analysis } from "./analysis.ts";
import { construction } from "./construction.ts";
import { gradientCorrelation } from "./gradient-correlation.ts";
import { landscape } from "./landscape.ts";
import { lesion } from "./lesion.ts";
import { paths } from "./paths.ts";
import { signal } from "./signal.ts";

const analyses = {
  lesion,
  construction,
  signal,
  "gradient-correlation": gradientCorrelation,
  paths,
  landscape,
} satisfies { readonly [Name in AnalysisName]: Analysis<Settings<Name>> };

/** The analysis of that name. Its settings must be those of its own schema. */
export function analysisOf(name: AnalysisName): Analysis<Settings> {
  return analyses[name] as Analysis<Settings>;
}
