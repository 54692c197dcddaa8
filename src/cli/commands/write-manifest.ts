// `run FILE… --manifest FILE`: writes the runs that have not ended for `worker`, which another batch system than Slurm
// starts with the number of the task. Trains nothing.
import { dirname } from "node:path";
import { UserError } from "../../errors.ts";
import { writeManifest } from "../../slurm/submission.ts";
import { writeError } from "../../system/atomic-file.ts";
import { makeDirectory } from "../../system/make-directory.ts";
import { shellWord } from "../../text/shell.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { run } from "../syntax/run.ts";
import type { Io } from "../terminal/io.ts";
import { clusterStudies, runEnds, showPlan, taskOptions } from "./cluster-runs.ts";

/**
 * Writes the manifest. It has --jobs tasks, or one for each run. Returns 0.
 * @throws UserError where a file or the data is wrong, or the manifest cannot be written
 */
export async function writeRunManifest(
  files: readonly string[],
  path: string,
  options: OptionsOf<typeof run>,
  io: Io,
): Promise<number> {
  if (options.on || options.slurm || options.detach) {
    throw new UserError("Expected --manifest without --on, --slurm and --detach, got both.", [
      "--on slurm writes its manifest itself.",
    ]);
  }
  const studies = await clusterStudies(files, options, io);
  const common = taskOptions(options);
  const all = studies.flatMap(({ runs }) => runs);
  const { hasEnded } = await runEnds(all, common.results);
  const runs = all.filter((each) => !hasEnded(each));
  const tasks = options.jobs ?? Math.max(1, runs.length);
  try {
    makeDirectory(dirname(path));
    writeManifest(path, { options: common, tasks, runs });
  } catch (error) {
    throw writeError(path, error);
  }
  showPlan(all, common.results);
  io.err(
    `Wrote ${runs.length} ${runs.length === 1 ? "run" : "runs"} for ${tasks} ${tasks === 1 ? "task" : "tasks"}. Task N, from 0, trains its share: resnet-exp worker ${shellWord(path)} --index N\n`,
  );
  return 0;
}
