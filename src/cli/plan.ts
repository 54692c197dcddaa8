// `plan FILE…`: what `run` would do with the same selection, and why; with --explain, where each value comes from.
// Reads experiment files, run directories and data digests; trains and downloads nothing.
import { basename } from "node:path";
import { type Experiment, loadExperiment, type Overlay } from "../config/load.ts";
import { planRuns } from "../config/plan.ts";
import { datasetDigest, datasetShape } from "../datasets/dataset.ts";
import { describeModel } from "../models/describe.ts";
import { decisiveDifferences, valuesOf } from "../records/differences.ts";
import { type RunRecord, readRuns, type SkippedDirectory } from "../records/record.ts";
import { runId } from "../records/run-id.ts";
import { trainerVersion } from "../training/version.ts";
import type { RunSpec, RunStatus } from "../types.ts";
import type { Io } from "./io.ts";

export interface PlanOptions extends Overlay {
  /** A glob over labels. */
  readonly only?: string | undefined;
  readonly results?: string | undefined;
  readonly data?: string | undefined;
  readonly explain?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** One run of the plan. */
export interface PlannedRun {
  readonly spec: RunSpec;
  /** Undefined where the data is not on this machine: its digest is part of the id. */
  readonly id: string | undefined;
  readonly state: RunStatus;
  readonly why: string;
  readonly parameters: number;
  /** For one image. */
  readonly multiplyAdds: number;
}

/** Prints each run of the experiments with its state. Always 0. @throws UserError where a file or the selection is wrong */
export async function planCommand(files: readonly string[], options: PlanOptions, io: Io): Promise<number> {
  const experiments = files.map((file) => loadExperiment(file, options));
  const specs = experiments.map((experiment) => planRuns(experiment, options.only));
  const plans: PlannedRun[][] = [];
  for (const each of specs) plans.push(await planStates(each, options));

  if (options.json) {
    const rows = experiments.flatMap((experiment, i) => plans[i]!.map((run) => jsonRow(run, experiment, options)));
    io.out(`${JSON.stringify(rows)}\n`);
    return 0;
  }
  experiments.forEach((experiment, i) => {
    const runs = plans[i]!;
    const profile = experiment.profile === undefined ? "" : `, profile ${experiment.profile}`;
    if (i > 0) io.out("\n");
    io.out(`${experiment.document.name} (${experiment.file}${profile}): ${countStates(runs)}\n\n`);
    io.out(runTable(runs, io.columns));
    if (options.explain) io.out(`\n${originTable(experiment, specs[i]!, io.columns)}`);
  });
  return 0;
}

/** Looks up the state of each run of one experiment. */
async function planStates(specs: readonly RunSpec[], options: PlanOptions): Promise<PlannedRun[]> {
  const found = readRuns(options.results ?? "results", [...new Set(specs.map(({ experiment }) => experiment))]);
  const digests = new Map<string, string | undefined>();
  for (const { sections } of specs) {
    const key = JSON.stringify(sections.dataset);
    if (!digests.has(key)) digests.set(key, await datasetDigest(sections.dataset, { data: options.data }));
  }
  return specs.map((spec) => {
    const { dataset, model } = spec.sections;
    const digest = digests.get(JSON.stringify(dataset));
    const id = digest === undefined ? undefined : runId(spec, digest, trainerVersion);
    const { parameters, multiplyAdds } = describeModel(model, datasetShape(dataset.name));
    return { spec, id, ...stateOf(spec, id, digest, found), parameters, multiplyAdds };
  });
}

function stateOf(
  spec: RunSpec,
  id: string | undefined,
  digest: string | undefined,
  { runs, skipped }: { runs: readonly RunRecord[]; skipped: readonly SkippedDirectory[] },
): { state: RunStatus; why: string } {
  if (id === undefined) {
    const { name } = spec.sections.dataset;
    return { state: "planned", why: `${name} is not on this machine: resnet-exp datasets fetch ${name}` };
  }
  const record = runs.find(({ run }) => run.id === id);
  if (record) return { state: record.status, why: whyRecorded(record) };
  const damaged = skipped.find(({ path }) => basename(path) === id);
  if (damaged) return { state: "planned", why: `its directory holds no whole run: ${damaged.reason}` };
  return { state: "planned", why: whyNew(spec, digest, runs) };
}

function whyRecorded({ status, metrics, done, failed, run }: RunRecord): string {
  const { iterations } = run.spec.sections.training;
  const reached = `iteration ${metrics.at(-1)?.iteration ?? 0} of ${iterations}`;
  switch (status) {
    case "done":
      return done?.finalMetric.testError === undefined
        ? `after ${iterations} iterations`
        : `test error ${(100 * done.finalMetric.testError).toFixed(2)}% after ${iterations} iterations`;
    case "failed":
      return failed ? `${failed.reason} at iteration ${failed.iteration}: ${failed.message}` : `at ${reached}`;
    case "running":
      return `another process is at ${reached}`;
    case "interrupted":
      return `stopped at ${reached}; goes on from its last checkpoint`;
    case "planned":
      return "not run yet";
  }
}

/** What keeps the most similar run of the same label and seed from being this one. */
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

function countStates(runs: readonly PlannedRun[]): string {
  const states: readonly RunStatus[] = ["planned", "running", "interrupted", "done", "failed"];
  const counts = states
    .map((state) => [runs.filter((run) => run.state === state).length, state] as const)
    .filter(([count]) => count > 0);
  return `${runs.length} ${runs.length === 1 ? "run" : "runs"}, ${counts.map((pair) => pair.join(" ")).join(", ")}`;
}

/** Two lines a run, so that an id is never cut: what it is, then its id and why it is in its state. */
function runTable(runs: readonly PlannedRun[], columns: number): string {
  const rows = runs.map(({ spec, state, parameters, multiplyAdds }) => [
    spec.label,
    `seed ${spec.seed}`,
    state,
    `${millions(parameters)} parameters`,
    `${millions(multiplyAdds)} multiply-adds`,
  ]);
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]!.length))) ?? [];
  return rows
    .map((row, i) => {
      const { id, why } = runs[i]!;
      const line = row.map((cell, column) =>
        column < 3 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
      );
      return `${wrap(line.join("  "), columns, 2)}${wrap(`    ${id === undefined ? "" : `${id}  `}${why}`, columns, 6)}`;
    })
    .join("");
}

/** 123456 as "0.123 M", 1234567890 as "1230 M". */
function millions(count: number): string {
  return `${Number((count / 1e6).toPrecision(3))} M`;
}

/** Every value of the chosen runs with where it comes from; where it varies, each value once. */
function originTable(experiment: Experiment, specs: readonly RunSpec[], columns: number): string {
  const values = new Map<string, Set<string>>();
  for (const { sections } of specs) {
    for (const [path, text] of valuesOf(sections)) values.set(path, (values.get(path) ?? new Set()).add(text));
  }
  const rows = [...values].map(([path, texts]) => [path, originOf(experiment, path), [...texts].join(" | ")] as const);
  const pathWidth = Math.max(...rows.map(([path]) => path.length));
  const originWidth = Math.max(...rows.map(([, origin]) => origin.length));
  return rows
    .map(([path, origin, text]) =>
      wrap(`${path.padEnd(pathWidth)}  ${origin.padEnd(originWidth)}  ${text}`, columns, 4),
    )
    .join("");
}

function originOf({ origins }: Experiment, path: string): string {
  const axis = origins.get(`matrix.${path}`);
  return axis ? `matrix, ${axis}` : (origins.get(path) ?? "default");
}

function jsonRow(run: PlannedRun, experiment: Experiment, options: PlanOptions): object {
  const { spec, id, ...rest } = run;
  const paths = valuesOf(spec.sections).map(([path]) => [path, originOf(experiment, path)]);
  return {
    ...spec,
    file: experiment.file,
    profile: experiment.profile ?? null,
    id: id ?? null,
    ...rest,
    ...(options.explain && { origins: Object.fromEntries(paths) }),
  };
}

/** The text in lines of at most `columns` characters, broken at spaces, all but the first indented. */
function wrap(text: string, columns: number, indent: number): string {
  const lines: string[] = [];
  let line = text.trimEnd();
  while (line.length > columns) {
    const start = line.length - line.trimStart().length;
    const space = line.lastIndexOf(" ", columns);
    if (space <= start) break;
    lines.push(line.slice(0, space).trimEnd());
    line = `${" ".repeat(indent)}${line.slice(space).trimStart()}`;
  }
  return `${[...lines, line].join("\n")}\n`;
}
