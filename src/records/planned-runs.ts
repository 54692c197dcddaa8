// results/<experiment>/planned.json: the runs that the last `run` set out to train, so that a page can say how many have
// not begun. It decides nothing: without it a page counts the runs that have begun.
import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { writeFileAtomically } from "../system/atomic-file.ts";
import { runPath } from "./run-directory.ts";
import { readJson } from "./run-files.ts";

const schema = z.looseObject({ ids: z.array(z.string()) });

export interface RunName {
  readonly experiment: string;
  readonly id: string;
}

/** Writes the plan of each experiment; one whose runs have all begun has none. A disk that refuses it stops nothing. */
export function writePlannedRuns(results: string, planned: readonly RunName[]): void {
  for (const experiment of new Set(planned.map((run) => run.experiment))) {
    const ids = planned.flatMap((run) => (run.experiment === experiment ? run.id : []));
    const path = join(results, experiment, "planned.json");
    try {
      if (ids.every((id) => hasBegun(results, experiment, id))) rmSync(path, { force: true });
      else if (existsSync(dirname(path))) writeFileAtomically(path, `${JSON.stringify({ ids })}\n`);
    } catch {
      // The next page counts the runs that have begun.
    }
  }
}

/** The ids of the planned runs of an experiment that have not begun; none where its plan is missing or damaged. */
export function waitingRuns(results: string, experiment: string): string[] {
  let ids: readonly string[];
  try {
    ids = readJson(join(results, experiment, "planned.json"), schema)?.ids ?? [];
  } catch {
    return [];
  }
  return ids.filter((id) => !hasBegun(results, experiment, id));
}

function hasBegun(results: string, experiment: string, id: string): boolean {
  return existsSync(join(runPath(results, experiment, id), "run.json"));
}
