// Tables of scores: for one protocol, which `evaluate` prints, and of a run's evaluations, which `show` prints.
import { type EvaluationRecord, latestEvaluations } from "../../records/evaluations.ts";
import { looksWords } from "../../reports/protocol-words.ts";
import type { Column } from "../../text/column.ts";
import { percent } from "../../text/quantities.ts";
import { terminalTable } from "../../text/terminal-table.ts";
import type { Score } from "../../training/protocols.ts";

export interface NamedScore extends Score {
  readonly name: string;
}

const scoreColumns: readonly Column<NamedScore>[] = [
  { title: "net", text: ({ name }) => name },
  { title: "top-1 error %", align: "right", text: ({ top1Error }) => percent(top1Error) },
  {
    title: "top-5 error %",
    align: "right",
    importance: 2,
    text: ({ top5Error }) => (top5Error === undefined ? "" : percent(top5Error)),
  },
  { title: "loss", align: "right", importance: 1, text: ({ loss }) => loss.toFixed(4) },
];

/** A row for each score. */
export function scoreTable(scores: readonly NamedScore[], width: number): string {
  return terminalTable(scoreColumns, scores, width);
}

/**
 * The latest score for each protocol and ensemble.
 * @param cropped as `looksWords` has it
 */
export function evaluationTable(evaluations: readonly EvaluationRecord[], cropped: boolean, width: number): string {
  const columns: readonly Column<EvaluationRecord>[] = [
    { title: "looks", text: ({ protocol }) => looksWords(protocol, cropped) },
    { title: "statistics", importance: 3, text: ({ protocol }) => protocol.statistics },
    { title: "nets", align: "right", importance: 4, text: ({ members }) => String(members.length) },
    { title: "top-1 error %", align: "right", text: ({ top1Error }) => percent(top1Error) },
    {
      title: "top-5 error %",
      align: "right",
      importance: 2,
      text: ({ top5Error }) => (top5Error === null ? "" : percent(top5Error)),
    },
  ];
  return terminalTable(columns, latestEvaluations(evaluations), width);
}
