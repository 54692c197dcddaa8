// runs/<id>/analyses/<name>.json: what an analysis of a finished run found, part by part, with a checksum. The file is
// written again after each part, so that an analysis that was stopped resumes. A run is complete without these files.
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { errorCode, errorMessage, UserError } from "../errors.ts";
import { writeError, writeFileAtomically } from "../system/atomic-file.ts";
import { makeDirectory } from "../system/make-directory.ts";
import { readJson } from "./run-files.ts";
import { sealedText } from "./sealed-json.ts";

const rowSchema = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

const analysisSchema = z.looseObject({
  analysis: z.string(),
  /** Of the analysis: older numbers are made again. */
  version: z.int().min(1),
  settings: z.record(z.string(), z.unknown()),
  /** Of the weights that were analysed. */
  weightsSha256: z.string(),
  datasetDigest: z.string(),
  /** Without the number of threads, which changes no number. */
  engine: z.looseObject({
    name: z.string(),
    variant: z.string().exactOptional(),
    version: z.string(),
    device: z.looseObject({ kind: z.enum(["cpu", "gpu"]), name: z.string() }),
  }),
  /** How many parts there are in all. */
  parts: z.int().min(0),
  /** The parts that are done, each with its rows. */
  done: z.array(z.looseObject({ name: z.string(), rows: z.array(rowSchema) })),
});

/** One analysis of one run. */
export type AnalysisRecord = z.infer<typeof analysisSchema>;

/** Writes what an analysis has found so far. @throws UserError where the file cannot be written */
export function writeAnalysis(runPath: string, record: AnalysisRecord): void {
  const path = fileOf(runPath, record.analysis);
  try {
    makeDirectory(join(path, ".."));
  } catch (error) {
    throw writeError(path, error);
  }
  writeFileAtomically(path, sealedText(record));
}

/** What an analysis of a run has found so far; undefined where it has not begun. @throws UserError where the file is damaged */
export function readAnalysis(runPath: string, name: string): AnalysisRecord | undefined {
  try {
    return readJson<AnalysisRecord>(fileOf(runPath, name), analysisSchema);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.message, ["Delete the file: `resnet-exp run FILE` then makes it again."]);
  }
}

/** All analyses of a run by name, and the files that cannot be read, each with the reason. */
export function readAnalyses(runPath: string): {
  analyses: AnalysisRecord[];
  damaged: { readonly path: string; readonly reason: string }[];
} {
  const analyses: AnalysisRecord[] = [];
  const damaged: { readonly path: string; readonly reason: string }[] = [];
  for (const name of analysisFiles(runPath)) {
    try {
      const record = readAnalysis(runPath, name);
      if (record) analyses.push(record);
    } catch (error) {
      damaged.push({ path: fileOf(runPath, name), reason: errorMessage(error) });
    }
  }
  return { analyses, damaged };
}

/** Whether every part is done. */
export function isWhole({ parts, done }: AnalysisRecord): boolean {
  return done.length === parts;
}

function fileOf(runPath: string, name: string): string {
  return join(runPath, "analyses", `${name}.json`);
}

/** The names of a run's analyses, sorted, readable or not. */
export function analysisFiles(runPath: string): string[] {
  try {
    const files = readdirSync(join(runPath, "analyses")).filter((file) => /^[a-z][a-z0-9-]*\.json$/.test(file));
    return files.map((file) => basename(file, ".json")).sort();
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}
