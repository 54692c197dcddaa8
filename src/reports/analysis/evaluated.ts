// The errors that `evaluate` measured for the runs of one net, with a mean for each protocol.
import { type EvaluationRecord, latestEvaluations, protocolKey } from "../../records/evaluations.ts";
import type { RunRecord } from "../../records/record.ts";
import { groupBy } from "./group.ts";
import { type Statistic, statistic } from "./statistics.ts";

export type Protocol = EvaluationRecord["protocol"];

/** Several tests by one protocol. Errors are fractions. */
export interface Scores {
  readonly protocol: Protocol;
  readonly images: number;
  /** Over the tests. */
  readonly top1: Statistic;
  /** Absent where there are no more than five classes. */
  readonly top5?: Statistic;
  /** Engines that computed it. */
  readonly engines: readonly string[];
}

/** A net's runs under one protocol. */
export interface Evaluated extends Scores {
  /** Top-1 error minus the test error after the last iteration (one look, running statistics), averaged over the runs. */
  readonly fromOneView?: number;
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
  const differences = tests.flatMap(({ evaluation, lastError }) =>
    lastError === undefined ? [] : evaluation.top1Error - lastError,
  );
  const difference = statistic(differences)?.mean;
  return {
    ...scoresOf(tests.map(({ evaluation }) => evaluation)),
    ...(difference !== undefined && { fromOneView: difference }),
  };
}

/** The scores of one or more tests by one protocol. */
export function scoresOf(tests: readonly EvaluationRecord[]): Scores {
  const [{ protocol, images }] = tests as [EvaluationRecord];
  const top5 = statistic(tests.flatMap(({ top5Error }) => top5Error ?? []));
  return {
    protocol,
    images,
    top1: statistic(tests.map(({ top1Error }) => top1Error)) as Statistic,
    ...(top5 && { top5 }),
    engines: [...new Set(tests.map(({ engine }) => engine.description))].sort(),
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
