// The disk space that a run uses.
import { readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { readMetricsBytes } from "./metrics.ts";

export interface RunSizes {
  /** The size of the largest checkpoint. */
  readonly checkpointBytes: number;
  readonly weightsBytes: number;
  /** The average size of a line of metrics.jsonl. */
  readonly metricBytes: number;
  /** The total size of the small files. */
  readonly otherBytes: number;
}

/** The sizes of a finished run's files. */
export function runSizes(path: string): RunSizes {
  const sizes = fileSizes(path);
  const checkpoints = sizes.filter(({ name }) => name.startsWith("checkpoints") && name.endsWith(".safetensors"));
  const sizeOf = (name: string) => sizes.find((file) => file.name === name)?.bytes ?? 0;
  const metrics = readMetricsBytes(join(path, "metrics.jsonl"));
  const [weightsBytes, metricsBytes] = [sizeOf("weights.safetensors"), metrics.byteLength];
  const largest = Math.max(0, ...checkpoints.map(({ bytes }) => bytes));
  return {
    checkpointBytes: largest,
    weightsBytes,
    metricBytes: metricsBytes / Math.max(1, metrics.toString("utf8").split("\n").length - 1),
    otherBytes: sum(sizes) - sum(checkpoints) - weightsBytes - metricsBytes,
  };
}

/** The total size of the files in a run directory, in bytes. */
export function runBytes(path: string): number {
  return sum(fileSizes(path));
}

function fileSizes(path: string): { name: string; bytes: number }[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return { name: relative(path, file), bytes: statSync(file).size };
    });
}

function sum(files: readonly { readonly bytes: number }[]): number {
  return files.reduce((total, { bytes }) => total + bytes, 0);
}
