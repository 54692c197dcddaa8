// The errors that `evaluate` measured for the runs of one net, with a mean for each protocol.
import { type EvaluationRecord, latestEvaluations, protocolKey } from "../../records/evaluations.ts";
import type { RunRecord } from "../../records/record.ts";
import { groupBy } from "./group.ts";
import { type Statistic, statistic } from "./statistics.ts";

export type Protocol = EvaluationRecord["protocol"];

/** A net's runs under one protocol. Errors are fractions. */
export interface Evaluated {
  readonly protocol: Protocol;
  readonly images: number;
  readonly top1: Statistic;
  /** Absent where there are no more than five classes. */
  readonly top5?: Statistic;
  /** Top-1 error minus the test error after the last iteration (one look, running statistics), averaged over the runs. */
  readonly fromOneView?: number;
  /** Engines that computed it. */
  readonly engines: readonly string[];
}

/** The latest tests of single runs of one net, simple protocols first. A run that is not done has none. */
export function evaluatedRuns(runs: readonly RunRecord[]): Evaluated[] {
  const tests = runs.flatMap(({ done, evaluations }) =>
    done
      ? latestEvaluations(evaluations)
          .filter(({ members }) => members.length === 1)
          .map((evaluation) => ({ evaluation, lastError: done.finalMetric.testError }))
      : [],
  );
  const groups = groupBy(tests, ({ evaluation }) => protocolKey(evaluation));
  return [...groups.values()].map(summarise).sort(compareProtocols);
}

function summarise(tests: readonly { evaluation: EvaluationRecord; lastError: number | undefined }[]): Evaluated {
  const [{ evaluation: first }] = tests as [(typeof tests)[number]];
  const top5 = statistic(tests.flatMap(({ evaluation }) => evaluation.top5Error ?? []));
  const differences = tests.flatMap(({ evaluation, lastError }) =>
    lastError === undefined ? [] : evaluation.top1Error - lastError,
  );
  const difference = statistic(differences)?.mean;
  return {
    protocol: first.protocol,
    images: first.images,
    top1: statistic(tests.map(({ evaluation }) => evaluation.top1Error)) as Statistic,
    ...(top5 && { top5 }),
    ...(difference !== undefined && { fromOneView: difference }),
    engines: [...new Set(tests.map(({ evaluation }) => evaluation.engine.description))].sort(),
  };
}

/** One look before ten before several scales, running statistics before precise ones. */
export function compareProtocols(a: Pick<Evaluated, "protocol" | "images">, b: typeof a): number {
  const rank = ({ protocol: { crops, scales, statistics, statisticsBatches }, images }: typeof a) => [
    scales?.length ?? 0,
    crops,
    statistics === "running" ? 0 : 1,
    statisticsBatches ?? 0,
    ...(scales ?? []),
    images,
  ];
  const [ranks, others] = [rank(a), rank(b)];
  return ranks.map((value, i) => value - (others[i] ?? 0)).find((difference) => difference !== 0) ?? 0;
}
