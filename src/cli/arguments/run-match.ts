// Which runs a name on the command line fits: by id, label, part of an id, or glob.
import { globMatcher } from "../../config/plan.ts";
import type { RunSpec } from "../../types.ts";

/** What a name can fit: a recorded run, or a planned one. */
export interface MatchedRun {
  readonly id: string;
  readonly spec: RunSpec;
}

/**
 * The runs that a name fits, and whether the name is a part of their ids. The first of these ways that fits any run is
 * used: an exact id, an exact label ("plain-18", "plain-18 seed 0"), a part of an id, a glob ("ResNet-*").
 * EXPERIMENT/ in front limits the name to that experiment. Case does not matter.
 */
export function matchRuns<Run extends MatchedRun>(
  name: string,
  runs: readonly Run[],
): { found: Run[]; byPart: boolean } {
  const slash = name.indexOf("/");
  const experiment = slash < 0 ? undefined : name.slice(0, slash);
  const word = name.slice(slash + 1).toLowerCase();
  const known = runs.filter(({ spec }) => experiment === undefined || spec.experiment === experiment);
  const matchesGlob = globMatcher(word);
  const names = ({ spec: { label, seed } }: Run) => [label.toLowerCase(), `${label.toLowerCase()} seed ${seed}`];
  const isPart = ({ id }: Run) => word !== "" && (id.startsWith(word) || id.endsWith(word));
  const tests: readonly ((run: Run) => boolean)[] = [
    ({ id }) => id === word,
    (run) => names(run).includes(word),
    isPart,
    (run) => names(run).some(matchesGlob),
  ];
  for (const test of tests) {
    const found = known.filter(test);
    if (found.length > 0) return { found, byPart: test === isPart };
  }
  return { found: [], byPart: false };
}
