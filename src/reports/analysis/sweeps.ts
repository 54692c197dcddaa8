// The sweeps of an experiment: runs whose matrix varies what the papers' tables do not, such as the learning rate, the batch
// size or the width. A sweep joins the set-ups that differ only in such values, so that one table compares them.
import { axisText } from "../../config/axis-text.ts";
import type { AxisValue } from "../../config/schema.ts";
import type { RunRecord } from "../../records/record.ts";
import { canonicalJson } from "../../records/run-id.ts";
import { groupBy } from "./group.ts";
import { isShared, setupLeaves } from "./setup-key.ts";
import { listSetups, type Setup, uniqueNames, uniqueSlugs } from "./setups.ts";
import type { SummaryRow } from "./tabulate.ts";

/** What a sweep varies: a value, or several that always vary together. */
export interface SweepAxis {
  readonly paths: readonly [string, ...string[]];
  /** Whether the values of the first path are numbers. */
  readonly isNumeric: boolean;
  /** How many values it has. */
  readonly count: number;
}

/** A set-up whose runs also differ on the axes of the matrix. */
export interface Sweep extends Setup {
  /** At least one; the paths in the order of the matrix. */
  readonly axes: readonly SweepAxis[];
  /** The set-ups that it joins, as the papers' tables show them. */
  readonly setups: readonly Setup[];
}

/** A sweep, or a set-up that is in none. */
export type Part = Setup | Sweep;

export function isSweep(part: Part): part is Sweep {
  return "axes" in part;
}

/** The paths that the papers' tables vary. A study of these alone is no sweep. */
const paperPaths = ["model.block", "model.depth", "model.shortcut", "model.activation", "model.span"];

/**
 * The parts of some runs of one experiment, in the order of their set-ups.
 * @param reference the project's own runs of the experiment
 */
export function listParts(runs: readonly RunRecord[], reference: readonly RunRecord[] = []): Part[] {
  const setups = listSetups(runs, reference);
  const paths = matrixPaths(runs);
  const groups = [...groupBy(setups, ({ runs: [first] }) => sweepKey(first as RunRecord, paths)).values()];
  const names = uniqueNames(
    groups.map(([setup]) => setup?.runs[0] as RunRecord),
    paths,
  );
  const slugs = uniqueSlugs(names);
  return groups.flatMap((joined, i) => {
    const rows = joined.flatMap((setup) => setup.rows);
    const varied = paths.filter((path) => new Set(rows.map((row) => axisWords(row, path))).size > 1);
    if (!varied.some((path) => isOwn(path, runs))) return joined;
    return [
      {
        name: names[i] || runs[0]?.run.spec.experiment || "",
        slug: slugs[i] ?? "",
        runs: joined.flatMap((setup) => setup.runs),
        rows: rows.toSorted(byAxes(varied)),
        isWhole: groups.length === 1,
        axes: joinAxes(varied, rows),
        setups: joined,
      },
    ];
  });
}

/** The value of a row on a path of the matrix; undefined where its section is left out. */
export function axisValue({ runs: [first] }: SummaryRow, path: string): AxisValue | undefined {
  let value: unknown = first.run.spec.sections;
  for (const key of path.split(".")) value = (value as Readonly<Record<string, unknown>> | undefined)?.[key];
  return value as AxisValue | undefined;
}

/** The same as text; "none" where there is none. */
export function axisWords(row: SummaryRow, path: string): string {
  const value = axisValue(row, path);
  return value === undefined ? "none" : axisText(value);
}

/** "learningRate.initial": a path as a table names it. Only the sections model and training can be left out. */
export function axisTitle(path: string): string {
  return path.replace(/^(?:model|training)\./, "");
}

/** The paths on the matrix of any run, in its order. A run that was made before a path was on the matrix has one value of it. */
function matrixPaths(runs: readonly RunRecord[]): string[] {
  const lists = runs.map(({ run }) => Object.keys(run.spec.axes));
  return [...new Set(lists.sort((a, b) => b.length - a.length).flat())];
}

/** Whether a path makes a sweep. A study that names tables of the papers compares nets in them. */
function isOwn(path: string, runs: readonly RunRecord[]): boolean {
  return !paperPaths.includes(path) && (isShared(path) || runs.every(({ run }) => run.paper.length === 0));
}

/** Equal for the set-ups of one sweep. */
function sweepKey({ run }: RunRecord, paths: readonly string[]): string {
  return canonicalJson(setupLeaves(run, paths));
}

/** The paths that always vary together are one axis. */
function joinAxes(paths: readonly string[], rows: readonly SummaryRow[]): SweepAxis[] {
  const texts = (...some: string[]) =>
    new Set(rows.map((row) => JSON.stringify(some.map((path) => axisWords(row, path))))).size;
  const joined: [string, ...string[]][] = [];
  for (const path of paths) {
    const other = joined.find(([first]) => texts(first) === texts(path) && texts(first, path) === texts(path));
    if (other) other.push(path);
    else joined.push([path]);
  }
  return joined.map((own) => ({
    paths: own,
    isNumeric: rows.every((row) => typeof axisValue(row, own[0]) === "number"),
    count: texts(own[0]),
  }));
}

/** By the value on each path in turn: numbers by size, before words. */
function byAxes(paths: readonly string[]): (a: SummaryRow, b: SummaryRow) => number {
  return (a, b) => {
    for (const path of paths) {
      const order = compareValues(axisValue(a, path), axisValue(b, path));
      if (order !== 0) return order;
    }
    return 0;
  };
}

function compareValues(a: AxisValue | undefined, b: AxisValue | undefined): number {
  const numbers = [typeof a, typeof b].filter((type) => type === "number").length;
  if (numbers === 2) return Number(a) - Number(b);
  if (numbers === 1) return typeof a === "number" ? -1 : 1;
  if (Array.isArray(a) && Array.isArray(b)) {
    const differing = a.findIndex((value, i) => value !== b[i]);
    return differing < 0 ? a.length - b.length : compareValues(a[differing], b[differing]);
  }
  const [first, second] = [a, b].map((value) => (value === undefined ? "" : axisText(value)));
  return first === second ? 0 : first! < second! ? -1 : 1;
}
