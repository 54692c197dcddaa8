// A text that tells whether anything that a report shows of an experiment's runs has changed, without reading the runs.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { runStatus } from "./run-directory.ts";

/** Names, states, and sizes and times of the files that grow or appear; "" where there are no runs. */
export function runsSignature(results: string, experiment: string): string {
  const folder = join(results, experiment, "runs");
  let names: string[];
  try {
    names = readdirSync(folder).sort();
  } catch {
    return "";
  }
  return names
    .map((name) => {
      const path = join(folder, name);
      const files = ["metrics.jsonl", "evaluations.jsonl"].map((file) => {
        const found = statSync(join(path, file), { throwIfNoEntry: false });
        return `${found?.size ?? 0} ${found?.mtimeMs ?? 0}`;
      });
      return [name, runStatus(path), ...files].join(" ");
    })
    .join("\n");
}
