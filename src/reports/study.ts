// A study: the runs of one experiment with all that a report says about them, before anything is drawn or written.
import type { RunRecord } from "../records/record.ts";
import { listSetups, type Setup } from "./analysis/setups.ts";
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
  readonly runs: readonly RunRecord[];
  readonly setups: readonly Setup[];
}

export interface Study extends StudySummary {
  /** The paper's tables that the experiment names, with our numbers. */
  readonly tables: readonly PaperTable[];
  /** Table 1, where the experiment names it. */
  readonly architectures?: ArchitectureTable;
  readonly figures: readonly Figure[];
}

/** The study of an experiment from its runs, done or not. */
export function describeStudy(experiment: string, runs: readonly RunRecord[]): Study {
  const summary = summariseStudy(experiment, runs);
  const references = [...new Set(runs.flatMap(({ run }) => run.paper))].sort();
  return {
    ...summary,
    tables: references.flatMap((reference) => paperTable(reference, summary.setups) ?? []),
    ...(references.includes("table-1") && { architectures: architectureTable() }),
    figures: listFigures(references, summary.setups),
  };
}

/** The same without tables and figures. */
export function summariseStudy(experiment: string, runs: readonly RunRecord[]): StudySummary {
  const question = runs.find(({ run }) => run.question)?.run.question;
  return { experiment, ...(question !== undefined && { question }), runs, setups: listSetups(runs) };
}
