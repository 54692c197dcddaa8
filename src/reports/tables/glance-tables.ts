// The paper's Tables 2 to 6 over all studies: the paper's numbers, and a column for each set-up that fills some of them.
import { type Grade, worstGrade } from "../analysis/grade.ts";
import { type Scale, scaleOf } from "../analysis/scale.ts";
import type { Setup } from "../analysis/setups.ts";
import { referencesOf, type StudySummary } from "../study.ts";
import { paperTable } from "./paper-table.ts";
import type { PaperTable, TableEntry, TableLine } from "./paper-table-lines.ts";

/** More set-ups than this make a table that nobody reads. The pages of the studies have all. */
const mostSetups = 6;

export interface GlanceSetup {
  readonly experiment: string;
  readonly setup: Setup;
  readonly scale: Scale;
  readonly grade: Grade;
  /** The places of the table's numbers that it fills. */
  readonly places: readonly number[];
}

export interface GlanceLine {
  readonly head: TableLine;
  /** Our line in each set-up. */
  readonly ours: readonly (TableLine | undefined)[];
}

export interface GlanceTable extends Pick<PaperTable, "reference" | "title" | "measures" | "heads" | "numbers"> {
  readonly setups: readonly GlanceSetup[];
  readonly lines: readonly GlanceLine[];
  /** How many set-ups the table has no room for. */
  readonly omitted: number;
}

/** Whether an error of ours stands in an entry. */
export function isFilled(entry: TableEntry | undefined): boolean {
  return entry?.measured?.error !== undefined;
}

/** The table of a reference from the studies that name it; undefined where no run fills any of it. */
export function glanceTable(reference: string, studies: readonly StudySummary[]): GlanceTable | undefined {
  const named = studies.filter((study) => referencesOf(study).includes(reference));
  const table = paperTable(
    reference,
    named.flatMap(({ setups }) => setups),
  );
  if (!table) return undefined;
  const { title, measures, heads, numbers } = table;
  const all = table.parts
    .map(({ setup, lines }) => ({ setup, lines: lines.filter((line) => belongs(line, table)) }))
    .map((part) => ({ ...part, ...factsOf(part, numbers.length) }))
    .filter(({ places }) => places.length > 0)
    .sort((a, b) => a.scale.rank - b.scale.rank);
  const parts = all.slice(-mostSetups);
  if (parts.length === 0) return undefined;
  const heading = new Map(parts.flatMap(({ lines }) => lines).map((line) => [line.name, line]));
  const lines = [...heading.values()].map((head) => ({
    head,
    ours: parts.map((part) => part.lines.find(({ name }) => name === head.name)),
  }));
  return { reference, title, measures, heads, numbers, setups: parts, lines, omitted: all.length - parts.length };
}

/** The paper's lines, and our ensembles, which are no line of the paper. */
function belongs({ entries }: TableLine, { ensemble }: PaperTable): boolean {
  return ensemble !== undefined || entries.some(({ paper }) => paper);
}

function factsOf({ setup, lines }: PaperTable["parts"][number], count: number) {
  const first = setup.runs[0]!.run;
  const places = Array.from({ length: count }, (_, place) => place);
  return {
    experiment: first.spec.experiment,
    scale: scaleOf(first),
    grade: worstGrade(setup.rows.map(({ grade }) => grade)),
    places: places.filter((place) => lines.some(({ entries }) => isFilled(entries[place]))),
  };
}
