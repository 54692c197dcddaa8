// Expands the matrix of an experiment into cells: every combination of axis values, with its sections checked and complete.
// A value on an axis counts as if it were written in its section. Reads no file and knows no profiles.
import type { z } from "zod";
import { type Axis, axisPlaces, readAxes } from "./axes.ts";
import { axesInIterations, inIterations, withIterations } from "./epochs.ts";
import { leavesOut, readExclusions } from "./exclusions.ts";
import { got, listText, wordIssues } from "./issues.ts";
import { type Located, type LocatedMapping, type Place, placeAt, plain, withoutValue, withValue } from "./located.ts";
import { type ProblemList, printableKey } from "./problem.ts";
import { type AxisValue, type RunSections, runSchema } from "./schema.ts";
import { withUsedRate } from "./used-rate.ts";
import { viewProblem } from "./views.ts";
import { type SectionName, sectionNames } from "./vocabulary.ts";

/** One combination of axis values. */
export interface Cell {
  /** The value of each path on an axis, as resolved: a plain net's shortcut is "none" whatever the axis said. */
  readonly axes: Readonly<Record<string, AxisValue>>;
  readonly sections: RunSections;
}

/** A matrix with more cells is most likely a mistake. */
const maximumCells = 10_000;

/** A section, checked with each combination of the axes in it. The last axis varies fastest. */
interface SectionTable {
  readonly name: SectionName;
  readonly axes: readonly number[];
  /** Undefined where the schema refused the section. */
  readonly parsed: readonly unknown[];
}

/** All cells of a document; the last axis varies fastest. Problems are added to `problems`; if there are any, ignore the cells. */
export function expandCells(document: LocatedMapping, problems: ProblemList): Cell[] {
  let axes = readAxes(document.entries.get("matrix"), problems);
  const cells = axes.reduce((product, { values }) => product * values.length, 1);
  if (cells > maximumCells) {
    const place = document.entries.get("matrix")?.key ?? document.place;
    const message = `Expected the matrix to have at most ${maximumCells} cells, got ${cells}.`;
    problems.add({ place, message, hints: [`It has ${axes.map(({ values }) => values.length).join(" × ")}.`] }, true);
    axes = axes.map((axis) => ({ ...axis, values: axis.values.slice(0, 1) }));
  }
  const tables = sectionNames.map((name) => checkSection(name, document, axes, problems));
  const exclusions = readExclusions(document.entries.get("exclude"), problems);
  if (tables.some(({ parsed }) => parsed.includes(undefined))) return [];

  const all = combinations(axes.map(({ values }) => values.map((_, i) => i))).map((indices) => {
    const sections = Object.fromEntries(
      tables.map(({ name, axes: own, parsed }) => {
        const row = own.reduce((index, axis) => index * axes[axis]!.values.length + indices[axis]!, 0);
        return [name, parsed[row]];
      }),
      // Each value is the output of that section's schema.
    ) as unknown as RunSections;
    // An axis has a value in every cell.
    const values = Object.fromEntries(
      axes.flatMap(({ paths }) => paths.map((path) => [path, valueIn(sections, path)!])),
    );
    const counted = inIterations(sections);
    if ("message" in counted) {
      const { path, message, hints } = counted;
      const onAxis = axisPlaces(document).get(path.join("."));
      problems.add({ place: onAxis ?? placeAt(document, path, document.place), message, hints });
      return { axes: values, sections, written: sections, inEpochs: true };
    }
    const inEpochs = counted.sections !== sections;
    return { axes: values, sections: withUsedRate(counted.sections), written: sections, inEpochs };
  });
  const kept = all.filter(
    ({ sections, written }) =>
      !exclusions.some((exclusion) =>
        leavesOut(exclusion, (path) => valueIn(sections, path) ?? valueIn(written, path)),
      ),
  );
  for (const { sections } of kept) {
    const found = viewProblem(sections);
    if (found)
      problems.add({ place: placeAt(document, found.path, document.place), message: found.message, hints: [] });
  }
  if (kept.length === 0) {
    const place = document.entries.get("exclude")?.key ?? document.place;
    problems.add({ place, message: `Expected exclude to leave at least one cell of ${all.length}, got 0.`, hints: [] });
  }
  return axesInIterations(kept).map(({ axes, sections }) => ({ axes, sections }));
}

function checkSection(
  name: SectionName,
  document: LocatedMapping,
  axes: readonly Axis[],
  problems: ProblemList,
): SectionTable {
  const isOwn = (path: string) => path.startsWith(`${name}.`);
  const own = axes.flatMap(({ paths }, i) => (paths.some(isOwn) ? [i] : []));
  const entry = document.entries.get(name);
  const counted = (root: Located | undefined) => (name === "training" ? withIterations(root, problems) : root);
  const otherwise = entry?.key ?? document.place;
  const parsed = combinations(own.map((i) => axes[i]!.values)).map((chosen) => {
    const values = chosen.flatMap((joint, i) =>
      axes[own[i]!]!.paths.flatMap((path, place) => (isOwn(path) ? [{ path, value: joint[place]! }] : [])),
    );
    const root = values.reduce<Located | undefined>(
      (node, { path, value }) => withValue(node, path.split(".").slice(1), value),
      entry?.value,
    );
    return parse(name, counted(root), otherwise, problems, values);
  });
  return { name, axes: own, parsed };
}

/** A value that a cell of the matrix gives to a path. */
interface CellValue {
  readonly path: string;
  readonly value: Located;
}

function parse(
  name: SectionName,
  root: Located | undefined,
  otherwise: Place,
  problems: ProblemList,
  values: readonly CellValue[],
): unknown {
  const schema: z.ZodType = runSchema.shape[name];
  const result = schema.safeParse(root && plain(root));
  if (result.success) return result.data;
  let issues = result.error.issues;
  const found = wordIssues(issues, { root, prefix: [name], otherwise });
  if (root) {
    // The schema does not check rules that span keys while a single key is wrong. So check them again without the wrong keys.
    const wrong = issues.flatMap((issue) => {
      const path = keysOf(issue);
      return issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...path, key]) : [path];
    });
    const sound = wrong.reduce(withoutValue, root);
    const others = schema.safeParse(plain(sound)).error?.issues ?? [];
    const known = new Set(wrong.map((path) => path.join(".")));
    issues = others.filter((issue) => issue.code === "custom" && !known.has(keysOf(issue).join(".")));
    found.push(...wordIssues(issues, { root, prefix: [name], otherwise }));
  }
  for (const { problem, sharesPlace } of found) {
    // Another cell may accept the same value.
    const isOfCell = values.length > 1 && values.some(({ value }) => value.place === problem.place);
    const ofCell = isOfCell ? [describeCell(values)] : [];
    problems.add({ ...problem, hints: [...problem.hints, ...ofCell] }, sharesPlace);
  }
  return undefined;
}

/** The keys on the way to an issue, up to the first list. */
function keysOf(issue: z.core.$ZodIssue): string[] {
  const firstIndex = issue.path.findIndex((step) => typeof step === "number");
  return issue.path.slice(0, firstIndex < 0 ? undefined : firstIndex).map(String);
}

function describeCell(values: readonly CellValue[]): string {
  const text = (value: Located) => (value.kind === "list" ? listText(plain(value) as unknown[]) : got(value));
  return `In the cell ${values.map(({ path, value }) => `${printableKey(path)}: ${text(value)}`).join(", ")}.`;
}

/** Every choice of one item from each list. The last list varies fastest. */
function combinations<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>((heads, list) => heads.flatMap((head) => list.map((item) => [...head, item])), [[]]);
}

function valueIn(sections: RunSections, path: string): AxisValue | undefined {
  let value: unknown = sections;
  for (const step of path.split(".")) value = (value as Record<string, unknown> | undefined)?.[step];
  return value as AxisValue | undefined;
}
