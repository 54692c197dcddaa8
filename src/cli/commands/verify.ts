// `verify RUN…`: holds finished runs against their own records: checksums, numbers that are written twice, the data, and
// the test error, which is computed again from the final weights.
import { basename } from "node:path";
import { openEngine } from "../../engines/choice.ts";
import { type Engine, sameArithmetic } from "../../engines/engine.ts";
import { type EngineName, engineNames } from "../../engines/names.ts";
import { UserError } from "../../errors.ts";
import { sectionsOf, testAgain } from "../../evaluation/finished-run.ts";
import { type Check, checkFiles, fails, holds } from "../../records/integrity.ts";
import { lastEngine } from "../../records/provenance.ts";
import type { RunRecord, SkippedDirectory } from "../../records/record.ts";
import type { DoneFile } from "../../records/run-files.ts";
import { wrapText } from "../../text/text-table.ts";
import { findAllRecords } from "../arguments/find-run.ts";
import { type DatasetOpener, datasetOpener } from "../terminal/dataset-opener.ts";
import type { Io } from "../terminal/io.ts";

export interface VerifyOptions {
  readonly results: string;
  readonly data?: string | undefined;
  /** auto: the engine that trained the run, where this machine has it. */
  readonly engine: EngineName | "auto";
  readonly threads?: number | undefined;
  readonly json?: boolean | undefined;
}

// Where code or instruction set differ, so does the rounding, and images on the edge between two classes change sides.
// Nets of 8 layers had losses within 1e-6 of each other on AVX-512, AVX2, the baseline and plain JavaScript; a GPU rounds
// more coarsely.
/** Share of the test images that may be judged otherwise on another engine; one image always may. */
const errorBound = 0.002;
/** Relative difference of the test loss on another engine. */
const lossBound = 0.001;

/** A run and what was found of it. */
interface Verdict {
  readonly id: string;
  readonly path: string;
  readonly holds: boolean;
  readonly checks: readonly Check[];
}

/**
 * Verifies the runs that the names mean and prints what was checked. 0 where all holds, 4 where something does not.
 * @throws UserError where a name means no run or an unfinished one
 */
export async function verifyCommand(names: readonly string[], options: VerifyOptions, io: Io): Promise<number> {
  const { records, damaged } = findAllRecords(names, options.results);
  const unfinished = records.filter(({ done }) => !done);
  if (unfinished.length > 0) {
    throw new UserError(
      `Expected finished runs, got ${unfinished.map(({ run, status }) => `${run.id} (${status})`).join(", ")}.`,
      ["`resnet-exp run FILE` finishes interrupted runs; a failed one has no result to verify."],
    );
  }
  const verdicts: Verdict[] = damaged.map(unreadable);
  for (const verdict of verdicts) if (!options.json) io.out(describe(verdict, io.columns));
  const datasetOf = datasetOpener(options.data, io);
  for (const record of records) {
    const checks = await checkRun(record, record.done!, datasetOf, options, io.signal);
    const verdict = {
      id: record.run.id,
      path: record.path,
      holds: checks.every(({ state }) => state !== "fails"),
      checks,
    };
    verdicts.push(verdict);
    if (!options.json) io.out(describe(verdict, io.columns));
    if (io.signal.aborted) break;
  }
  const held = verdicts.filter(({ holds }) => holds).length;
  if (options.json) io.out(`${JSON.stringify(verdicts, undefined, 2)}\n`);
  else io.out(`${held} of ${verdicts.length} ${verdicts.length === 1 ? "run holds" : "runs hold"}.\n`);
  return held === verdicts.length ? 0 : 4;
}

async function checkRun(
  record: RunRecord,
  done: DoneFile,
  datasetOf: DatasetOpener,
  options: VerifyOptions,
  signal: AbortSignal,
): Promise<Check[]> {
  const checks = await checkFiles(record, done);
  const sections = sectionsOf(record.run);
  const dataset = await datasetOf(sections.dataset);
  if (dataset.digest !== record.run.datasetDigest) {
    return [
      ...checks,
      fails("data set", `${dataset.title} here is not the one that the run was trained and tested on`),
    ];
  }
  checks.push(holds("data set", `${dataset.title}, the same images`));
  if (checks.some(({ name, state }) => name === "weights.safetensors" && state === "fails")) return checks;
  const engine = await engineFor(record, options);
  try {
    const found = await testAgain(record.path, sections, dataset, signal);
    return [...checks, compareTest(record, done, found, dataset.test.count, engine)];
  } catch (error) {
    // Weights that have the recorded checksum and are no weights of this net all the same.
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
  if (testError === undefined || testLoss === undefined) return fails(name, "the last metric holds none");
  const recorded = `${percent(testError)} %, loss ${testLoss.toFixed(6)}`;
  const again = `${percent(found.error)} %, loss ${found.loss.toFixed(6)}`;
  if (found.error === testError && found.loss === testLoss)
    return holds(name, `${again} again, bit for bit, on ${engine.description}`);
  if (sameArithmetic(lastEngine(run.provenance), engine)) {
    return fails(name, `${again} on ${engine.description}, as trained; recorded is ${recorded}`);
  }
  const allowedError = Math.max(errorBound, 1 / images);
  // 1e-12: differences of fractions are not exact.
  const near =
    Math.abs(found.error - testError) <= allowedError + 1e-12 &&
    Math.abs(found.loss - testLoss) <= lossBound * testLoss;
  const bounds = `within ${percent(allowedError)} points and a loss within ${100 * lossBound} %`;
  const where = `${again} on ${engine.description}, recorded is ${recorded} on ${lastEngine(run.provenance).description}`;
  return near ? holds(name, `${where}: ${bounds}`) : fails(name, `${where}: not ${bounds}`);
}

/** The engine asked for; by itself the one that trained the run, and where that is not here the fastest. */
async function engineFor({ run }: RunRecord, { engine, threads }: VerifyOptions): Promise<Engine> {
  const own = engineNames.find((name) => name === lastEngine(run.provenance).name);
  if (engine !== "auto" || own === undefined) return (await openEngine(engine, { threads })).engine;
  try {
    return (await openEngine(own, { threads })).engine;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return (await openEngine("auto", { threads })).engine;
  }
}

function unreadable({ path, reason }: SkippedDirectory): Verdict {
  return { id: basename(path), path, holds: false, checks: [fails("record", reason.replace(/\.$/, ""))] };
}

const marks = { holds: "ok", fails: "FAILED", unknown: "–" } as const;

function describe({ id, checks }: Verdict, columns: number): string {
  const lines = checks.map(({ name, state, detail }) => {
    const head = `  ${marks[state].padEnd(6)}  ${name.padEnd(19)}  `;
    return (
      head + wrapText(detail, Math.max(30, columns - head.length)).replace(/\n(?!$)/g, `\n${" ".repeat(head.length)}`)
    );
  });
  return `${id}\n${lines.join("")}`;
}

function percent(fraction: number): string {
  return (100 * fraction).toFixed(2);
}
