// Made-up runs for the tests of records, reports and their commands; nothing here is measured.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { type AxisValue, type RunSections, runSchema } from "../../src/config/schema.ts";
import type { RunFile } from "../../src/records/run-files.ts";
import { runId, specHash } from "../../src/records/run-id.ts";
import type { Metric, NamedTensor, RunSpec, TrainerState } from "../../src/types.ts";

/** A directory for one test, deleted after it. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), "resnet-exp-"));
  afterEach(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export interface SampleOptions {
  experiment?: string;
  label?: string;
  seed?: number;
  model?: Record<string, unknown>;
  training?: Record<string, unknown>;
  dataset?: Record<string, unknown>;
  record?: Record<string, unknown>;
  datasetTitle?: string;
  paper?: readonly string[];
  /** Paths on the matrix beside block and depth. */
  varied?: readonly string[];
}

export function sampleSpec(options: SampleOptions = {}): RunSpec {
  const sections = runSchema.parse({
    dataset: { name: "synthetic", ...options.dataset },
    model: { family: "imagenet", depth: 18, block: "plain", width: 8, ...options.model },
    training: { iterations: 600, batchSize: 64, ...options.training },
    record: { ...options.record },
  });
  return {
    experiment: options.experiment ?? "plain-vs-res",
    label: options.label ?? "plain-18",
    seed: options.seed ?? 0,
    axes: Object.fromEntries(
      ["model.block", "model.depth", ...(options.varied ?? [])].map((path) => [path, valueAt(sections, path)]),
    ),
    sections,
  };
}

function valueAt(sections: RunSections, path: string): AxisValue {
  return path
    .split(".")
    .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], sections) as AxisValue;
}

export function sampleRun(options: SampleOptions = {}): RunFile {
  const spec = sampleSpec(options);
  const datasetDigest = `digest of ${options.datasetTitle ?? "synthetic"}`;
  return {
    id: runId(spec, datasetDigest, "1"),
    spec,
    specHash: specHash(spec, datasetDigest, "1"),
    datasetDigest,
    datasetTitle: options.datasetTitle ?? "synthetic",
    trainerVersion: "1",
    paper: options.paper ?? ["table-2", "figure-4"],
    question: "Does depth hurt?",
    provenance: {
      command: ["resnet-exp", "run", "experiments/plain-vs-res.yaml"],
      createdAt: "2026-01-02T03:04:05.000Z",
      node: "v20.0.0",
      packages: { "resnet-exp": "0.1.0" },
      gitCommit: "0123456789abcdef0123456789abcdef01234567",
      gitDirty: false,
      engine: {
        name: "cpu",
        description: "stock CPU backend",
        version: "4.22.0",
        threads: 1,
        device: { kind: "cpu", name: "AMD EPYC" },
      },
      cpu: "Example CPU",
      cores: 2,
      os: "Linux 6.1 x64",
    },
  };
}

export function sampleMetric(iteration: number, trainError: number, testError?: number): Metric {
  return {
    iteration,
    learningRate: 0.1,
    trainLoss: trainError * 2,
    trainError,
    ...(testError !== undefined && { testLoss: testError * 2, testError }),
  };
}

/** Tensors whose numbers depend on the iteration, as a trainer's would. */
export function sampleTensors(iteration: number): NamedTensor[] {
  return [
    { name: "conv1/kernel", shape: [2, 3], data: Float32Array.from({ length: 6 }, (_, i) => Math.sin(iteration + i)) },
    { name: "7", shape: [], data: Float32Array.of(iteration / 3) },
    { name: "conv1/kernel/momentum", shape: [1, 2], data: Float32Array.of(-0, 1e-38) },
  ];
}

export function sampleState(iteration: number): TrainerState {
  return { iteration, tensors: sampleTensors(iteration), progress: { lossSum: 0.1 + iteration / 3, warmUp: 1 } };
}
