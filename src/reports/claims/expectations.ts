// What an experiment file expects of the papers' claims, compared with the verdicts of its own runs.
import type { ClaimId, ClaimVerdict } from "../../config/claim-names.ts";
import { decisiveValue } from "../../config/decisive.ts";
import type { RunFile } from "../../records/run-files.ts";
import { canonicalJson } from "../../records/run-id.ts";
import type { RunSpec } from "../../types.ts";
import type { ClaimResult } from "./claim-result.ts";

/** A verdict that an experiment file expects, and the one that there is. */
export interface Expectation {
  readonly experiment: string;
  readonly claim: ClaimId;
  readonly expected: ClaimVerdict;
  readonly verdict: ClaimVerdict;
  readonly holds: boolean;
  /** What trains the nets that are missing, or more seeds. */
  readonly command?: string;
}

/**
 * The results in the set-up of the planned runs. Where the data or the program changed in between there are several: then
 * the one with the newest run. Computed results belong to no set-up, so they are not among them.
 */
export function resultsOf(specs: readonly RunSpec[], results: readonly ClaimResult[]): ClaimResult[] {
  const planned = new Set(specs.map(keyOf));
  const own = results.filter(({ setup }) => setup?.runs.some(({ run }) => planned.has(keyOf(run.spec))));
  const newest = own.map(({ setup }) => newestRun(setup?.runs.map(({ run }) => run) ?? [])).sort();
  return own.filter(({ setup }) => newestRun(setup?.runs.map(({ run }) => run) ?? []) === newest.at(-1));
}

/** @param own the results of `resultsOf`. @param all all results, for claims that need no runs or have none */
export function checkExpectations(
  experiment: string,
  expected: Readonly<Partial<Record<ClaimId, ClaimVerdict>>>,
  own: readonly ClaimResult[],
  all: readonly ClaimResult[],
): Expectation[] {
  return Object.entries(expected).map(([id, wanted]) => {
    const claim = id as ClaimId;
    const result =
      own.find((each) => each.claim.id === claim) ?? all.find((each) => each.claim.id === claim && !each.setup);
    const verdict = result?.verdict ?? "not tested";
    return {
      experiment,
      claim,
      expected: wanted,
      verdict,
      holds: verdict === wanted,
      ...(result?.command !== undefined && { command: result.command }),
    };
  });
}

function keyOf({ experiment, sections }: RunSpec): string {
  return canonicalJson([experiment, decisiveValue(sections)]);
}

function newestRun(runs: readonly RunFile[]): string {
  return runs
    .map(({ provenance }) => provenance.createdAt)
    .sort()
    .at(-1) as string;
}
