// Links from the user's own pages to the results that come with the project. Those are in a directory of the same layout
// beside the user's studies, and are never mixed with them.
import { existsSync } from "node:fs";
import { join } from "node:path";

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
