// Whether a net has learned anything yet: its training error beside that of guessing a class.
import { datasetShape } from "../../datasets/dataset.ts";
import type { SummaryRow } from "./tabulate.ts";

/** A net is near chance while its training error is more than this share of that of guessing. */
const share = 0.9;

/** The error of guessing one of the classes; 1 where this version does not know how many there are. */
export function chanceError({ runs: [{ run }] }: SummaryRow): number {
  try {
    const classes = run.classes?.length ?? datasetShape(run.spec.sections.dataset).classes;
    return classes === undefined ? 1 : 1 - 1 / classes;
  } catch {
    return 1;
  }
}

export function isNearChance(row: SummaryRow): boolean {
  return (row.trainError?.mean ?? Number.NaN) > share * chanceError(row);
}
