// The files of a study that its crate describes: tables, figures, pages and the files of its runs, each with its size and
// SHA-256. Checkpoints and locks are left out, because they serve only to train on.
import { readdirSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import type { RunRecord } from "../records/record.ts";
import { digestFile } from "../system/file-digest.ts";
import { type Entity, pathId } from "./entity.ts";

/** The name of the crate's own file, which describes all others. */
export const metadataFile = "ro-crate-metadata.json";

const mediaTypes: Readonly<Record<string, string>> = {
  ".csv": "text/csv",
  ".html": "text/html",
  ".json": "application/json",
  ".jsonl": "application/jsonl",
  ".md": "text/markdown",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".yaml": "application/yaml",
};

/** What the files of a run directory are, by name. */
const runFiles: Readonly<Record<string, string>> = {
  "run.json": "What was trained, on which data, with which program and machine",
  "metrics.jsonl": "Losses and errors, a line for each recorded iteration",
  "done.json": "The result of the run, its time and its memory",
  "failed.json": "Why the run failed",
  "weights.safetensors": "The final weights of the net",
};

/** The files of a run, in order of their names. */
export function filesOfRun({ path, run }: RunRecord): Promise<Entity[]> {
  const files = listFiles(path).filter((file) => !/^(checkpoints\/|lock(\.|$))/.test(file));
  return describeFiles(path, files, `runs/${run.id}/`);
}

/** The files of a study's directory outside its runs, in order of their names. */
export function filesOfStudy(directory: string): Promise<Entity[]> {
  const files = listFiles(directory).filter((file) => file !== metadataFile && !file.startsWith("runs/"));
  return describeFiles(directory, files, "");
}

/** The paths of all files below a directory, with "/", without hidden files. */
function listFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => !path.split("/").some((name) => name.startsWith(".")))
    .sort();
}

async function describeFiles(directory: string, files: readonly string[], prefix: string): Promise<Entity[]> {
  const entities: Entity[] = [];
  for (const file of files) {
    const { bytes, sha256 } = await digestFile(join(directory, file));
    const description = prefix === "" ? undefined : runFiles[file];
    entities.push({
      "@id": pathId(prefix + file),
      "@type": "File",
      name: prefix + file,
      ...(description !== undefined && { description }),
      encodingFormat: mediaTypes[extname(file)] ?? "application/octet-stream",
      contentSize: String(bytes),
      sha256,
    });
  }
  return entities;
}
