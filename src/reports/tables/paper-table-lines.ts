// The parts of a table of the paper: for each set-up, lines with the paper's numbers and ours.
import type { PaperRow } from "../../paper/tables.ts";
import type { Measurement } from "../analysis/measurement.ts";
import type { Setup } from "../analysis/setups.ts";
import type { SummaryRow } from "../analysis/tabulate.ts";
import type { Judgement } from "../analysis/verdict.ts";
import type { Layout, LayoutNumber, LineHead } from "./layouts.ts";

/** One number of the paper and ours. */
export interface TableEntry {
  readonly paper?: PaperRow;
  readonly metric: LayoutNumber["metric"];
  /** A row of the study, or an ensemble. */
  readonly ours?: Pick<SummaryRow, "label" | "grade" | "deviations" | "trainError" | "reference">;
  /** Our error, where `ours` is given. */
  readonly measured?: Measurement;
  readonly judgement?: Judgement;
}

export interface TableLine extends LineHead {
  /** Whether the line is a published result that we do not run: another method or an ensemble. */
  readonly published: boolean;
  /** One for each of the layout's numbers. */
  readonly entries: readonly TableEntry[];
}

export interface PaperTable extends Pick<Layout, "heads" | "numbers"> {
  /** "table-2". */
  readonly reference: string;
  /** "Table 2". */
  readonly title: string;
  /** What the paper's numbers measure. */
  readonly measures: string;
  /** The paper's own ensemble, where the table is of ensembles. */
  readonly ensemble?: PaperRow;
  readonly parts: readonly { readonly setup: Setup; readonly lines: readonly TableLine[] }[];
}
