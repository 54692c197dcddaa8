// A temporary directory for the files of a measurement. Tries TMPDIR, the usual places and the cache.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorMessage, UserError } from "../errors.ts";
import { cacheDirectory } from "./cache.ts";
import { makeDirectory } from "./make-directory.ts";

/** Creates an empty directory, which the caller deletes. @throws UserError where no place can be written */
export function makeTemporaryDirectory(): string {
  const places = [tmpdir(), "/tmp", "/var/tmp", cacheDirectory()];
  let problem: unknown;
  for (const place of places) {
    try {
      if (place === places.at(-1)) makeDirectory(place);
      return mkdtempSync(join(place, "resnet-exp-"));
    } catch (error) {
      problem ??= error;
    }
  }
  throw new UserError(`Expected to make a temporary directory in ${places[0]}, got ${errorMessage(problem)}.`, [
    "Set TMPDIR to a directory that you can write to.",
  ]);
}
