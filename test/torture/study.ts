// The small study of the torture tests, and its bytes, which no accident may change.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** `small` takes a second or two on the native engine. `tiny` is for slow engines, and has the same kinds of files. */
const experiments = {
  small: `
name: tortured
dataset: { name: synthetic, trainImages: 96, testImages: 32 }
model: { family: cifar, depth: 8, width: 4 }
training: { batchSize: 16, iterations: 60, learningRate: { initial: 0.05, dropAt: [30] } }
evaluation: { every: 20 }
record: { trainEvery: 5, checkpointEvery: 5 }
seeds: [0, 1]
matrix: { model.block: [plain, basic] }
`,
  tiny: `
name: tortured
dataset: { name: synthetic, trainImages: 8, testImages: 4 }
model: { family: cifar, depth: 8, width: 1 }
training: { batchSize: 2, iterations: 12, learningRate: { initial: 0.05, dropAt: [6] } }
evaluation: { every: 6 }
record: { trainEvery: 2, checkpointEvery: 2 }
matrix: { model.block: [plain, basic] }
`,
};
export type StudySize = keyof typeof experiments;

/** The runs of the small study. */
export const runs = 4;
export const name = "tortured";

/** Writes the experiment file into a directory and returns its path. */
export function writeStudy(directory: string, size: StudySize = "small"): string {
  const file = join(directory, "tortured.yaml");
  writeFileSync(file, experiments[size]);
  return file;
}

/** Hashes of everything that must not depend on interruptions: metrics, final weights, tables. */
export function finalBytes(results: string): Record<string, string> {
  const study = join(results, name);
  const files = [
    ...readdirSync(join(study, "runs")).flatMap((id) =>
      ["metrics.jsonl", "weights.safetensors"].map((file) => join("runs", id, file)),
    ),
    ...readdirSync(join(study, "tables"))
      .filter((file) => !timed.test(file))
      .map((file) => join("tables", file)),
    ...readdirSync(join(study, "figures"))
      .filter((file) => file.endsWith(".csv"))
      .map((file) => join("figures", file)),
  ];
  return Object.fromEntries(files.sort().map((file) => [file, hash(join(study, file))]));
}

/** Tables with times, which differ between runs. */
const timed = /^(runs|checklist)\./;

function hash(path: string): string {
  return existsSync(path) ? createHash("sha256").update(readFileSync(path)).digest("hex") : "missing";
}
