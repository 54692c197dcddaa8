// The verdicts of our runs on the papers' claims: for each claim, one for each set-up that has its nets.
import type { ClaimVerdict } from "../../config/claim-names.ts";
import type { Claim, Comparison } from "../../paper/claims/claim.ts";
import { claims } from "../../paper/claims/claims.ts";
import type { RunRecord } from "../../records/record.ts";
import { type Grade, worstGrade } from "../analysis/grade.ts";
import { groupBy } from "../analysis/group.ts";
import type { Setup } from "../analysis/setups.ts";
import { reportedRuns } from "../analysis/smoke.ts";
import { isSweep, listParts, type Part } from "../analysis/sweeps.ts";
import type { SummaryRow } from "../analysis/tabulate.ts";
import { testCommand, withMoreSeeds } from "./claim-command.ts";
import { type FoundNet, findNets, isFound } from "./claim-nets.ts";
import { decide, type Estimate, jointVerdict, moreSeeds, sideOf } from "./decision.ts";
import { metricOf, type Unit } from "./measure.ts";

/** A net of a comparison, as our runs have it. */
export interface ComparedNet {
  /** As our tables name it. */
  readonly label: string;
  readonly weight: number;
  /** How many runs; 0 where the value is computed. */
  readonly count: number;
  /** In the unit of the claim. */
  readonly mean: number;
  /** Of a ratio, the standard deviation of the logarithm. */
  readonly std?: number;
}

/** What our runs say on one comparison of a claim, in the unit of the claim. A ratio is a ratio here, not its logarithm. */
export interface ComparisonResult {
  readonly comparison: Comparison;
  /** As the difference is written: "plain-34 − plain-18". */
  readonly name: string;
  readonly nets: readonly ComparedNet[];
  readonly difference: number;
  /** At `level`. Absent where there is none; `reason` then says why. Of a computed value, the value itself. */
  readonly low?: number;
  readonly high?: number;
  /** 0.95, or more by Holm's method where the claim has several comparisons; absent for computed values. */
  readonly level?: number;
  readonly verdict: Exclude<ClaimVerdict, "not tested">;
  readonly reason?: string;
}

/** The verdict on a claim in one set-up. */
export interface ClaimResult {
  readonly claim: Claim;
  readonly unit: Unit;
  readonly verdict: ClaimVerdict;
  /** The study and the set-up; absent where the values are computed, and where no set-up has the nets. */
  readonly experiment?: string;
  readonly setup?: Setup;
  readonly dataset?: string;
  readonly iterations?: number;
  /** The worst of the nets that are compared; absent where no set-up has the nets. */
  readonly grade?: Grade;
  /** Those whose nets are there. */
  readonly comparisons: readonly ComparisonResult[];
  /** Labels of nets without a finished run in this set-up. */
  readonly missing: readonly string[];
  /** Of an undecided claim: the seeds that each net still needs if means and scatter stay as they are, where that can be said. */
  readonly moreSeeds?: number;
  /** What trains the nets that are missing, or more seeds. */
  readonly command?: string;
}

/** The set-ups of a study. */
export interface ClaimStudy {
  readonly experiment: string;
  readonly parts: readonly Part[];
}

/**
 * The verdicts on all claims, in the order of the papers; within a claim, in the order of studies and set-ups. A claim that
 * no set-up can test has one result without a set-up.
 */
export function claimResults(studies: readonly ClaimStudy[]): ClaimResult[] {
  return claims.flatMap((claim) => {
    if ("ofNet" in metricOf(claim.metric)) return [computedResult(claim)];
    const found = studies.flatMap(({ experiment, parts }) => {
      const setups = parts.flatMap((part) => (isSweep(part) ? part.setups : [part]));
      return setups.flatMap((setup) => setupResult(claim, experiment, setup, setups) ?? []);
    });
    return found.length > 0 ? found : [untested(claim)];
  });
}

/** The same from all runs of all experiments, in the order of `readRuns`. */
export function claimResultsOf(runs: readonly RunRecord[]): ClaimResult[] {
  const studies = groupBy(runs, ({ run }) => run.spec.experiment);
  return claimResults([...studies].map(([experiment, own]) => ({ experiment, parts: listParts(reportedRuns(own)) })));
}

/** The results of one study: of claims that it tests. */
export function studyClaims(study: ClaimStudy): ClaimResult[] {
  return claimResults([study]).filter(({ setup }) => setup);
}

function untested(claim: Claim): ClaimResult {
  const { unit } = metricOf(claim.metric);
  const missing = [...new Set(claim.comparisons.flatMap(({ nets }) => nets.map(({ label }) => label)))];
  const command = claim.test && testCommand(claim.test);
  return { claim, unit, verdict: "not tested", comparisons: [], missing, ...(command && { command }) };
}

function computedResult(claim: Claim): ClaimResult {
  const metric = metricOf(claim.metric);
  if (!("ofNet" in metric)) throw new Error(`${claim.metric} is measured on runs`);
  const comparisons = claim.comparisons.map((comparison): ComparisonResult => {
    const nets = comparison.nets.map(({ label, model, weight }) => ({
      label,
      weight,
      count: 0,
      mean: metric.ofNet(model),
    }));
    const difference = nets.reduce((product, { mean, weight }) => product * mean ** weight, 1);
    const name = differenceName(nets, "ratio");
    const verdict = sideOf([difference, difference], comparison);
    return { comparison, name, nets, difference, low: difference, high: difference, verdict };
  });
  const verdict = jointVerdict(comparisons);
  return { claim, unit: "ratio", verdict, grade: "paper-exact", comparisons, missing: [] };
}

function setupResult(claim: Claim, experiment: string, setup: Setup, all: readonly Setup[]): ClaimResult | undefined {
  if (claim.longer !== undefined && !isLonger(setup, all, claim.longer)) return undefined;
  const { unit } = metricOf(claim.metric);
  const found = claim.comparisons.map((comparison) => findNets(comparison, claim, setup.rows));
  const whole = found.flatMap((nets, i) =>
    nets.every(isFound) ? [{ nets, comparison: claim.comparisons[i] as Comparison }] : [],
  );
  const rows = whole.flatMap(({ nets }) => nets.map(({ row }) => row));
  const grade = worstGrade(rows.map((row) => row.grade));
  // A number alone means something only for the paper's own net, images and schedule.
  if (whole.length === 0 || (whole.some(({ nets }) => nets.length === 1) && grade !== "paper-exact")) return undefined;
  const estimates = whole.map(({ nets, comparison }) => estimate(nets, comparison, unit));
  const decisions = decide(estimates);
  const comparisons = whole.map(({ nets, comparison }, i): ComparisonResult => {
    const { difference, interval, ...rest } = decisions[i] as (typeof decisions)[number];
    const shown = unit === "ratio" ? Math.exp : (value: number) => value;
    const compared = nets.map(({ row, weight, value: { mean, std, count } }) => ({
      label: row.label,
      weight,
      count,
      mean: shown(mean),
      ...(std !== undefined && { std }),
    }));
    return {
      comparison,
      name: differenceName(compared, unit),
      nets: compared,
      difference: shown(difference),
      ...(interval && { low: shown(interval[0]), high: shown(interval[1]) }),
      ...rest,
    };
  });
  const missing = [...new Set(found.flat().flatMap((net) => (isFound(net) ? [] : [net.label])))];
  const joint = jointVerdict(comparisons);
  const verdict = missing.length > 0 && joint !== "contradicted" ? "not tested" : joint;
  // Elsewhere it was not meant to be tested.
  if (verdict === "not tested" && experiment !== claim.test?.experiment) return undefined;
  const [first] = rows as [SummaryRow];
  const more = verdict === "undecided" ? moreSeeds(estimates) : undefined;
  const command =
    verdict === "undecided"
      ? withMoreSeeds(rows, more)
      : verdict === "not tested" && claim.test && testCommand(claim.test);
  return {
    claim,
    unit,
    verdict,
    experiment,
    setup,
    dataset: first.dataset,
    iterations: first.iterations,
    grade,
    comparisons,
    missing,
    ...(more !== undefined && { moreSeeds: more }),
    ...(command && { command }),
  };
}

/** Whether a study has other set-ups on the same images with at most so small a part of the iterations. */
function isLonger(setup: Setup, all: readonly Setup[], times: number): boolean {
  const [own] = setup.rows;
  return all.some(({ rows: [other] }) => {
    if (!own || !other || other.dataset !== own.dataset) return false;
    return own.iterations >= times * other.iterations;
  });
}

/** "plain-34 − plain-18"; "plain-34 − 2 · ResNet-34 A + ResNet-34 C"; "plain-34 / ResNet-34". */
function differenceName(nets: readonly { readonly label: string; readonly weight: number }[], unit: Unit): string {
  const words = nets.map(({ label, weight }, i) => {
    const times = Math.abs(weight) === 1 ? label : `${Math.abs(weight)} · ${label}`;
    if (i === 0) return weight < 0 ? `−${times}` : times;
    if (unit === "ratio") return `/ ${times}`;
    return `${weight < 0 ? "−" : "+"} ${times}`;
  });
  return words.join(" ");
}

function estimate(nets: readonly FoundNet[], { above, below }: Comparison, unit: Unit): Estimate {
  const limit = (value: number) => (unit === "ratio" ? Math.log(value) : value);
  return {
    nets: nets.map(({ value, weight }) => ({ ...value, weight })),
    ...(above !== undefined && { above: limit(above) }),
    ...(below !== undefined && { below: limit(below) }),
  };
}
