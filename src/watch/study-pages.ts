// The report's pages for the watch server, made in memory from the current files of the runs, with the files that they
// link to. Writes nothing.
import { waitingRuns } from "../records/planned-runs.ts";
import { listExperiments, readRuns } from "../records/record.ts";
import { runsSignature } from "../records/signature.ts";
import { indexPage, type StudyRuns, studyPage } from "../reports/pages.ts";
import { referenceRuns } from "../reports/reference.ts";
import type { WatchSource } from "./server.ts";

/**
 * The pages of the named experiments under `results`, or of all experiments there, new ones included.
 * @param problem called with the reason if a page could not be made
 */
export function studyPages(results: string, named: readonly string[], problem: (error: unknown) => void): WatchSource {
  const experiments = () => listExperiments(results).filter((name) => named.length === 0 || named.includes(name));
  return {
    experiments,
    signature: (experiment) => runsSignature(results, experiment),
    index: async () => indexPage(experiments().map((experiment) => studyOf(results, experiment))),
    page: (experiment) => studyPage(studyOf(results, experiment)),
    problem,
  };
}

function studyOf(results: string, experiment: string): StudyRuns {
  // A run that cannot be read is left out silently: it may be readable the next time. `report` names it.
  return {
    experiment,
    runs: readRuns(results, [experiment]).runs,
    waiting: waitingRuns(results, experiment),
    reference: referenceRuns(results, experiment),
  };
}
