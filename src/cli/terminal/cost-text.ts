// What runs will take and have taken, in words and as a table: what `plan --calibrate` and the end of `run` print.
import type { Estimate } from "../../planning/estimates.ts";
import { outcomeOf } from "../../planning/outcome.ts";
import { type Cost, total } from "../../planning/predict.ts";
import type { RunRecord } from "../../records/record.ts";
import { bytes, duration, signedPercent } from "../../text/quantities.ts";
import { textTable } from "../../text/text-table.ts";

/** "21.3 s, 412 MB of memory, 3.2 MB on the disk; fits", or what was predicted and what it took. */
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

/** What is left of the runs in all, and how much of it fits the budget. */
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

/** A line a run that was calibrated, of what was predicted and what it took; "" where none was. */
export function outcomeTable(records: readonly RunRecord[], columns: number): string {
  const outcomes = records.flatMap((record) => {
    const outcome = outcomeOf(record);
    return outcome ? [{ spec: record.run.spec, ...outcome }] : [];
  });
  if (outcomes.length === 0) return "";
  const right = (title: string, importance: number) => ({ title, align: "right", importance }) as const;
  return textTable(
    [
      { title: "predicted, then actual", align: "left", importance: Number.POSITIVE_INFINITY },
      right("time", Number.POSITIVE_INFINITY),
      right("off", 3),
      right("memory", 2),
      right("disk", 1),
    ],
    outcomes.map(({ spec, predicted, actual }) => [
      `${spec.label} seed ${spec.seed}`,
      `${duration(predicted.seconds)}, ${duration(actual.seconds)}`,
      signedPercent(predicted.seconds / actual.seconds - 1),
      `${bytes(predicted.peakMemoryBytes)}, ${bytes(actual.peakMemoryBytes)}`,
      `${bytes(predicted.diskBytes)}, ${bytes(actual.diskBytes)}`,
    ]),
    columns,
  );
}
