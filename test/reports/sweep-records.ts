// Made-up runs of sweeps as records, for the tests of reports; nothing here is measured.
import type { RunRecord } from "../../src/records/record.ts";
import type { SampleOptions } from "../records/sample-run.ts";
import { doneRecord } from "./sample-records.ts";

export const ratePath = "training.learningRate.initial";

/** A finished run with this learning rate, which is on the matrix. */
export function rateRecord(rate: number, testError: number, options: SampleOptions = {}): RunRecord {
  return doneRecord(
    {
      experiment: "rates",
      label: `ResNet-18 initial=${rate}`,
      paper: [],
      varied: [ratePath],
      ...options,
      model: { block: "basic", shortcut: "A", ...options.model },
      training: { learningRate: { initial: rate }, ...options.training },
    },
    testError - 0.1,
    testError,
  );
}

/** Four rates, two seeds each: 0.1 is the best, by 8 points. */
export function fourRates(options: SampleOptions = {}): RunRecord[] {
  const means = [
    [0.01, 0.5],
    [0.03, 0.4],
    [0.1, 0.3],
    [0.3, 0.38],
  ] as const;
  return means.flatMap(([rate, mean]) =>
    [0, 1].map((seed) => rateRecord(rate, mean + (seed === 0 ? 0.01 : -0.01), { ...options, seed })),
  );
}
