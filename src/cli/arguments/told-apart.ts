// Lines that distinguish runs: for each run its id and the values that it does not share with the others.
import { decisiveDifferences, readableValues } from "../../records/differences.ts";
import { typedProfile } from "../../records/provenance.ts";
import type { RunFile } from "../../records/run-files.ts";

/** A run on the disk, or a planned run, which has no data set title and no provenance. */
export type ComparableRun = Pick<RunFile, "id" | "spec" | "trainerVersion"> & {
  readonly datasetDigest: string | undefined;
} & Partial<Pick<RunFile, "datasetTitle" | "provenance">>;

/** A line for each run, in order and in columns. If there are several experiments, ids have their names in front. */
export function toldApart(runs: readonly ComparableRun[]): string[] {
  const columns = [namesOf(runs), ...factsOf(runs)];
  const widths = columns.map((cells) => Math.max(...cells.map((cell) => cell.length)));
  return runs.map((_, i) =>
    columns
      .map((cells, c) => cells[i]!.padEnd(widths[c]!))
      .join("  ")
      .trimEnd(),
  );
}

export function datasetText({ datasetTitle, spec }: ComparableRun): string {
  return datasetTitle ?? spec.sections.dataset.name;
}

export function profileText({ provenance }: ComparableRun): string {
  const profile = provenance && typedProfile(provenance.command);
  return profile === undefined ? "no profile" : `profile ${profile}`;
}

function namesOf(runs: readonly ComparableRun[]): string[] {
  const several = new Set(runs.map(({ spec }) => spec.experiment)).size > 1;
  return runs.map(({ id, spec }) => (several ? `${spec.experiment}/${id}` : id));
}

/** Columns of the values that differ: data set, profile, seed and iterations, then others until no two lines are equal. */
function factsOf(runs: readonly ComparableRun[]): string[][] {
  const differences = decisiveDifferences(runs).filter(({ path }) => !/^dataset(Digest$|\.name$)/.test(path));
  const values = (wanted: string, text: (value: string) => string) =>
    differences.flatMap((each) => (each.path === wanted ? [readableValues(each).map(text)] : []));
  const facts = [
    runs.map(datasetText),
    runs.map(profileText),
    ...values("seed", (value) => `seed ${value}`),
    ...values("training.iterations", (value) => `${value} iterations`),
  ].filter(varies);
  const labels = runs.map(({ spec }) => spec.label);
  for (const { path, values: found } of differences) {
    if (areDistinct([labels, ...facts])) break;
    if (path === "seed" || path === "training.iterations") continue;
    facts.push(readableValues({ path, values: found }).map((value) => `${path}=${value}`));
  }
  return facts;
}

function varies(cells: readonly string[]): boolean {
  return cells.some((cell) => cell !== cells[0]);
}

function areDistinct(columns: readonly (readonly string[])[]): boolean {
  const rows = columns[0]!.map((_, i) => columns.map((cells) => cells[i]).join("\t"));
  return new Set(rows).size === rows.length;
}
