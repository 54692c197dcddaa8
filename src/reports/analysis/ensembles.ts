// Ensembles that `evaluate` tested: errors of the averaged probabilities of several runs, and of each member alone.
import { type EvaluationRecord, latestEvaluations, protocolKey } from "../../records/evaluations.ts";
import type { RunRecord } from "../../records/record.ts";
import { compareProtocols, type Protocol } from "./evaluated.ts";
import { groupBy } from "./group.ts";
import { type Statistic, statistic } from "./statistics.ts";

/** Several runs, their probabilities averaged. Errors are fractions. */
export interface Ensemble {
  /** "ResNet-18, 2 × ResNet-34". */
  readonly names: string;
  /** Ids of its runs. */
  readonly members: readonly string[];
  readonly protocol: Protocol;
  readonly images: number;
  readonly top1Error: number;
  /** Absent where there are no more than five classes. */
  readonly top5Error?: number;
  /** Top-1 errors of its members, each alone, by the same protocol; absent where a member is not among the runs. */
  readonly alone?: Statistic;
  readonly engine: string;
}

/** The latest test of each ensemble that has a member among some runs, simple protocols first. */
export function ensemblesOf(runs: readonly RunRecord[]): Ensemble[] {
  const tests = runs.flatMap(({ done, evaluations }) => (done ? latestEvaluations(evaluations) : []));
  const groups = groupBy(
    tests.filter(({ members }) => members.length > 1),
    (test) => JSON.stringify([[...test.members].sort(), protocolKey(test)]),
  );
  const single = new Map(
    tests
      .filter(({ members }) => members.length === 1)
      .map((test) => [`${test.members[0]} ${protocolKey(test)}`, test]),
  );
  return [...groups.values()].map((group) => describe(latest(group), runs, single)).sort(compareEnsembles);
}

function describe(
  test: EvaluationRecord,
  runs: readonly RunRecord[],
  single: ReadonlyMap<string, EvaluationRecord>,
): Ensemble {
  const { members, protocol, images, top1Error, top5Error, engine } = test;
  const alone = members.flatMap((id) => single.get(`${id} ${protocolKey(test)}`)?.top1Error ?? []);
  const mean = alone.length === members.length ? statistic(alone) : undefined;
  const labels = members.map((id) => runs.find(({ run }) => run.id === id)?.run.spec.label ?? id).sort(byDepth);
  const nets = [...groupBy(labels, (label) => label)].map(([label, { length }]) =>
    length > 1 ? `${length} × ${label}` : label,
  );
  return {
    names: nets.join(", "),
    members,
    protocol,
    images,
    top1Error,
    ...(top5Error !== null && { top5Error }),
    ...(mean && { alone: mean }),
    engine: engine.description,
  };
}

function latest(tests: readonly EvaluationRecord[]): EvaluationRecord {
  return tests.reduce((a, b) => (b.createdAt > a.createdAt ? b : a));
}

function compareEnsembles(a: Ensemble, b: Ensemble): number {
  return a.members.length - b.members.length || compareProtocols(a, b) || byDepth(a.names, b.names);
}

// "ResNet-50" before "ResNet-101"; else by code unit, so that no locale changes a table.
function byDepth(a: string, b: string): number {
  const depth = (label: string) => Number(/\d+/.exec(label)?.[0] ?? 0);
  return depth(a) - depth(b) || (a < b ? -1 : Number(a > b));
}
