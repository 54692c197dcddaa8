// Measures the time, memory and disk that runs need: each net once, in a child process of its own. Keeps the results in the
// user's cache.
import { fork } from "node:child_process";
import type { EngineName } from "../engines/names.ts";
import { inOneLine, UserError } from "../errors.ts";
import { cacheDirectory } from "../system/cache.ts";
import { trainerVersion } from "../training/version.ts";
import type { RunSpec } from "../types.ts";
import { type Calibration, type Computer, calibrationKey } from "./calibration.ts";
import { readCalibration, writeCalibration } from "./calibration-cache.ts";
import type { CalibrationAnswer, CalibrationRequest } from "./calibration-worker.ts";

export interface CalibrateOptions {
  readonly engine: EngineName | "auto";
  readonly adapter?: string | undefined;
  readonly threads?: number | undefined;
  readonly data?: string | undefined;
  /** Measure again what the cache already has. */
  readonly recalibrate?: boolean | undefined;
}

/** The caller that waits for the results: receives a line of text for each run, newline included, and can stop. */
export interface CalibrationListener {
  err(text: string): void;
  readonly signal: AbortSignal;
}

/** A larger spread of the steps means that the machine is busy with something else. */
const quietSpread = 0.25;

/**
 * The calibrations in the order of the runs. Those missing from the cache are measured, with one line of progress each.
 * Undefined where a net cannot be measured: a line says why, and the others are still measured.
 * @throws UserError where the engine is wrong
 */
export async function calibrate(
  specs: readonly RunSpec[],
  { engine, adapter, threads, data, recalibrate = false }: CalibrateOptions,
  listener: CalibrationListener,
): Promise<(Calibration | undefined)[]> {
  const ask = (sections?: CalibrationRequest["sections"]) =>
    askWorker({ engine, adapter, threads, data, sections }, listener.signal);
  if (specs.length === 0) return [];
  const orTell = async <T>(work: () => T | Promise<T>, words: string): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      listener.err(`${words}: ${inOneLine(error)}\n`);
      return undefined;
    }
  };
  const measure = ({ label, sections }: RunSpec) =>
    orTell(
      async () => ((await ask(sections)) as { calibration: Calibration }).calibration,
      `${label} was not measured`,
    );
  const { computer } = (await ask()) as { computer: Computer };
  const cache = cacheDirectory();
  const keys = specs.map(({ sections }) => calibrationKey(sections, computer, trainerVersion));
  const distinct = new Map(keys.map((key, i) => [key, specs[i]!]));
  const known = new Map<string, Calibration>();
  for (const [i, [key, spec]] of [...distinct].entries()) {
    const cached = recalibrate ? undefined : readCalibration(cache, key);
    if (cached) {
      known.set(key, cached);
      continue;
    }
    listener.err(`Measuring ${spec.label} on ${computer.engine.description} (${i + 1} of ${distinct.size})\n`);
    const calibration = await measure(spec);
    if (!calibration) continue;
    if (calibration.stepSpread > quietSpread) {
      const spread = `${(100 * calibration.stepSpread).toFixed(0)}%`;
      listener.err(`Its steps spread by ${spread}: the machine may be busy. --recalibrate measures again.\n`);
    }
    known.set(key, calibration);
    // If it cannot be saved, it is only measured again next time.
    await orTell(() => writeCalibration(cache, key, calibration), "The measurement was not saved");
  }
  return keys.map((key) => known.get(key));
}

/** @throws UserError with what the worker has to say, and an AbortError on a signal */
function askWorker(request: CalibrationRequest, signal: AbortSignal): Promise<CalibrationAnswer> {
  return new Promise((resolve, reject) => {
    const worker = fork(new URL("./calibration-worker.js", import.meta.url), {
      // Standard output of libraries is not a result.
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      signal,
    });
    worker.once("error", reject);
    worker.once("message", (answer: CalibrationAnswer) => {
      if ("problem" in answer) reject(new UserError(answer.problem, answer.hints));
      else resolve(answer);
    });
    worker.once("exit", (code, killedBy) => {
      // After an answer this changes nothing.
      reject(
        new UserError(`Expected the measuring process to answer, got its end (${killedBy ?? `code ${code}`}).`, [
          "It may have run out of memory. A smaller training.batchSize or evaluation.batchSize needs less.",
        ]),
      );
    });
    worker.send(request);
  });
}
