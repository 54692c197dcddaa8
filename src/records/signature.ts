// Texts that tell whether what a report shows of runs has changed, without reading the runs.
import { readdirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { listExperiments } from "./record.ts";
import { runStatus } from "./run-directory.ts";

/** Names, states, and sizes and times of the files that grow or appear, and of the plan; "" where there are no runs. */
export function runsSignature(results: string, experiment: string): string {
  const runs = runPaths(results, experiment).map(([name, path]) => {
    const files = ["metrics.jsonl", "evaluations.jsonl"].map((file) => fileSignature(join(path, file)));
    return [name, runStatus(path), ...files].join(" ");
  });
  return runs.length === 0 ? "" : [...runs, fileSignature(join(results, experiment, "planned.json"))].join("\n");
}

function fileSignature(path: string): string {
  const found = tryStat(path);
  return `${found?.size ?? 0} ${found?.mtimeMs ?? 0}`;
}

/** Names and states of the runs of all experiments: changes where a run begins or ends, not as it goes on. */
export function statesSignature(results: string): string {
  const paths = listExperiments(results).flatMap((experiment) => runPaths(results, experiment));
  return paths.map(([, path]) => `${path} ${runStatus(path)}`).join("\n");
}

function tryStat(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // What may not be looked into tells nothing.
    return undefined;
  }
}

function runPaths(results: string, experiment: string): [name: string, path: string][] {
  const folder = join(results, experiment, "runs");
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => [name, join(folder, name)]);
  } catch {
    return [];
  }
}
