// Finds the paper's results for one of our nets.
import { implied } from "../config/implied.ts";
import { modelSchema } from "../config/schema.ts";
import { curveEnds } from "./curves.ts";
import { identityMappings } from "./identity-mappings.ts";
import { type PaperModel, type PaperRow, tables } from "./tables.ts";

/** The values of an experiment file that decide which of the paper's nets a net is. */
export type Net = { readonly [Key in keyof Omit<PaperModel, "weighing">]: string | number } & Pick<
  PaperModel,
  "weighing"
> & { readonly stochasticDepth?: { readonly lastSurvival: number } | undefined };

/**
 * The rows of a table, or the ends of a figure's curves, in the paper's order; only those of one net if `model` is given.
 * Empty if the reference has no errors. Width and data set are ignored.
 * @param reference as in experiment files: "table-2", "figure-6"
 */
export function paperRows(reference: string, model?: Net): readonly PaperRow[] {
  return [...tables, ...curveEnds, ...identityMappings].filter(
    (row) => row.reference === reference && (!model || (row.model !== undefined && isSameNet(row.model, model))),
  );
}

/** Whether our net is the paper's net, apart from its width. */
export function isSameNet(paper: PaperModel, ours: Net): boolean {
  return paper.depth === ours.depth && isSameUnit(paper, ours);
}

/** Whether our net has the same units as the paper's net, apart from depth and width. */
export function isSameUnit(paper: PaperModel, ours: Net): boolean {
  return (
    paper.family === ours.family &&
    paper.block === ours.block &&
    paper.shortcut === ours.shortcut &&
    (paper.activation ?? usual.activation) === (ours.activation ?? usual.activation) &&
    (paper.span ?? usual.span) === (ours.span ?? usual.span) &&
    (ours.stochasticDepth?.lastSurvival ?? implied.lastSurvival) === implied.lastSurvival &&
    weighs(paper).every(
      (key) => (paper.weighing?.[key] ?? usual.weighing[key]) === (ours.weighing?.[key] ?? usual.weighing[key]),
    )
  );
}

// The default values of a net. The family and depth do not matter here.
const usual = modelSchema.parse({ family: "cifar", depth: 20 });

// The numbers that a kind of shortcut uses. The others have no effect.
function weighs({ shortcut }: PaperModel): readonly (keyof NonNullable<PaperModel["weighing"]>)[] {
  if (shortcut === "scaling") return ["shortcutScale", "residualScale"];
  if (shortcut === "dropout") return ["dropoutRate"];
  return shortcut.endsWith("gating") ? ["gateBias"] : [];
}
