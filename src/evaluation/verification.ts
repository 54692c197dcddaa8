// Checks a finished run against its own record: checksums, numbers that are stored twice, the data set, and the test error,
// which is computed again from the final weights.
import { basename } from "node:path";
import type { DatasetConfig } from "../config/schema.ts";
import { type Engine, sameArithmetic } from "../engines/engine.ts";
import { UserError } from "../errors.ts";
import { type Check, checkFiles, fails, holds } from "../records/integrity.ts";
import { lastEngine } from "../records/provenance.ts";
import type { RunRecord, SkippedDirectory } from "../records/record.ts";
import type { DoneFile } from "../records/run-files.ts";
import { percent } from "../text/quantities.ts";
import type { Dataset } from "../types.ts";
import { testAgain } from "./finished-run.ts";
import { engineFor, type WantedEngine } from "./own-engine.ts";

// Where code or instruction set differ, so does the rounding, and images on the edge between two classes change sides.
// Nets of 8 layers had losses within 1e-6 of each other on AVX-512, AVX2, the baseline and plain JavaScript; a GPU rounds
// more coarsely.
/** Largest share of test images that another engine may classify differently; one image is always allowed. */
const errorBound = 0.002;
/** Relative difference of the test loss on another engine. */
const lossBound = 0.001;

/** A run and the results of its checks. */
export interface Verification {
  readonly id: string;
  readonly path: string;
  readonly holds: boolean;
  readonly checks: readonly Check[];
}

/**
 * Checks a finished run.
 * @throws UserError where its data or no engine can be opened, and AbortError once the signal fires
 */
export async function verifyRun(
  record: RunRecord,
  done: DoneFile,
  open: (config: DatasetConfig) => Promise<Dataset>,
  engines: WantedEngine,
  signal: AbortSignal,
): Promise<Verification> {
  const checks = await checkRun(record, done, open, engines, signal);
  const { run, path } = record;
  return { id: run.id, path, holds: checks.every(({ state }) => state !== "fails"), checks };
}

/** The verification of a run whose record cannot be read. */
export function verifyDamaged({ path, reason }: SkippedDirectory): Verification {
  return { id: basename(path), path, holds: false, checks: [fails("record", reason.replace(/\.$/, ""))] };
}

async function checkRun(
  record: RunRecord,
  done: DoneFile,
  open: (config: DatasetConfig) => Promise<Dataset>,
  engines: WantedEngine,
  signal: AbortSignal,
): Promise<Check[]> {
  const checks = await checkFiles(record, done);
  const { sections } = record.run.spec;
  const dataset = await open(sections.dataset);
  if (dataset.digest !== record.run.datasetDigest) {
    return [
      ...checks,
      fails("data set", `${dataset.title} on this machine is not the one that the run was trained and tested on`),
    ];
  }
  checks.push(holds("data set", `${dataset.title}, the same images`));
  if (checks.some(({ name, state }) => name === "weights.safetensors" && state === "fails")) return checks;
  const engine = await engineFor(record, engines);
  try {
    const found = await testAgain(record.path, sections, dataset, signal);
    return [...checks, compareTest(record, done, found, dataset.test.count, engine)];
  } catch (error) {
    // The weights have the recorded checksum but do not fit this net.
    if (!(error instanceof UserError)) throw error;
    return [...checks, fails("test error", error.message.replace(/\.$/, ""))];
  }
}

/** The test of the final weights beside the recorded one: equal on the run's own engine, within the bounds on another. */
function compareTest(
  { run }: RunRecord,
  { finalMetric }: DoneFile,
  found: { readonly loss: number; readonly error: number },
  images: number,
  engine: Engine,
): Check {
  const name = "test error";
  const { testError, testLoss } = finalMetric;
  if (testError === undefined || testLoss === undefined) return fails(name, "the last metric has none");
  const recorded = `${percent(testError)} %, loss ${testLoss.toFixed(6)}`;
  const again = `${percent(found.error)} %, loss ${found.loss.toFixed(6)}`;
  if (found.error === testError && found.loss === testLoss)
    return holds(name, `${again} again, bit for bit, on ${engine.description}`);
  if (sameArithmetic(lastEngine(run.provenance), engine, run.spec.sections.training.precision ?? "float32")) {
    return fails(name, `${again} on ${engine.description}, which trained the run; the record says ${recorded}`);
  }
  const allowedError = Math.max(errorBound, 1 / images);
  // 1e-12: differences of fractions are not exact.
  const near =
    Math.abs(found.error - testError) <= allowedError + 1e-12 &&
    Math.abs(found.loss - testLoss) <= lossBound * testLoss;
  const bounds = `within ${percent(allowedError)} points and a loss within ${100 * lossBound} %`;
  const where = `${again} on ${engine.description}; the record says ${recorded} on ${lastEngine(run.provenance).description}`;
  return near ? holds(name, `${where}: ${bounds}`) : fails(name, `${where}: not ${bounds}`);
}
