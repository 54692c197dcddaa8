// A verdict on a claim as JSON, with exact numbers: errors as fractions, nothing rounded.
import type { ClaimResult } from "./claim-result.ts";
import { verdictWords } from "./claim-words.ts";

/** The same fields for each result; those that do not apply are null. */
export function claimJson(result: ClaimResult) {
  const { claim, unit, verdict, experiment, setup, dataset, iterations, grade, missing, moreSeeds, command } = result;
  return {
    claim: claim.id,
    place: claim.place,
    sentence: claim.sentence,
    metric: claim.metric,
    unit,
    madeAt: claim.scale,
    verdict,
    words: verdictWords(result),
    experiment: experiment ?? null,
    setup: setup?.name ?? null,
    dataset: dataset ?? null,
    iterations: iterations ?? null,
    grade: grade ?? null,
    comparisons: result.comparisons.map((each) => ({
      name: each.name,
      above: each.comparison.above ?? null,
      below: each.comparison.below ?? null,
      difference: finite(each.difference),
      low: each.low ?? null,
      high: each.high ?? null,
      level: each.level ?? null,
      verdict: each.verdict,
      reason: each.reason ?? null,
      paper: each.comparison.paper ?? null,
      nets: each.nets.map(({ label, weight, count, mean, std }) => ({
        label,
        weight,
        count,
        mean: finite(mean),
        std: std ?? null,
      })),
    })),
    missing,
    moreSeeds: moreSeeds ?? null,
    command: command ?? null,
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
