// The values in which runs differ, by their dotted paths in experiment files.
import { isDecisive, leavesOf } from "../config/decisive.ts";
import type { RunSections } from "../config/schema.ts";
import type { RunSpec } from "../types.ts";
import type { RunFile } from "./run-files.ts";

/** Everything that decides a run's numbers, and so its id. The digest is undefined where the data is not on this machine. */
export interface Decisive {
  readonly spec: RunSpec;
  readonly datasetDigest: string | undefined;
  readonly trainerVersion: string;
}

/** A path and its printed value in each run; undefined where a run has no such path. */
export interface Difference {
  readonly path: string;
  readonly values: readonly (string | undefined)[];
}

/** Dotted path and printed value of each value below `value`; a list counts as one value. */
export function valuesOf(value: unknown, prefix = ""): [path: string, text: string][] {
  return leavesOf(value, prefix).map(([path, leaf]) => [
    path,
    Array.isArray(leaf) ? `[${leaf.join(", ")}]` : String(leaf),
  ]);
}

/** The values that decide the numbers and differ between the runs, in the order of the vocabulary. */
export function decisiveDifferences(runs: readonly Decisive[]): Difference[] {
  return differences(runs.map((run) => decisiveValues(run)));
}

/** Enough digits to tell data sets apart. */
const digestDigits = 16;

/** The values as people read them: "none" for what a run lacks, and digests cut short. */
export function readableValues({ path, values }: Difference): string[] {
  return values.map((value) => (path === "datasetDigest" ? value?.slice(0, digestDigits) : value) ?? "none");
}

/** What differs in the provenance of the runs, apart from their start times and commands. */
export function provenanceDifferences(runs: readonly RunFile[]): Difference[] {
  return differences(
    runs.map(({ provenance: { createdAt: _, command: __, ...provenance } }) => valuesOf(provenance, "provenance")),
  );
}

function decisiveValues({ spec, datasetDigest, trainerVersion }: Decisive): [path: string, text: string][] {
  return [
    ["seed", String(spec.seed)],
    ...sectionValues(spec.sections),
    ["datasetDigest", String(datasetDigest)],
    ["trainerVersion", trainerVersion],
  ];
}

function sectionValues(sections: RunSections): [path: string, text: string][] {
  return valuesOf(sections).filter(([path]) => isDecisive(path));
}

function differences(runs: readonly (readonly [path: string, text: string])[][]): Difference[] {
  const maps = runs.map((values) => new Map(values));
  const paths = new Set(maps.flatMap((values) => [...values.keys()]));
  return [...paths]
    .map((path) => ({ path, values: maps.map((values) => values.get(path)) }))
    .filter(({ values }) => values.some((value) => value !== values[0]));
}
