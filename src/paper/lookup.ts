// Finds the paper's number for a net of ours.
import { curveEnds } from "./curves.ts";
import { type PaperModel, type PaperRow, tables } from "./tables.ts";

/**
 * The rows of a table, or the curve ends of a figure, in the paper's order; those of one net where `model` is given.
 * None where the reference holds no errors. Only family, depth, block and shortcut decide, not width or data.
 * @param reference as experiment files say it: "table-2", "figure-6"
 */
export function paperRows(
  reference: string,
  model?: { readonly [key in keyof PaperModel]: string | number },
): readonly PaperRow[] {
  return [...tables, ...curveEnds].filter(
    (row) =>
      row.reference === reference &&
      (!model ||
        (row.model?.family === model.family &&
          row.model.depth === model.depth &&
          row.model.block === model.block &&
          row.model.shortcut === model.shortcut)),
  );
}
