// The measured cost of a few real steps of a run, and the key that it is kept under. The key covers everything that the
// numbers depend on, so another engine, machine or net never uses them. Pure.
import { createHash } from "node:crypto";
import { z } from "zod";
import type { RunSections } from "../config/schema.ts";
import type { Provenance } from "../records/provenance.ts";
import { canonicalJson } from "../records/run-id.ts";

const amount = z.number().min(0);

export const calibrationSchema = z.object({
  /** From the start of a run to its first step: the model is made, the mean image computed. */
  setupSeconds: amount,
  /** Of one training step, its batch made too. */
  stepSeconds: amount,
  /** The middle half of the steps lies within this fraction of their median: large where the machine was busy. */
  stepSpread: amount,
  /** Of testing one image. */
  evaluationSeconds: amount,
  /** Of writing one checkpoint. */
  checkpointSeconds: amount,
  /** From the last checkpoint to the end: the final weights are written. */
  finishSeconds: amount,
  /** The most that the process held, the data set in memory too; memory of a GPU is not in it. */
  peakMemoryBytes: amount,
  checkpointBytes: amount,
  weightsBytes: amount,
  /** Of one line of metrics.jsonl. */
  metricBytes: amount,
  /** Of the small files of a run. */
  otherBytes: amount,
});

/** Means over a few real steps, tests and checkpoints; seconds and bytes. */
export type Calibration = z.infer<typeof calibrationSchema>;

/** What computes: the part of a run's provenance that its time and memory depend on. */
export type Computer = Pick<Provenance, "engine" | "cpu" | "cores" | "node">;

/** The name of a calibration: equal for runs of one net, batch and data set on one engine and machine. */
export function calibrationKey(sections: RunSections, computer: Computer, trainerVersion: string): string {
  const { dataset, model, training, evaluation } = sections;
  const { engine, cpu, cores, node } = computer;
  const decisive = {
    dataset: [dataset.name, dataset.trainImages, ...(dataset.cropSize === undefined ? [] : [dataset.cropSize])],
    model,
    training: [
      ...[training.batchSize, training.augmentation],
      ...(training.precision === "float32" ? [] : [training.precision]),
    ],
    evaluation: evaluation.batchSize,
    engine: [engine.name, engine.version, engine.description, engine.device.name],
    machine: [cpu, cores, node],
    trainerVersion,
  };
  return createHash("sha256").update(canonicalJson(decisive)).digest("hex").slice(0, 32);
}
