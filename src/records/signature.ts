// Texts that change when a report's content may have changed. They are made without reading the runs.
import { readdirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { listExperiments } from "./record.ts";
import { runStatus } from "./run-directory.ts";

/** The names and states of runs, and the sizes and times of files that grow or appear, and of the plan. */
export function runsSignature(results: string, experiment: string): string {
  const runs = runPaths(results, experiment).map(([name, path]) => {
    const files = ["metrics.jsonl", "evaluations.jsonl", "analyses"].map((file) => fileSignature(join(path, file)));
    return [name, runStatus(path), ...files].join(" ");
  });
  return [...runs, fileSignature(join(results, experiment, "planned.json"))].join("\n");
}

function fileSignature(path: string): string {
  const found = tryStat(path);
  return `${found?.size ?? 0} ${found?.mtimeMs ?? 0}`;
}

/** The names and states of the runs of all experiments. Changes when a run begins or ends, but not while it trains. */
export function statesSignature(results: string): string {
  const paths = listExperiments(results).flatMap((experiment) => runPaths(results, experiment));
  return paths.map(([, path]) => `${path} ${runStatus(path)}`).join("\n");
}

function tryStat(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // A file that may not be read counts as missing.
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
