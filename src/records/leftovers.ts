// What can be deleted from a directory of results without losing one: checkpoints of finished runs, and directories of runs
// that never began. Nothing is deleted here.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { directoriesIn } from "./directories.ts";
import type { RunRecord } from "./record.ts";
import { runPath, runStatus } from "./run-directory.ts";
import { runBytes } from "./run-size.ts";

export interface Leftover {
  readonly path: string;
  /** What it is, for people: "checkpoints of a finished run". */
  readonly what: string;
  readonly bytes: number;
}

/** Checkpoints serve to resume a run; a finished one keeps its final weights in a file of their own. */
export function finishedCheckpoints(runs: readonly RunRecord[]): Leftover[] {
  return runs.flatMap(({ status, path }) => {
    const checkpoints = join(path, "checkpoints");
    return status === "done" && existsSync(checkpoints) ? [leftover(checkpoints, "checkpoints of a finished run")] : [];
  });
}

/** Directories of runs that hold no more than a lock and that no process has open. */
export function emptyRuns(results: string, experiment: string): Leftover[] {
  return directoriesIn(join(results, experiment, "runs")).names.flatMap((id) => {
    const path = runPath(results, experiment, id);
    const isEmpty = runStatus(path) === "planned" && readdirSync(path).every((name) => name.startsWith("lock"));
    return isEmpty ? [leftover(path, "a run that never began")] : [];
  });
}

/** The whole directories of runs, except those that are being trained. */
export function wholeRuns(runs: readonly RunRecord[], what: string): Leftover[] {
  return runs.filter(({ status }) => status !== "running").map(({ path }) => leftover(path, what));
}

function leftover(path: string, what: string): Leftover {
  return { path, what, bytes: runBytes(path) };
}
