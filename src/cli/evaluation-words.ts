// Recorded evaluations of a run in words: what `show` lists of them.
import type { EvaluationRecord } from "../records/evaluations.ts";
import { protocolWords } from "./protocol.ts";

/** For each protocol and ensemble its latest score, as protocol and errors. */
export function latestEvaluations(evaluations: readonly EvaluationRecord[]): [protocol: string, errors: string][] {
  const latest = new Map<string, EvaluationRecord>();
  for (const evaluation of evaluations) {
    const { protocol, members, images, datasetDigest } = evaluation;
    latest.set(JSON.stringify({ protocol, members, images, datasetDigest }), evaluation);
  }
  return [...latest.values()].map(({ protocol, members, top1Error, top5Error }) => {
    const { crops, scales, statistics } = protocol;
    const words = [protocolWords({ crops, scales: scales ?? undefined })];
    if (statistics === "precise") words.push("precise statistics");
    if (members.length > 1) words.push(`ensemble of ${members.length}`);
    const errors = `top-1 ${percent(top1Error)} %${top5Error === null ? "" : `, top-5 ${percent(top5Error)} %`}`;
    return [words.join(", "), errors];
  });
}

function percent(fraction: number): string {
  return (100 * fraction).toFixed(2);
}
