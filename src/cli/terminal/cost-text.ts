// The predicted and actual costs of runs, as text and as a table. `plan --calibrate` and `run` print them.
import type { Estimate } from "../../planning/estimates.ts";
import { type Outcome, outcomeOf } from "../../planning/outcome.ts";
import { type Cost, total } from "../../planning/predict.ts";
import type { RunRecord } from "../../records/record.ts";
import type { Column } from "../../text/column.ts";
import { bytes, duration, signedPercent } from "../../text/quantities.ts";
import { terminalTable } from "../../text/terminal-table.ts";

/** "21.3 s, 412 MB of memory, 3.2 MB on the disk; fits", or the predicted and the actual time. */
export function estimateText({ predicted, outcome, secondsLeft, fits }: Estimate): string {
  if (outcome) {
    const { seconds } = outcome.actual;
    const off = signedPercent(outcome.predicted.seconds / seconds - 1);
    return `took ${duration(seconds)}, predicted ${duration(outcome.predicted.seconds)} (${off})`;
  }
  const left = secondsLeft > 0 && secondsLeft < predicted.seconds ? `${duration(secondsLeft)} left of ` : "";
  const verdict = fits === undefined ? "" : fits ? "; fits" : "; does not fit";
  return `${left}${costText(predicted)}${verdict}`;
}

/** The total cost of what is left to train, and how much of it fits the budget. */
export function totalText(estimates: readonly (Estimate | undefined)[], budget: number | undefined): string {
  const left = estimates.flatMap((estimate) => (estimate && estimate.secondsLeft > 0 ? [estimate] : []));
  const costOf = (some: readonly Estimate[]) =>
    total(some.map(({ predicted, secondsLeft }) => ({ ...predicted, seconds: secondsLeft })));
  const unknown = estimates.filter((estimate) => estimate === undefined).length;
  const lines: string[] = [];
  if (left.length > 0) lines.push(`Left to train: ${costText(costOf(left))}.`);
  else if (unknown === 0) lines.push("Nothing is left to train.");
  if (unknown > 0) lines.push(`Not measured: ${unknown} of ${estimates.length} runs.`);
  if (budget !== undefined && left.length > 0) {
    const fitting = left.filter(({ fits }) => fits);
    lines.push(
      `Budget ${duration(budget)}: ${fitting.length} of ${left.length} runs fit, ${duration(costOf(fitting).seconds)}.`,
    );
  }
  return lines.map((line) => `${line}\n`).join("");
}

function costText({ seconds, peakMemoryBytes, diskBytes }: Cost): string {
  return `${duration(seconds)}, ${bytes(peakMemoryBytes)} of memory, ${bytes(diskBytes)} on the disk`;
}

interface Predicted extends Outcome {
  readonly spec: RunRecord["run"]["spec"];
}

const outcomeColumns: readonly Column<Predicted>[] = [
  { title: "predicted, then actual", text: ({ spec }) => `${spec.label} seed ${spec.seed}` },
  { title: "time", align: "right", text: (run) => both(run, ({ seconds }) => duration(seconds)) },
  {
    title: "off",
    align: "right",
    importance: 3,
    text: ({ predicted, actual }) => signedPercent(predicted.seconds / actual.seconds - 1),
  },
  {
    title: "memory",
    align: "right",
    importance: 2,
    text: (run) => both(run, ({ peakMemoryBytes }) => bytes(peakMemoryBytes)),
  },
  { title: "disk", align: "right", importance: 1, text: (run) => both(run, ({ diskBytes }) => bytes(diskBytes)) },
];

/** A table of predicted and actual costs, with a row for each calibrated run; "" if there is none. */
export function outcomeTable(records: readonly RunRecord[], width: number): string {
  const rows = records.flatMap((record) => {
    const outcome = outcomeOf(record);
    return outcome ? [{ spec: record.run.spec, ...outcome }] : [];
  });
  return terminalTable(outcomeColumns, rows, width);
}

function both({ predicted, actual }: Outcome, textOf: (cost: Cost) => string): string {
  return `${textOf(predicted)}, ${textOf(actual)}`;
}
