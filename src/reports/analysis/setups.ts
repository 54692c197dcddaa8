// The set-ups of an experiment. Runs of one set-up were trained alike and differ only in their nets and seeds, so that their
// errors compare. A profile, or a value set on the command line, makes another set-up in the same results.
import type { RunRecord } from "../../records/record.ts";
import type { RunFile } from "../../records/run-files.ts";
import { canonicalJson } from "../../records/run-id.ts";
import { grades, worstGrade } from "./grade.ts";
import { groupBy } from "./group.ts";
import { setupKey, setupLeaves } from "./setup-key.ts";
import { type SummaryRow, tabulate } from "./tabulate.ts";

const slugLength = 60;

export interface Setup {
  /** Unique within the experiment: "CIFAR-10, 64000 iterations", and what else tells it from the other set-ups. */
  readonly name: string;
  /** The name for files: "cifar-10-64000-iterations". */
  readonly slug: string;
  readonly runs: readonly RunRecord[];
  readonly rows: readonly SummaryRow[];
  /** Whether these are all runs of the experiment. */
  readonly isWhole: boolean;
}

/**
 * The set-ups of some runs of one experiment, best grade first, then longest training.
 * @param reference the project's own runs of the experiment
 */
export function listSetups(runs: readonly RunRecord[], reference: readonly RunRecord[] = []): Setup[] {
  const groups = [...groupBy(runs, ({ run }) => setupKey(run)).values()].flatMap(apartByWarmUp);
  const names = uniqueNames(groups.map((group) => group[0] as RunRecord));
  const setups = groups
    .map((group, i) => ({
      name: names[i] ?? "",
      runs: group,
      rows: tabulate(group, reference),
      isWhole: groups.length === 1,
    }))
    .sort((a, b) => rank(a) - rank(b) || longest(b) - longest(a) || (a.name < b.name ? -1 : 1));
  const slugs = uniqueSlugs(setups.map(({ name }) => name));
  return setups.map((setup, i) => ({ ...setup, slug: slugs[i] ?? "" }));
}

// A warm-up from some depth on belongs to one recipe for all depths. Where some net was trained with it and without it, these
// are two recipes.
function apartByWarmUp(runs: readonly RunRecord[]): (readonly RunRecord[])[] {
  const groups = [
    ...groupBy(runs, ({ run }) => canonicalJson(run.spec.sections.training.learningRate.warmUp ?? null)).values(),
  ];
  const nets = groups.flatMap((group) => [...new Set(group.map(({ run }) => canonicalJson(run.spec.sections.model)))]);
  return new Set(nets).size < nets.length ? groups : [runs];
}

/** Names for files, in the order of the names. Long ones end after a whole word. */
export function uniqueSlugs(names: readonly string[]): string[] {
  const slugs = new Map<string, number>();
  return names.map((name) => {
    const slug = name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "")
      .replace(new RegExp(`^(.{1,${slugLength}})(-.*)?$`), "$1")
      .slice(0, slugLength);
    const earlier = slugs.get(slug) ?? 0;
    slugs.set(slug, earlier + 1);
    return earlier ? `${slug}-${earlier + 1}` : slug;
  });
}

function rank({ rows }: { readonly rows: readonly SummaryRow[] }): number {
  return grades.indexOf(worstGrade(rows.map(({ grade }) => grade)));
}

function longest({ rows }: { readonly rows: readonly SummaryRow[] }): number {
  return Math.max(...rows.map(({ iterations }) => iterations));
}

/**
 * A name for each set-up from one of its runs: images and iterations, then what else tells it from the others.
 * @param without paths that vary within the set-ups, which no name can have
 */
export function uniqueNames(firsts: readonly RunRecord[], without: readonly string[] = []): string[] {
  const named = firsts.map(({ run }) => ({
    name: [
      ...(without.includes("dataset.name") ? [] : [run.datasetTitle]),
      ...(without.includes("training.iterations") ? [] : [`${run.spec.sections.training.iterations} iterations`]),
    ].join(", "),
    leaves: setupLeaves(run, without),
    run,
  }));
  const telling = new Map(
    [...groupBy(named, ({ name }) => name)].map(([name, twins]) => {
      const keys = [...new Set(twins.flatMap(({ leaves }) => Object.keys(leaves)))];
      return [name, keys.filter((key) => new Set(twins.map(({ leaves }) => leaves[key])).size > 1)];
    }),
  );
  return named.map(({ name, leaves, run }) =>
    [
      ...(name ? [name] : []),
      ...(telling.get(name) ?? []).map((key) => `${key} ${leaves[key] ?? valueAt(run, key)}`),
    ].join(", "),
  );
}

/** What a run has at a path that its set-up leaves out, as it has the default of a later version's key. */
function valueAt({ spec }: RunFile, path: string): string {
  let value: unknown = spec.sections;
  for (const key of path.split(".")) value = (value as Readonly<Record<string, unknown>> | undefined)?.[key];
  return value === undefined ? "none" : String(value);
}
