// Commands that would decide a claim: those that train the nets that are missing, and those that train more seeds.
import type { ClaimTest } from "../../paper/claims/claim.ts";
import type { SummaryRow } from "../analysis/tabulate.ts";
import { seedsCommand } from "../command.ts";

/** Seeds of each net that a claim is tested with where it has not been tested. */
const usualSeeds = 5;
/** A command with more seeds than this is no advice. */
const mostSeeds = 100;

/** "resnet-exp run cifar-depth --profile paper --seeds 0-4". */
export function testCommand({ experiment, profile, set }: ClaimTest): string {
  return [
    `resnet-exp run ${experiment}`,
    ...(profile === undefined ? [] : [`--profile ${profile}`]),
    ...(set === undefined ? [] : [`--set ${set}`]),
    `--seeds 0-${usualSeeds - 1}`,
  ].join(" ");
}

/**
 * The command that trained the first of some nets, with more seeds for all of them.
 * @param more seeds that the net with the fewest runs still needs; undefined where nobody can say
 */
export function withMoreSeeds(rows: readonly SummaryRow[], more: number | undefined): string | undefined {
  const seeds = new Set(rows.flatMap(({ runs }) => runs.map(({ run }) => run.spec.seed)));
  const counts = rows.map(({ runs }) => runs.filter(({ done }) => done).length);
  // A net with one run does not say how much it scatters, so that nothing can be said but that it needs more.
  if (more === undefined && Math.min(...counts) > 1) return undefined;
  const wanted = more === undefined ? usualSeeds : Math.max(...counts) + more;
  if (wanted > mostSeeds) return undefined;
  for (let seed = 0; seeds.size < wanted; seed++) seeds.add(seed);
  const [first] = rows;
  return first && seedsCommand(first.runs[0], [...seeds]);
}
