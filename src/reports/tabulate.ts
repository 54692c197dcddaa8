// Runs to rows: one a net and set-up, over its seeds, with the paper's number beside it. No rounding, no layout.
// The headline is the last iteration, as in the paper; runs that are not done count for nothing but are counted.
import { paperRows } from "../paper/lookup.ts";
import type { PaperRow } from "../paper/tables.ts";
import type { RunRecord } from "../records/record.ts";
import { canonicalJson, decisiveSections } from "../records/run-id.ts";
import { deviations } from "./deviations.ts";
import { groupBy } from "./group.ts";
import { type Statistic, statistic } from "./statistics.ts";

/** A net trained in one way, over its seeds. Errors are fractions. */
export interface SummaryRow {
  readonly experiment: string;
  readonly label: string;
  readonly model: RunRecord["run"]["spec"]["sections"]["model"];
  readonly dataset: string;
  readonly iterations: number;
  /** Equal for nets that were trained alike and differ in depth, block and shortcut only. */
  readonly setup: string;
  readonly unfinishedRuns: number;
  /** Of the last line of metrics.jsonl: a mean over the iterations since the line before, on augmented batches. */
  readonly trainError?: Statistic;
  /** After the last iteration. */
  readonly testError?: Statistic;
  /** The lowest of all evaluations of each run. It was chosen on the test images, so it is no headline. */
  readonly bestTestError?: Statistic;
  /** The paper's row for this net, of the first reference of the experiment that has one. */
  readonly paper?: PaperRow;
  /** The paper's error: a mean where it gives one. */
  readonly paperError?: number;
  /** The first training error that a reference of the experiment has for this net, and its row. */
  readonly paperTrainError?: number;
  /** Ours minus the paper's, where both measure the same thing. */
  readonly difference?: number;
  /** Why there is no difference, or "comparable". Empty where the paper has no such net. */
  readonly comparison: string;
  readonly deviations: readonly string[];
}

/** The rows of some runs: plain nets before residual ones, small before large. */
export function tabulate(runs: readonly RunRecord[]): SummaryRow[] {
  const groups = groupBy(runs, ({ run: { spec, datasetDigest, trainerVersion } }) =>
    canonicalJson([spec.experiment, spec.label, decisiveSections(spec.sections), datasetDigest, trainerVersion]),
  );
  return [...groups.values()].map(summarise).sort(compareRows);
}

function summarise(group: readonly RunRecord[]): SummaryRow {
  const [first] = group as [RunRecord];
  const { spec, datasetDigest, datasetTitle, trainerVersion, paper: references } = first.run;
  const { depth: _, block: __, shortcut: ___, ...model } = spec.sections.model;
  const done = group.flatMap(({ done }) => (done ? [done] : []));
  const trainError = statistic(done.map(({ finalMetric }) => finalMetric.trainError));
  const testError = statistic(done.flatMap(({ finalMetric }) => finalMetric.testError ?? []));
  const bestTestError = statistic(done.map(({ bestTestError }) => bestTestError.value));

  const candidates = references.flatMap((reference) => paperRows(reference, spec.sections.model));
  const paper = candidates.find(({ error }) => error !== undefined);
  const paperError = paper?.mean ?? paper?.error;
  const paperTrainError = candidates.find((row) => row.trainError !== undefined)?.trainError;
  const comparison = paper ? comparability(paper, first) : "";
  return {
    experiment: spec.experiment,
    label: spec.label,
    model: spec.sections.model,
    dataset: datasetTitle,
    iterations: spec.sections.training.iterations,
    setup: canonicalJson([
      spec.experiment,
      { ...(decisiveSections(spec.sections) as object), model },
      datasetDigest,
      trainerVersion,
    ]),
    unfinishedRuns: group.length - done.length,
    ...(trainError && { trainError }),
    ...(testError && { testError }),
    ...(bestTestError && { bestTestError }),
    ...(paper && { paper }),
    ...(paperError !== undefined && { paperError }),
    ...(paperTrainError !== undefined && { paperTrainError }),
    ...(comparison === "comparable" &&
      testError &&
      paperError !== undefined && { difference: testError.mean - paperError }),
    comparison,
    deviations: deviations(first.run),
  };
}

// Ours is always one centred view of every test image; the title tells the paper's own images from all others.
function comparability(paper: PaperRow, { run }: RunRecord): string {
  if (run.datasetTitle !== paper.dataset) return `not comparable: ${run.datasetTitle}, the paper's ${paper.dataset}`;
  if (paper.dataset !== "CIFAR-10") return "not comparable: another crop of the images";
  if (run.spec.sections.dataset.testImages !== undefined) return "not comparable: part of the test images";
  return "comparable";
}

function compareRows(a: SummaryRow, b: SummaryRow): number {
  return (
    compareText(a.experiment, b.experiment) ||
    compareText(a.dataset, b.dataset) ||
    a.iterations - b.iterations ||
    Number(isResidual(a)) - Number(isResidual(b)) ||
    compareText(a.model.shortcut, b.model.shortcut) ||
    a.model.depth - b.model.depth ||
    a.model.width - b.model.width ||
    compareText(a.label, b.label) ||
    compareText(a.setup, b.setup)
  );
}

/** Whether a net has shortcuts. */
export function isResidual({ model }: SummaryRow): boolean {
  return model.block === "basic" || model.block === "bottleneck";
}

// By code unit, so that no locale changes a table.
function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
