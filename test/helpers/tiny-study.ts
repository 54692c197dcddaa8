// A small study, trained on the native engine in this process, to test commands on finished runs.
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../../src/cli/commands/run.ts";
import { type RunRecord, readRuns } from "../../src/records/record.ts";
import { collectingIo } from "../cli/results.ts";
import { temporaryDirectory } from "../records/sample-run.ts";

const experiment = (name: string) => `
name: ${name}
dataset: { name: synthetic, trainImages: 96, testImages: 40 }
model: { family: cifar, depth: 8, width: 4 }
training: { batchSize: 16, iterations: 12, learningRate: { initial: 0.05 } }
evaluation: { every: 6, batchSize: 16 }
record: { trainEvery: 4, checkpointEvery: 6 }
matrix: { model.block: [plain, basic] }
`;

/** Trains plain-8 and ResNet-8 under `results`. Their ids do not depend on the experiment's name. */
export async function trainTinyStudy(results: string, name = "tiny"): Promise<void> {
  const file = join(results, `${name}.yaml`);
  writeFileSync(file, experiment(name));
  await runCommand([file], { engine: "native", results, json: true }, collectingIo());
}

/** A copy of trained results that a test may damage, and its records by label. */
export function copyOf(results: string): { results: string; record: (label: string) => RunRecord } {
  const copy = temporaryDirectory();
  cpSync(results, copy, { recursive: true });
  return { results: copy, record: (label) => readRuns(copy).runs.find(({ run }) => run.spec.label === label)! };
}
