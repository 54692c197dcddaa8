// The results that come with the project, in a directory of the same layout beside the user's studies. The user's pages
// link to them and show their numbers beside the user's, never among them. A packed program has none.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type RunRecord, readRuns } from "../records/record.ts";

const directory = "reference";

/** The address of the project's results of a study, seen from `results`; undefined where it has none. */
export function referenceStudy(results: string, experiment: string): string | undefined {
  return ["report.html", "tables/summary.md"]
    .map((file) => `${directory}/${experiment}/${file}`)
    .find((address) => existsSync(join(results, address)));
}

/** The address of the page over all results of the project, seen from `results`; undefined where there is none. */
export function referenceIndex(results: string): string | undefined {
  const address = `${directory}/index.html`;
  return existsSync(join(results, address)) ? address : undefined;
}

/** The project's own runs of a study; none where it has none under `results`, or they cannot be read. */
export function referenceRuns(results: string, experiment: string): RunRecord[] {
  const own = join(results, directory);
  return existsSync(join(own, experiment, "runs")) ? readRuns(own, [experiment]).runs : [];
}
