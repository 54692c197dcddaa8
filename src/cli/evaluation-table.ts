// Recorded evaluations of a run as a table: what `show` prints of them.
import type { EvaluationRecord } from "../records/evaluations.ts";
import { textTable } from "../reports/text-table.ts";
import { protocolWords } from "./protocol.ts";

/** For each protocol and ensemble its latest score. */
export function evaluationTable(evaluations: readonly EvaluationRecord[], width: number): string {
  const latest = new Map<string, EvaluationRecord>();
  for (const evaluation of evaluations) {
    const { protocol, members, images, datasetDigest } = evaluation;
    latest.set(JSON.stringify({ protocol, members, images, datasetDigest }), evaluation);
  }
  return textTable(
    [
      { title: "looks", align: "left", importance: Number.POSITIVE_INFINITY },
      { title: "statistics", align: "left", importance: 3 },
      { title: "nets", align: "right", importance: 4 },
      { title: "top-1 error %", align: "right", importance: Number.POSITIVE_INFINITY },
      { title: "top-5 error %", align: "right", importance: 2 },
    ],
    [...latest.values()].map(({ protocol: { crops, scales, statistics }, members, top1Error, top5Error }) => [
      protocolWords({ crops, scales: scales ?? undefined }),
      statistics,
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
