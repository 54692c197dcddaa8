// Finds the paper's number for a net of ours.
import { implied } from "../config/implied.ts";
import { modelSchema } from "../config/schema.ts";
import { curveEnds } from "./curves.ts";
import { identityMappings } from "./identity-mappings.ts";
import { type PaperModel, type PaperRow, tables } from "./tables.ts";

/** A net in the words of an experiment file, as far as it decides which of the paper's nets it is. */
export type Net = { readonly [Key in keyof Omit<PaperModel, "weighing">]: string | number } & Pick<
  PaperModel,
  "weighing"
> & { readonly stochasticDepth?: { readonly lastSurvival: number } | undefined };

/**
 * The rows of a table, or the curve ends of a figure, in the paper's order; those of one net where `model` is given.
 * None where the reference holds no errors. Width and data do not decide.
 * @param reference as experiment files say it: "table-2", "figure-6"
 */
export function paperRows(reference: string, model?: Net): readonly PaperRow[] {
  return [...tables, ...curveEnds, ...identityMappings].filter(
    (row) => row.reference === reference && (!model || (row.model !== undefined && isSameNet(row.model, model))),
  );
}

/** Whether a net of ours is a net of the paper, its width aside. */
export function isSameNet(paper: PaperModel, ours: Net): boolean {
  return paper.depth === ours.depth && isSameUnit(paper, ours);
}

/** Whether a net of ours is built of the same units as a net of the paper, its depth and width aside. */
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

// What a net has where neither it nor the paper's row says otherwise; the family and depth do not matter here.
const usual = modelSchema.parse({ family: "cifar", depth: 20 });

// The weights that a shortcut uses; the others decide nothing.
function weighs({ shortcut }: PaperModel): readonly (keyof NonNullable<PaperModel["weighing"]>)[] {
  if (shortcut === "scaling") return ["shortcutScale", "residualScale"];
  if (shortcut === "dropout") return ["dropoutRate"];
  return shortcut.endsWith("gating") ? ["gateBias"] : [];
}
