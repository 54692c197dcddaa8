// Recorded evaluations of a run as a table: what `show` prints of them.
import { type EvaluationRecord, latestEvaluations } from "../../records/evaluations.ts";
import { looksWords } from "../../reports/protocol-words.ts";
import { textTable } from "../../text/text-table.ts";

/**
 * For each protocol and ensemble its latest score.
 * @param cropped as `looksWords` has it
 */
export function evaluationTable(evaluations: readonly EvaluationRecord[], cropped: boolean, width: number): string {
  return textTable(
    [
      { title: "looks", align: "left", importance: Number.POSITIVE_INFINITY },
      { title: "statistics", align: "left", importance: 3 },
      { title: "nets", align: "right", importance: 4 },
      { title: "top-1 error %", align: "right", importance: Number.POSITIVE_INFINITY },
      { title: "top-5 error %", align: "right", importance: 2 },
    ],
    latestEvaluations(evaluations).map(({ protocol, members, top1Error, top5Error }) => [
      looksWords(protocol, cropped),
      protocol.statistics,
      String(members.length),
      percent(top1Error),
      top5Error === null ? "" : percent(top5Error),
    ]),
    width,
  );
}

function percent(fraction: number): string {
  return (100 * fraction).toFixed(2);
}
