// A study: the runs of one experiment with all that a report says about them, before anything is drawn or written.
import type { RunRecord } from "../records/record.ts";
import type { Setup } from "./analysis/setups.ts";
import { reportedRuns, smokeNotes } from "./analysis/smoke.ts";
import { isSweep, listParts, type Part } from "./analysis/sweeps.ts";
import type { Figure } from "./figures/figure.ts";
import { listFigures } from "./figures/list.ts";
import { type ArchitectureTable, architectureTable } from "./tables/architecture-table.ts";
import { paperTable } from "./tables/paper-table.ts";
import type { PaperTable } from "./tables/paper-table-lines.ts";

/** What the page over all studies says about one study. */
export interface StudySummary {
  readonly experiment: string;
  /** What the experiment asks. */
  readonly question?: string;
  /** All except those that a report leaves out. */
  readonly runs: readonly RunRecord[];
  /** Ids of the runs that the last `run` has not begun. */
  readonly waiting: readonly string[];
  /** Sentences on the runs that are left out. */
  readonly leftOut: readonly string[];
  /** Its sweeps, and its set-ups that are in none. */
  readonly parts: readonly Part[];
  /** All set-ups, as the paper's tables compare nets within each. */
  readonly setups: readonly Setup[];
}

export interface Study extends StudySummary {
  /** The paper's tables that the experiment names, with our numbers. */
  readonly tables: readonly PaperTable[];
  /** Table 1, where the experiment names it. */
  readonly architectures?: ArchitectureTable;
  readonly figures: readonly Figure[];
}

/**
 * The study of an experiment from its runs, done or not.
 * @param waiting ids of the runs that the last `run` has not begun
 * @param reference the project's own runs of the experiment
 */
export function describeStudy(
  experiment: string,
  all: readonly RunRecord[],
  waiting: readonly string[] = [],
  reference: readonly RunRecord[] = [],
): Study {
  const summary = summariseStudy(experiment, all, waiting, reference);
  const references = referencesOf(summary);
  return {
    ...summary,
    tables: references.flatMap((reference) => paperTable(reference, summary.setups) ?? []),
    ...(references.includes("table-1") && { architectures: architectureTable() }),
    figures: listFigures(references, summary.parts),
  };
}

/** The same without tables and figures. */
export function summariseStudy(
  experiment: string,
  all: readonly RunRecord[],
  waiting: readonly string[] = [],
  reference: readonly RunRecord[] = [],
): StudySummary {
  const runs = reportedRuns(all);
  const question = runs.find(({ run }) => run.question)?.run.question;
  const parts = listParts(runs, reference);
  return {
    experiment,
    ...(question !== undefined && { question }),
    runs,
    waiting,
    leftOut: smokeNotes(all),
    parts,
    setups: parts.flatMap((part) => (isSweep(part) ? part.setups : [part])),
  };
}

/** The tables and figures that the experiment names, sorted. */
export function referencesOf({ runs }: Pick<StudySummary, "runs">): string[] {
  return [...new Set(runs.flatMap(({ run }) => run.paper))].sort();
}
