// The rows of a summary: a row for each net and set-up, over its seeds, with the paper's number. No rounding, no layout.
// The headline is the error after the last iteration, as in the paper. Runs that are not done are counted, but add no error.
import { decisiveValue } from "../../config/decisive.ts";
import { paperRows } from "../../paper/lookup.ts";
import type { PaperRow } from "../../paper/tables.ts";
import type { RunRecord } from "../../records/record.ts";
import { canonicalJson } from "../../records/run-id.ts";
import { isCropped } from "../protocol-words.ts";
import type { Deviation } from "./deviation-phrases.ts";
import { deviations, gradeOf } from "./deviations.ts";
import { type Evaluated, evaluatedRuns } from "./evaluated.ts";
import type { Grade } from "./grade.ts";
import { groupBy } from "./group.ts";
import { type Measurement, measure } from "./measurement.ts";
import { setupKey } from "./setup-key.ts";
import { type Statistic, statistic } from "./statistics.ts";
import { type Judgement, judge, paperError } from "./verdict.ts";

/** A net trained in one way, over its seeds. Errors are fractions. */
export interface SummaryRow {
  readonly experiment: string;
  readonly label: string;
  readonly model: RunRecord["run"]["spec"]["sections"]["model"];
  readonly dataset: string;
  /** How many test images were used, where not all. */
  readonly testImages?: number;
  readonly iterations: number;
  /** Done or not, in the order of `readRuns`. */
  readonly runs: readonly [RunRecord, ...RunRecord[]];
  /** `setupKey` of its runs. */
  readonly setup: string;
  readonly unfinishedRuns: number;
  /** From the last line of metrics.jsonl: a mean over the iterations since the line before, on augmented batches. */
  readonly trainError?: Statistic;
  /** After the last iteration. */
  readonly testError?: Statistic;
  /** The lowest test error of each run. It was chosen on the test images, so it is not the headline. */
  readonly bestTestError?: Statistic;
  /** What `evaluate` measured, by protocol. */
  readonly evaluated?: readonly Evaluated[];
  /** Whether one look at an image sees its centre only. */
  readonly cropped?: true;
  /** The paper's row for this net, from the first reference of the experiment that has one. */
  readonly paper?: PaperRow;
  /** The paper's error: a mean where it gives one. */
  readonly paperError?: number;
  /** The first training error that a reference of the experiment has for this net. */
  readonly paperTrainError?: number;
  /** The verdict on our error and `paper`. */
  readonly judgement?: Judgement;
  /** The error that was compared with `paper`, where `evaluate` measured it by the paper's protocol; else `testError` was. */
  readonly judged?: Measurement;
  readonly deviations: readonly Deviation[];
  readonly grade: Grade;
  /** The same row of the project's own runs, whose numbers stand beside ours and are never among them. */
  readonly reference?: SummaryRow;
}

/**
 * The rows of some runs: plain nets before residual ones, small before large.
 * @param reference the project's own runs of the same experiment
 */
export function tabulate(runs: readonly RunRecord[], reference: readonly RunRecord[] = []): SummaryRow[] {
  const theirs = groupBy(
    reference.filter(({ done }) => done),
    rowKey,
  );
  return [...groupBy(runs, rowKey)]
    .map(([key, group]) => {
      const twins = theirs.get(key);
      return { ...summarise(group), ...(twins && { reference: summarise(twins) }) };
    })
    .sort(compareRows);
}

/** Equal for the runs of a row, which differ in their seeds only. */
function rowKey({ run: { spec, datasetDigest, trainerVersion } }: RunRecord): string {
  return canonicalJson([spec.experiment, spec.label, decisiveValue(spec.sections), datasetDigest, trainerVersion]);
}

function summarise(runs: readonly RunRecord[]): SummaryRow {
  // A group has the run that began it.
  const group = runs as unknown as SummaryRow["runs"];
  const [first] = group;
  const { spec, datasetTitle, paper: references } = first.run;
  const { model, dataset, training } = spec.sections;
  const done = group.flatMap(({ done }) => (done ? [done] : []));
  const trainError = statistic(done.map(({ finalMetric }) => finalMetric.trainError));
  const testError = statistic(done.flatMap(({ finalMetric }) => finalMetric.testError ?? []));
  const bestTestError = statistic(done.map(({ bestTestError }) => bestTestError.value));

  const candidates = references.flatMap((reference) => paperRows(reference, model));
  const paper = candidates.find((row) => row.error !== undefined || row.fails);
  const paperTest = paper && paperError(paper);
  const evaluated = evaluatedRuns(group);
  const paperTrainError = candidates.find((row) => row.trainError !== undefined)?.trainError;
  const found = deviations(first.run);
  const row = {
    experiment: spec.experiment,
    label: spec.label,
    model,
    dataset: datasetTitle,
    ...(dataset.testImages !== undefined && { testImages: dataset.testImages }),
    iterations: training.iterations,
    runs: group,
    setup: setupKey(first.run),
    unfinishedRuns: group.length - done.length,
    ...(trainError && { trainError }),
    ...(testError && { testError }),
    ...(bestTestError && { bestTestError }),
    ...(evaluated.length > 0 && { evaluated }),
    ...(isCropped(dataset) && { cropped: true as const }),
    ...(paper && { paper }),
    ...(paperTest !== undefined && { paperError: paperTest }),
    ...(paperTrainError !== undefined && { paperTrainError }),
    deviations: found,
    grade: gradeOf(found),
  };
  if (!paper) return row;
  const measured = measure(paper, "error", row);
  return { ...row, judgement: judge(paper, row, measured), ...(measured.protocol && { judged: measured }) };
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
  return model.shortcut !== "none";
}

// By code unit, so that no locale changes a table.
function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
