// Scores of nets as tables: those of one protocol, which `evaluate` prints, and those in a run's record, which `show` prints.
import { type EvaluationRecord, latestEvaluations } from "../../records/evaluations.ts";
import { looksWords } from "../../reports/protocol-words.ts";
import { percent } from "../../text/quantities.ts";
import { type TextColumn, textTable } from "../../text/text-table.ts";
import type { Score } from "../../training/protocols.ts";

const columns: readonly TextColumn[] = [
  { title: "net", align: "left", importance: Number.POSITIVE_INFINITY },
  { title: "top-1 error %", align: "right", importance: Number.POSITIVE_INFINITY },
  { title: "top-5 error %", align: "right", importance: 2 },
  { title: "loss", align: "right", importance: 1 },
];

/** A row for each named score. */
export function scoreTable(rows: readonly (readonly [name: string, score: Score])[], width: number): string {
  const cells = rows.map(([name, { top1Error, top5Error, loss }]) => [
    name,
    percent(top1Error),
    top5Error === undefined ? "" : percent(top5Error),
    loss.toFixed(4),
  ]);
  return textTable(columns, cells, width);
}

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
