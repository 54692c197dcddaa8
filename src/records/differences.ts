// What tells two runs apart, value by value, by the dotted paths of experiment files.
import { isDecisive, leavesOf } from "../config/decisive.ts";
import type { RunSections } from "../config/schema.ts";
import type { RunSpec } from "../types.ts";
import type { RunFile } from "./run-files.ts";

/** All that decides the numbers of a run, and so its id. The digest is undefined where the data is not on this machine. */
export interface Decisive {
  readonly spec: RunSpec;
  readonly datasetDigest: string | undefined;
  readonly trainerVersion: string;
}

/** One path with its printed value in each of some runs; undefined where a run has no such path. */
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

/** The values that decide the numbers and that are not the same in all of the runs, in the order of the vocabulary. */
export function decisiveDifferences(runs: readonly Decisive[]): Difference[] {
  return differences(runs.map((run) => decisiveValues(run)));
}

/** Enough to tell data sets apart. */
const digestDigits = 16;

/** The values as people read them: "none" for what a run lacks, and digests cut short. */
export function readableValues({ path, values }: Difference): string[] {
  return values.map((value) => (path === "datasetDigest" ? value?.slice(0, digestDigits) : value) ?? "none");
}

/** What of their provenance is not the same in all of the runs; when they began and by which command is left out. */
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
