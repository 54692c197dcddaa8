// The confusion matrices that `evaluate` measured: one for each net of a set-up, summed over its runs.
import { addConfusions, type Confusion } from "../../records/confusion.ts";
import { type EvaluationRecord, latestEvaluations, protocolKey } from "../../records/evaluations.ts";
import type { RunRecord } from "../../records/record.ts";
import { looksWords } from "../protocol-words.ts";
import { compareProtocols } from "./evaluated.ts";
import type { Setup } from "./setups.ts";

export interface NetConfusion {
  readonly setup: string;
  readonly net: string;
  /** How its images were looked at. */
  readonly looks: string;
  readonly runs: number;
  readonly confusion: Confusion;
}

type Measured = EvaluationRecord & { readonly confusion: Confusion };

/** Of each net by the simplest protocol that has a matrix; a net without one is left out. */
export function confusionsOf({ name: setup, rows }: Setup): NetConfusion[] {
  return rows.flatMap(({ label: net, runs, cropped = false }) => {
    const measured = runs.flatMap(measuredOf).sort(compareProtocols);
    const [first] = measured;
    if (!first) return [];
    const alike = measured.filter(
      (each) =>
        protocolKey(each) === protocolKey(first) && String(each.confusion.classes) === String(first.confusion.classes),
    );
    const confusion = addConfusions(alike.map((each) => each.confusion));
    return [{ setup, net, looks: looksWords(first.protocol, cropped), runs: alike.length, confusion }];
  });
}

function measuredOf({ done, evaluations }: RunRecord): Measured[] {
  return done ? latestEvaluations(evaluations).filter((each): each is Measured => each.confusion !== undefined) : [];
}
