// The claims of the papers over all studies: a row for each claim, with its results at each scale, and what was not tested.
import type { ClaimVerdict } from "../../config/claim-names.ts";
import type { Claim } from "../../paper/claims/claim.ts";
import { groupBy } from "../analysis/group.ts";
import { type Scale, scaleOf } from "../analysis/scale.ts";
import type { ClaimResult } from "../claims/claim-result.ts";

export interface ClaimRow {
  readonly claim: Claim;
  /** Its results by the name of the scale. */
  readonly byScale: ReadonlyMap<string, readonly SharedResult[]>;
}

/** A result that is the same in several studies, as they train the same nets in the same way. */
export interface SharedResult extends ClaimResult {
  readonly experiments: readonly string[];
}

export interface GlanceClaims {
  /** The scales of all results, nearest to the paper's last. */
  readonly scales: readonly Scale[];
  /** Claims that were tested with several runs of each net at some scale. */
  readonly tested: readonly ClaimRow[];
  /** Claims for which some net has one run only, at every scale. */
  readonly single: readonly ClaimRow[];
  /** Claims about the nets alone, which are computed. */
  readonly computed: readonly ClaimResult[];
  /** Claims without runs of their nets, by the command that would test them. */
  readonly untested: ReadonlyMap<string, readonly Claim[]>;
  /** Claims that are undecided, by the command that may decide them at the same scale. */
  readonly undecided: ReadonlyMap<string, readonly Claim[]>;
}

/** Sorts the results of all studies, in the order of the papers. */
export function glanceClaims(results: readonly ClaimResult[]): GlanceClaims {
  const scales = new Map<string, Scale>();
  const rows = [...groupBy(results, ({ claim }) => claim.id).values()].map((own) => {
    const measured = own.flatMap((result) => {
      const scale = scaleOfResult(result);
      if (!scale || result.verdict === "not tested") return [];
      scales.set(scale.name, scale);
      return [{ result, scale }];
    });
    const byScale = groupBy(measured, ({ scale }) => scale.name);
    return {
      own,
      claim: (own[0] as ClaimResult).claim,
      byScale: new Map([...byScale].map(([name, some]) => [name, shared(some.map(({ result }) => result))])),
    };
  });
  const found = rows.filter(({ byScale }) => byScale.size > 0);
  const computed = rows.flatMap(({ own }) => own).filter(isComputed);
  const rest = rows.filter(({ own, byScale }) => byScale.size === 0 && !own.some(isComputed));
  const undecided = found.flatMap(({ byScale }) => [...byScale.values()].flat().filter(isUndecided));
  return {
    scales: [...scales.values()].sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1)),
    tested: found.filter(isTested),
    single: found.filter((row) => !isTested(row)),
    computed,
    untested: byCommand(rest.map(({ own }) => own.find(({ command }) => command) ?? (own[0] as ClaimResult))),
    undecided: byCommand(undecided),
  };
}

function isUndecided({ verdict, command }: ClaimResult): boolean {
  return verdict === "undecided" && command !== undefined;
}

function byCommand(results: readonly ClaimResult[]): Map<string, Claim[]> {
  const groups = groupBy(results, ({ command = "" }) => command);
  return new Map([...groups].map(([command, some]) => [command, some.map(({ claim }) => claim)]));
}

/** Joins results with the same numbers; studies may name a net in two ways, and add its runs in another order. */
function shared(results: readonly ClaimResult[]): SharedResult[] {
  const rounded = (value?: number) => value?.toPrecision(12);
  const groups = groupBy(results, ({ grade, comparisons }) =>
    JSON.stringify([
      grade,
      comparisons.map(({ nets }) => nets.map(({ mean, std, count }) => [rounded(mean), rounded(std), count])),
    ]),
  );
  return [...groups.values()].map((same) => ({
    ...(same[0] as ClaimResult),
    experiments: same.flatMap(({ experiment }) => experiment ?? []),
  }));
}

/** Whether another paper makes the claim: one that took the question further. */
export function isFollowUp({ place }: Claim): boolean {
  return !place.startsWith("Section");
}

/** How many of some claims have which verdict at a scale. Studies that disagree leave a claim undecided. */
export function verdictsAt(scale: string, rows: readonly ClaimRow[]): ReadonlyMap<ClaimVerdict, number> {
  const verdicts = rows.flatMap(({ byScale }) => {
    const results = byScale.get(scale);
    return results ? [joined(results)] : [];
  });
  return new Map(
    [...groupBy(verdicts, (verdict) => verdict)].map(([verdict, same]) => [verdict as ClaimVerdict, same.length]),
  );
}

function joined(results: readonly ClaimResult[]): ClaimVerdict {
  const decided = new Set(results.map(({ verdict }) => verdict).filter((verdict) => verdict !== "undecided"));
  return decided.size === 1 ? ([...decided][0] as ClaimVerdict) : "undecided";
}

function scaleOfResult({ setup }: ClaimResult): Scale | undefined {
  const first = setup?.runs[0];
  return first && scaleOf(first.run);
}

/** A claim about the nets alone has a verdict without a set-up. */
function isComputed({ setup, verdict }: ClaimResult): boolean {
  return !setup && verdict !== "not tested";
}

function isTested({ byScale }: ClaimRow): boolean {
  return [...byScale.values()].flat().some(({ comparisons }) => comparisons.some(({ low }) => low !== undefined));
}
