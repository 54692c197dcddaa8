// Whole files or none: content goes to a temporary name beside the target, is flushed to the disk and then renamed.
// Does not create directories. A crash leaves at most a hidden `.tmp` file, which `temporary-files.ts` clears.
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { errorCode, errorMessage, UserError } from "../errors.ts";
import { makeDirectory } from "./make-directory.ts";
import { discard, temporaryName } from "./temporary-files.ts";

/** Takes the next bytes of a file that is written piece by piece. */
export type Sink = (bytes: Uint8Array) => void;

/**
 * Writes `content`, or what the given function hands to its sink, so that a reader at any moment, also after a crash
 * or power loss, sees the old file or the new one whole.
 * @param beforeRename called when the content is on the disk; what it throws leaves the old file in place
 * @param elsewhere how the user chooses another place, for the hint
 * @throws UserError where the disk is full or refuses.
 */
export function writeFileAtomically(
  path: string,
  content: string | Uint8Array | ((sink: Sink) => void),
  beforeRename: () => void = () => {},
  elsewhere?: string,
): void {
  const temporary = temporaryName(path);
  try {
    const file = openSync(temporary, "wx");
    try {
      if (typeof content === "function") content((bytes) => writeAll(file, bytes));
      else writeAll(file, typeof content === "string" ? Buffer.from(content) : content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    beforeRename();
    renameSync(temporary, path);
    syncDirectory(dirname(path));
  } catch (error) {
    discard(temporary);
    throw writeError(path, error, elsewhere);
  }
}

/** The JSON text of our small files: two spaces of indent and a line end at the end. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** Makes renames and new names in a directory last through a power loss, where the platform can. */
export function syncDirectory(directory: string): void {
  let handle: number | undefined;
  try {
    handle = openSync(directory, "r");
    fsyncSync(handle);
  } catch (error) {
    const code = errorCode(error);
    // Windows opens no directory, and some network file systems flush none.
    if (!["EINVAL", "EISDIR", "EPERM", "EACCES", "ENOTSUP"].includes(code ?? "")) throw error;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** Writes all bytes; a single write call may take fewer. */
export function writeAll(file: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.byteLength) written += writeSync(file, bytes, written, bytes.byteLength - written);
}

const noSpace = "Free some disk space; the same command then goes on.";
const notThere = (elsewhere: string) => `Check who may write there, or choose another place with ${elsewhere}.`;
const writeHints: Readonly<Record<string, (elsewhere: string) => string>> = {
  ENOSPC: () => noSpace,
  EDQUOT: () => noSpace,
  EACCES: notThere,
  EPERM: notThere,
  EROFS: notThere,
  ENOTDIR: notThere,
  EEXIST: notThere,
  // What Node.js says where it should make several directories on a read-only file system.
  ENOENT: notThere,
};

/**
 * A refusal of the file system as a UserError that names the file; any other error as it is.
 * @param elsewhere how the user chooses another place
 */
export function writeError(path: string, error: unknown, elsewhere = "--results DIR"): unknown {
  const code = errorCode(error);
  // The system's own codes; Node.js's, of a call that was wrong, begin with ERR_.
  if (!code || !/^E[A-Z0-9]+$/.test(code)) return error;
  const message = `Expected to write ${path}, got ${errorMessage(error)}.`;
  return new UserError(message, [writeHints[code]?.(elsewhere) ?? "Check the disk; the same command then goes on."], {
    cause: error,
  });
}

/** Makes the directories above a file. @throws UserError where the file system refuses */
function makeDirectoryFor(path: string, elsewhere?: string): void {
  try {
    makeDirectory(dirname(path));
  } catch (error) {
    throw writeError(path, error, elsewhere);
  }
}

/** Writes a small file into the user's cache, directories and all. @throws UserError where that cannot be written */
export function writeToCache(path: string, content: string): void {
  const elsewhere = "RESNET_EXP_CACHE=DIR";
  makeDirectoryFor(path, elsewhere);
  writeFileAtomically(path, content, () => {}, elsewhere);
}
