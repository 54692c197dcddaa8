// The state of each run of a plan, with the reason. Reads only run directories and digests of data sets.
import { basename } from "node:path";
import type { DatasetConfig } from "../config/schema.ts";
import { datasetShape, sources, surveyDataset } from "../datasets/dataset.ts";
import { imageProblem } from "../datasets/enough.ts";
import type { Survey } from "../datasets/source.ts";
import { inOneLine, UserError } from "../errors.ts";
import { describeModel } from "../models/describe.ts";
import { decisiveDifferences } from "../records/differences.ts";
import { weightsMissing } from "../records/final-weights.ts";
import { type RunRecord, reachedIteration, readRuns, type SkippedDirectory } from "../records/record.ts";
import { runId } from "../records/run-id.ts";
import { trainerVersion } from "../training/version.ts";
import type { RunSpec, RunStatus } from "../types.ts";

export type PlanState = RunStatus | "refused";

/** One run of the plan. */
export interface PlannedRun {
  readonly spec: RunSpec;
  /** Undefined where the data is not on this machine: its digest is part of the id. */
  readonly id: string | undefined;
  /** "refused": `run` would not train it on any machine. */
  readonly state: PlanState;
  readonly why: string;
  /** Its record; undefined where it was never begun. */
  readonly record: RunRecord | undefined;
  /** Undefined where the data is not on this machine and only its files say how many classes there are. */
  readonly parameters: number | undefined;
  /** For one image. */
  readonly multiplyAdds: number | undefined;
  /** Of the whole data set; undefined likewise. */
  readonly testImages: number | undefined;
}

/** Looks up the state of each run of one experiment. */
export async function planStates(
  specs: readonly RunSpec[],
  options: { readonly results?: string | undefined; readonly data?: string | undefined },
): Promise<PlannedRun[]> {
  const found = readRuns(options.results ?? "results", [...new Set(specs.map(({ experiment }) => experiment))]);
  const byId = new Map(found.runs.map((record) => [record.run.id, record]));
  const surveys = new Map<string, Survey | UserError | undefined>();
  for (const { sections } of specs) {
    const key = JSON.stringify(sections.dataset);
    if (!surveys.has(key)) surveys.set(key, await survey(sections.dataset, options.data));
  }
  return specs.map((spec) => {
    const { dataset, model } = spec.sections;
    const surveyed = surveys.get(JSON.stringify(dataset));
    const images = surveyed instanceof UserError ? undefined : surveyed;
    const digest = images?.digest;
    const id = digest === undefined ? undefined : runId(spec, digest, trainerVersion);
    const { classes, testImages, ...size } = { ...datasetShape(dataset), ...images };
    const net = classes === undefined ? undefined : describeModel(model, { ...size, classes });
    const record = id === undefined ? undefined : byId.get(id);
    const problem = surveyed instanceof UserError ? surveyed : images && imageProblem(spec.sections, images);
    const begun = record && { state: record.status, why: whyRecorded(record) };
    const ended = record?.status === "done" || record?.status === "failed";
    const refused = problem && !ended && { state: "refused" as const, why: inOneLine(problem) };
    const state = refused || begun || stateOf(spec, id, digest, found);
    const { parameters, multiplyAdds } = net ?? {};
    return { spec, id, ...state, record, parameters, multiplyAdds, testImages };
  });
}

/** If a data set exists but cannot be read, its own runs are refused, not the whole plan. */
async function survey(config: DatasetConfig, data: string | undefined): Promise<Survey | UserError | undefined> {
  try {
    return await surveyDataset(config, { data });
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** Of a run that has no record. */
function stateOf(
  spec: RunSpec,
  id: string | undefined,
  digest: string | undefined,
  { runs, skipped }: { runs: readonly RunRecord[]; skipped: readonly SkippedDirectory[] },
): { state: RunStatus; why: string } {
  if (id === undefined) {
    const { name } = spec.sections.dataset;
    return { state: "planned", why: `${name} is not on this machine: ${sources[name].wayToGet}` };
  }
  const damaged = skipped.find(({ path }) => basename(path) === id);
  if (damaged) return { state: "planned", why: `its directory holds no complete run: ${damaged.reason}` };
  return { state: "planned", why: whyNew(spec, digest, runs) };
}

function whyRecorded(record: RunRecord): string {
  const { status, done, failed, run } = record;
  const { iterations } = run.spec.sections.training;
  const reached = `iteration ${reachedIteration(record)} of ${iterations}`;
  switch (status) {
    case "done": {
      const error = done?.finalMetric.testError;
      const tested = error === undefined ? "" : `test error ${(100 * error).toFixed(2)}% `;
      const missing = weightsMissing(record.path);
      return `${tested}after ${iterations} iterations${missing === undefined ? "" : `; ${missing}`}`;
    }
    case "failed":
      return failed ? `${failed.reason} at iteration ${failed.iteration}: ${failed.message}` : `at ${reached}`;
    case "running":
      return `another process is at ${reached}`;
    case "interrupted":
      return `stopped at ${reached}; resumes from its last checkpoint`;
    case "planned":
      return "not run yet";
  }
}

/** The differences from the most similar run with the same label and seed. */
function whyNew(spec: RunSpec, digest: string | undefined, runs: readonly RunRecord[]): string {
  const differences = runs
    .filter(({ run }) => run.spec.label === spec.label && run.spec.seed === spec.seed)
    .map(({ run }) => ({ id: run.id, changes: changesFrom(run, spec, digest) }))
    .sort((a, b) => a.changes.length - b.changes.length);
  const nearest = differences[0];
  if (!nearest) return "not run yet";
  const more = nearest.changes.length > 3 ? ` and ${nearest.changes.length - 3} more` : "";
  return `not run yet; differs from ${nearest.id} in ${nearest.changes.slice(0, 3).join(", ")}${more}`;
}

function changesFrom(run: RunRecord["run"], spec: RunSpec, datasetDigest: string | undefined): string[] {
  return decisiveDifferences([run, { spec, datasetDigest, trainerVersion }]).map(({ path, values: [before] }) =>
    path === "datasetDigest"
      ? "the images"
      : `${path === "trainerVersion" ? "the trainer" : path} (${before ?? "none"} there)`,
  );
}
