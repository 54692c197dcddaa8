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
      const metrics = statSync(join(path, "metrics.jsonl"), { throwIfNoEntry: false });
      return `${name} ${runStatus(path)} ${metrics?.size ?? 0} ${metrics?.mtimeMs ?? 0}`;
    })
    .join("\n");
}
