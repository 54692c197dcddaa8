// Made-up finished and unfinished runs as records, for the tests of reports; nothing here is measured.
import type { RunRecord } from "../../src/records/record.ts";
import { type SampleOptions, sampleMetric, sampleRun } from "../records/sample-run.ts";

/** A finished run whose last line has these errors; its best test error is one point lower. */
export function doneRecord(options: SampleOptions, trainError: number, testError: number): RunRecord {
  const run = sampleRun(options);
  const { iterations } = run.spec.sections.training;
  const final = sampleMetric(iterations, trainError, testError);
  return {
    run,
    status: "done",
    metrics: [sampleMetric(iterations / 2, 0.9), final],
    done: {
      iteration: iterations,
      trainSeconds: 12.5,
      imagesPerSecond: 640,
      finalMetric: final,
      bestTestError: { iteration: iterations, value: testError - 0.01 },
      weightsSha256: "f".repeat(64),
    },
    evaluations: [],
    path: `results/${run.spec.experiment}/runs/${run.id}`,
  };
}

/** A run that was interrupted half-way. */
export function interruptedRecord(options: SampleOptions): RunRecord {
  const { done: _, ...record } = doneRecord(options, 0.5, 0.5);
  return { ...record, status: "interrupted", metrics: record.metrics.slice(0, 1) };
}

/** A run that has failed half-way. */
export function failedRecord(options: SampleOptions): RunRecord {
  const failed = { iteration: 321, reason: "diverged", message: "Expected a finite loss, got NaN." };
  return { ...interruptedRecord(options), status: "failed", failed };
}

const net = (block: "plain" | "basic", depth: number): SampleOptions => ({
  label: `${block === "plain" ? "plain" : "ResNet"}-${depth}`,
  model: { block, depth, ...(block === "basic" && { shortcut: "A" }) },
});

/** Table 2's four nets: 12.3 points of degradation in the plain ones, 2.1 points of gain in the residual ones. */
export function fourNets(options: SampleOptions = {}, shift: (place: number) => number = () => 0): RunRecord[] {
  const nets = [
    [net("basic", 34), 0.2, 0.31],
    [net("plain", 34), 0.423, 0.5],
    [net("basic", 18), 0.221, 0.32],
    [net("plain", 18), 0.3, 0.4],
  ] as const;
  return nets.map(([own, train, test], i) => doneRecord({ ...options, ...own }, train + shift(i), test + shift(i)));
}

/** The same over several seeds, which scatter by some tenths of a point. */
export function fourNetsOver(seeds: readonly number[], options: SampleOptions = {}): RunRecord[] {
  return seeds.flatMap((seed) => fourNets({ ...options, seed }, (place) => ((seed * (place + 1)) % 7) / 1000));
}

/** The paper's own recipe for a residual net of Table 6, or a plain net of Figure 6. */
export function paperRun(
  depth: number,
  options: SampleOptions = {},
  block: "plain" | "basic" = "basic",
): SampleOptions {
  return {
    label: `${block === "plain" ? "plain" : "ResNet"}-${depth}`,
    datasetTitle: "CIFAR-10",
    paper: ["table-6", "figure-6"],
    ...options,
    dataset: { name: "cifar10", ...options.dataset },
    model: { family: "cifar", depth, block, width: 16, ...options.model },
    training: {
      batchSize: 128,
      iterations: 64_000,
      learningRate: { dropAt: [32_000, 48_000], warmUp: { fromDepth: 110 } },
      ...options.training,
    },
  };
}
