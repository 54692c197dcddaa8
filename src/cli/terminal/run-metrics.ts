// The results of a run as a list for people: names, numbers, and how each is printed. Data files do not use this.
import type { RunRecord } from "../../records/record.ts";
import { bytes, duration, percent } from "../../text/quantities.ts";

/** A number of a run. Errors are fractions, times are in seconds. */
export interface RunMetric {
  /** The key for scripts, as in metrics.jsonl and done.json. */
  readonly key: string;
  readonly name: string;
  readonly value: number | undefined;
  readonly text: string;
}

const definitions: readonly {
  readonly key: string;
  readonly name: string;
  readonly read: (record: RunRecord) => number | undefined;
  readonly format: (value: number) => string;
}[] = [
  { key: "iteration", name: "iteration", read: ({ metrics }) => metrics.at(-1)?.iteration ?? 0, format: String },
  { key: "trainLoss", name: "train loss", read: ({ metrics }) => metrics.at(-1)?.trainLoss, format: loss },
  { key: "trainError", name: "train error", read: ({ metrics }) => metrics.at(-1)?.trainError, format: inPercent },
  { key: "validationError", name: "validation error", read: lastOf("validationError"), format: inPercent },
  { key: "testLoss", name: "test loss", read: lastOf("testLoss"), format: loss },
  { key: "testError", name: "test error", read: lastOf("testError"), format: inPercent },
  { key: "bestTestError", name: "best test error", read: ({ done }) => done?.bestTestError.value, format: inPercent },
  { key: "trainSeconds", name: "training time", read: ({ done }) => done?.trainSeconds, format: duration },
  { key: "totalSeconds", name: "time in all", read: ({ done }) => done?.totalSeconds, format: duration },
  { key: "peakMemoryBytes", name: "peak memory", read: ({ done }) => done?.peakMemoryBytes, format: bytes },
  {
    key: "imagesPerSecond",
    name: "images/s",
    read: ({ done }) => done?.imagesPerSecond,
    format: (value) => value.toFixed(0),
  },
];

/** The known numbers of a run. Training numbers are means over the iterations since the previous line of metrics. */
export function runMetrics(record: RunRecord): RunMetric[] {
  return definitions.map(({ key, name, read, format }) => {
    const value = read(record);
    return {
      key,
      name,
      value,
      text: value === undefined ? "–" : Number.isFinite(value) ? format(value) : "not a number",
    };
  });
}

function lastOf(key: "testLoss" | "testError" | "validationError"): (record: RunRecord) => number | undefined {
  return ({ metrics }) => metrics.findLast((metric) => metric[key] !== undefined)?.[key];
}

function inPercent(fraction: number): string {
  return `${percent(fraction)}%`;
}

function loss(value: number): string {
  return value.toFixed(4);
}
