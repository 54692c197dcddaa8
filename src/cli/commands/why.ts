// `why RUN`: compares a run with the most similar finished run and shows which values differ. With --file, RUN is a run of
// that experiment file, started or not.
import { loadExperiment } from "../../config/load.ts";
import { planRuns } from "../../config/plan.ts";
import { datasetDigest, sources } from "../../datasets/dataset.ts";
import { UserError } from "../../errors.ts";
import { type ComparedRun, type NearestRun, nearestRun } from "../../planning/nearest-run.ts";
import { readRuns } from "../../records/record.ts";
import { runId } from "../../records/run-id.ts";
import { trainerVersion } from "../../training/version.ts";
import { findRecord, findRun } from "../arguments/find-run.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { why } from "../syntax/why.ts";
import type { Io } from "../terminal/io.ts";
import { sideBySide } from "../terminal/side-by-side.ts";

type WhyOptions = OptionsOf<typeof why>;

/**
 * Prints which values differ from the most similar finished run. Always returns 0.
 * @throws UserError where the name means no run or several, or the file or its data is wrong
 */
export async function whyCommand(name: string, options: WhyOptions, io: Io): Promise<number> {
  const { results } = options;
  const subject = options.file === undefined ? findRecord(name, results, io).run : await plannedRun(name, options);
  const { runs } = readRuns(results);
  const same = runs.find(({ run }) => run.id === subject.id && run.spec.experiment === subject.spec.experiment);
  const found = nearestRun(subject, runs);
  if (options.json) {
    const { id, spec } = subject;
    const state = same?.status ?? "planned";
    const nearest = found && { experiment: found.record.run.spec.experiment, id: found.record.run.id };
    const answer = { experiment: spec.experiment, id, state, nearest: nearest ?? null };
    io.out(`${JSON.stringify({ ...answer, differences: found?.differences ?? [] }, undefined, 2)}\n`);
    return 0;
  }
  io.out(`${subject.id} is ${same?.status ?? "not run yet"}.\n`);
  if (!found) io.out("There is no other finished run to compare with.\n");
  else io.out(`\n${explain(subject, found, io.tableWidth)}`);
  return 0;
}

function explain(subject: ComparedRun, { record: { run }, differences }: NearestRun, tableWidth: number): string {
  const other = run.spec.experiment === subject.spec.experiment ? run.id : `${run.spec.experiment}/${run.id}`;
  if (differences.length === 0) {
    return `It differs only in its experiment from ${other}, which is finished.\n`;
  }
  const table = sideBySide("value", differences, ["this run", "there"], tableWidth);
  return `The most similar finished run is ${other}. They differ in:\n\n${table}`;
}

/** The run of an experiment file that a name means. */
async function plannedRun(name: string, options: WhyOptions): Promise<ComparedRun> {
  const file = options.file ?? "";
  const specs = planRuns(loadExperiment(file, options));
  const digests = new Map<string, string | undefined>();
  const subjects: ComparedRun[] = [];
  for (const spec of specs) {
    const { dataset } = spec.sections;
    const key = JSON.stringify(dataset);
    if (!digests.has(key)) digests.set(key, await datasetDigest(dataset, { data: options.data }));
    const digest = digests.get(key);
    if (digest === undefined) {
      throw new UserError(`Expected ${dataset.name} on this machine, because its digest is part of the run's id.`, [
        sources[dataset.name].wayToGet,
      ]);
    }
    subjects.push({ spec, datasetDigest: digest, trainerVersion, id: runId(spec, digest, trainerVersion) });
  }
  return findRun(name, subjects, `of ${file}`);
}
