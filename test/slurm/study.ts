// The study that the cluster trains in tests, and the numbers that it must always reach.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Two runs of a few seconds each. */
export function writeStudy(directory: string, iterations: number): string {
  const file = join(directory, "small.yaml");
  writeFileSync(
    file,
    `
name: small
dataset: { name: synthetic, trainImages: 96, testImages: 32 }
model: { family: cifar, depth: 8, width: 4 }
training: { batchSize: 16, iterations: ${iterations}, learningRate: { initial: 0.05 } }
evaluation: { every: ${Math.max(1, iterations / 4)} }
record: { trainEvery: 10, checkpointEvery: 20 }
matrix: { model.block: [plain, basic] }
`,
  );
  return file;
}

export function runsOf(results: string): string[] {
  const runs = join(results, "small", "runs");
  return existsSync(runs) ? readdirSync(runs).sort() : [];
}

export function pathOf(results: string, id: string, ...file: string[]): string {
  return join(results, "small", "runs", id, ...file);
}

/** Hashes of metrics and final weights. */
export function numbersOf(results: string): Record<string, string> {
  return Object.fromEntries(
    runsOf(results).flatMap((id) =>
      ["metrics.jsonl", "weights.safetensors"].map((name) => {
        const bytes = readFileSync(pathOf(results, id, name));
        return [`${id}/${name}`, createHash("sha256").update(bytes).digest("hex")];
      }),
    ),
  );
}

/** The names of the jobs under results/.slurm. */
export function jobNames(results: string): string[] {
  const directory = join(results, ".slurm");
  return readdirSync(directory).filter((name) => existsSync(join(directory, name, "submitted.json")));
}

/** The jobs under results/.slurm, in order of submission. */
export function jobsOf(results: string): { name: string; job: string; log: (index: number | "report") => string }[] {
  const directory = join(results, ".slurm");
  return jobNames(results)
    .map((name) => ({
      name,
      job: (JSON.parse(readFileSync(join(directory, name, "submitted.json"), "utf8")) as { job: string }).job,
      log: (index: number | "report") => readFileSync(join(directory, name, "logs", `${index}.log`), "utf8"),
    }))
    .sort((a, b) => Number(a.job) - Number(b.job));
}
