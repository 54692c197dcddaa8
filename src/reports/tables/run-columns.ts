// The columns of the table of runs in runs.csv and on the page. Every run has a row, whatever its state.
import type { RunRecord } from "../../records/record.ts";
import type { Column } from "../../text/column.ts";
import { percent } from "../../text/quantities.ts";
import { durationText, flopsText, runFlops } from "../analysis/costs.ts";

export const runColumns: readonly Column<RunRecord>[] = [
  { data: { id: ({ run }) => run.id, label: ({ run }) => run.spec.label, seed: ({ run }) => run.spec.seed } },
  { title: "run", text: runName },
  { title: "images", text: ({ run }) => run.datasetTitle },
  { title: "state", text: ({ status }) => status, data: { state: ({ status }) => status } },
  {
    data: {
      family: ({ run }) => run.spec.sections.model.family,
      depth: ({ run }) => run.spec.sections.model.depth,
      block: ({ run }) => run.spec.sections.model.block,
      shortcut: ({ run }) => run.spec.sections.model.shortcut,
      width: ({ run }) => run.spec.sections.model.width,
      dataset: ({ run }) => run.datasetTitle,
      batchSize: ({ run }) => run.spec.sections.training.batchSize,
      iterations: ({ run }) => run.spec.sections.training.iterations,
    },
  },
  {
    title: "iteration",
    align: "right",
    text: ({ run, metrics }) => `${metrics.at(-1)?.iteration ?? 0}/${run.spec.sections.training.iterations}`,
    data: { iteration: ({ metrics }) => metrics.at(-1)?.iteration },
  },
  {
    title: "train error",
    align: "right",
    text: ({ metrics }) => percent(metrics.at(-1)?.trainError),
    data: {
      learningRate: ({ metrics }) => metrics.at(-1)?.learningRate,
      trainLoss: ({ metrics }) => metrics.at(-1)?.trainLoss,
      trainError: ({ metrics }) => metrics.at(-1)?.trainError,
    },
  },
  {
    title: "test error",
    align: "right",
    text: ({ metrics }) => percent(metrics.findLast(({ testError }) => testError !== undefined)?.testError),
    data: {
      testLoss: ({ metrics }) => metrics.at(-1)?.testLoss,
      testError: ({ metrics }) => metrics.at(-1)?.testError,
      bestTestError: ({ done }) => done?.bestTestError.value,
      bestTestIteration: ({ done }) => done?.bestTestError.iteration,
    },
  },
  {
    title: "time",
    align: "right",
    text: ({ done }) => (done ? durationText(done.trainSeconds) : ""),
    data: { trainSeconds: ({ done }) => done?.trainSeconds, imagesPerSecond: ({ done }) => done?.imagesPerSecond },
  },
  { title: "operations", align: "right", text: (record) => flopsText(runFlops(record)) },
  {
    data: {
      engine: ({ run }) => run.provenance.engine.name,
      engineDescription: ({ run }) => run.provenance.engine.description,
      engineVersion: ({ run }) => run.provenance.engine.version,
      threads: ({ run }) => run.provenance.engine.threads,
      cpu: ({ run }) => run.provenance.cpu,
      cores: ({ run }) => run.provenance.cores,
      os: ({ run }) => run.provenance.os,
      node: ({ run }) => run.provenance.node,
      createdAt: ({ run }) => run.provenance.createdAt,
      gitCommit: ({ run }) => run.provenance.gitCommit,
      gitDirty: ({ run }) => run.provenance.gitDirty,
      trainerVersion: ({ run }) => run.trainerVersion,
      datasetDigest: ({ run }) => run.datasetDigest,
      specHash: ({ run }) => run.specHash,
      weightsSha256: ({ done }) => done?.weightsSha256,
      failure: ({ failed }) => failed?.reason,
    },
  },
];

/** "plain-18 seed 0". */
export function runName({ run }: RunRecord): string {
  return `${run.spec.label} seed ${run.spec.seed}`;
}
