// Ensembles that `evaluate` tested: errors of the averaged probabilities of several runs, and of each member alone.
import { type EvaluationRecord, latestEvaluations, protocolKey } from "../../records/evaluations.ts";
import type { RunRecord } from "../../records/record.ts";
import { compareProtocols, type Scores, scoresOf } from "./evaluated.ts";
import { groupBy } from "./group.ts";
import { statistic } from "./statistics.ts";

/** Ensembles of the same nets, under one protocol. Each averages the probabilities of several runs. Errors are fractions. */
export interface Ensemble extends Scores {
  /** "ResNet-18, 2 × ResNet-34". */
  readonly names: string;
  /** How many nets each of them has. */
  readonly nets: number;
  /** Ids of the runs of all of them. */
  readonly members: readonly string[];
  /** Top-1 error minus the mean error of the members alone; absent where a member was not tested alone, or is not among the runs. */
  readonly fromMembers?: number;
}

/** The latest test of each ensemble that has a member among some runs, simple protocols first. */
export function ensemblesOf(runs: readonly RunRecord[]): Ensemble[] {
  const tests = runs.flatMap(({ done, evaluations }) => (done ? latestEvaluations(evaluations) : []));
  const copies = groupBy(
    tests.filter(({ members }) => members.length > 1),
    (test) => JSON.stringify([[...test.members].sort(), protocolKey(test)]),
  );
  const single = new Map(
    tests
      .filter(({ members }) => members.length === 1)
      .map((test) => [`${test.members[0]} ${protocolKey(test)}`, test.top1Error]),
  );
  const tested = [...copies.values()].map((group) => describe(latest(group), runs, single));
  const alike = groupBy(tested, ({ names, test }) => `${names} ${protocolKey(test)}`);
  return [...alike.values()].map(summarise).sort(compareEnsembles);
}

interface TestedEnsemble {
  readonly names: string;
  readonly test: EvaluationRecord;
  readonly fromMembers: number | undefined;
}

function describe(
  test: EvaluationRecord,
  runs: readonly RunRecord[],
  single: ReadonlyMap<string, number>,
): TestedEnsemble {
  const { members, top1Error } = test;
  const alone = members.flatMap((id) => single.get(`${id} ${protocolKey(test)}`) ?? []);
  const mean = alone.length === members.length ? statistic(alone)?.mean : undefined;
  const labels = members.map((id) => runs.find(({ run }) => run.id === id)?.run.spec.label ?? id).sort(byDepth);
  const nets = [...groupBy(labels, (label) => label)].map(([label, { length }]) =>
    length > 1 ? `${length} × ${label}` : label,
  );
  return { names: nets.join(", "), test, fromMembers: mean === undefined ? undefined : top1Error - mean };
}

function summarise(alike: readonly TestedEnsemble[]): Ensemble {
  const [{ names, test }] = alike as [TestedEnsemble];
  const tests = alike.map((each) => each.test);
  const differences = alike.flatMap(({ fromMembers }) => fromMembers ?? []);
  const fromMembers = differences.length === alike.length ? statistic(differences)?.mean : undefined;
  return {
    names,
    nets: test.members.length,
    members: [...new Set(tests.flatMap(({ members }) => members))],
    ...scoresOf(tests),
    ...(fromMembers !== undefined && { fromMembers }),
  };
}

function latest(tests: readonly EvaluationRecord[]): EvaluationRecord {
  return tests.reduce((a, b) => (b.createdAt > a.createdAt ? b : a));
}

function compareEnsembles(a: Ensemble, b: Ensemble): number {
  return a.nets - b.nets || compareProtocols(a, b) || byDepth(a.names, b.names);
}

// "ResNet-50" before "ResNet-101"; else by code unit, so that no locale changes a table.
function byDepth(a: string, b: string): number {
  const depth = (label: string) => Number(/\d+/.exec(label)?.[0] ?? 0);
  return depth(a) - depth(b) || (a < b ? -1 : Number(a > b));
}
