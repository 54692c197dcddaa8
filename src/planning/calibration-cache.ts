// Calibrations in the user's cache, one small file each. A file that cannot be read is measured again.
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { readJson } from "../records/run-files.ts";
import { jsonText, writeToCache } from "../system/atomic-file.ts";
import { type Calibration, calibrationSchema } from "./calibration.ts";

/** The calibration of a key; undefined where there is none, or none that is whole. */
export function readCalibration(cache: string, key: string): Calibration | undefined {
  try {
    return readJson(path(cache, key), calibrationSchema);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** Keeps a calibration. @throws UserError where the cache cannot be written */
export function writeCalibration(cache: string, key: string, calibration: Calibration): void {
  writeToCache(path(cache, key), jsonText(calibration));
}

function path(cache: string, key: string): string {
  return join(cache, "calibrations", `${key}.json`);
}
