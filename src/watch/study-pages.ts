// The report's pages for the watch server, made in memory from the current files of the runs, with the files that they
// link to, and with the states of runs in Slurm's queue. Writes nothing.
import { waitingRuns } from "../records/planned-runs.ts";
import { listExperiments, readRuns } from "../records/record.ts";
import { runsSignature } from "../records/signature.ts";
import { indexPage, type StudyRuns, studyPage } from "../reports/pages.ts";
import { referenceRuns } from "../reports/reference.ts";
import { QueuePoll } from "../slurm/queue-poll.ts";
import { queueRows, tasksSignature } from "./queue-rows.ts";
import type { WatchSource } from "./server.ts";

/**
 * The pages of the named experiments under `results`, or of all experiments there, new ones included.
 * @param problem called with the reason if a page could not be made
 */
export function studyPages(results: string, named: readonly string[], problem: (error: unknown) => void): WatchSource {
  const poll = new QueuePoll(results);
  const experiments = () => listExperiments(results).filter((name) => named.length === 0 || named.includes(name));
  return {
    experiments,
    signature(experiment) {
      // A new answer of squeue changes the signature at the next look.
      void poll.latest();
      return [runsSignature(results, experiment), ...tasksSignature(poll.known, experiment)].join("\n");
    },
    index: async () => indexPage(experiments().map((experiment) => studyOf(results, experiment))),
    async page(experiment) {
      const { tasks } = await poll.latest();
      const study = studyOf(results, experiment);
      return studyPage({ ...study, queue: await queueRows(results, study, tasks) });
    },
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
