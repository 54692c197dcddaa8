// Writes a file completely or not at all: the content goes to a temporary file beside the target, is flushed to the disk
// and then renamed. Does not create directories. A crash leaves at most a hidden `.tmp` file, which `temporary-files.ts`
// deletes.
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { errorCode, errorMessage, UserError } from "../errors.ts";
import { makeDirectory } from "./make-directory.ts";
import { discard, temporaryName } from "./temporary-files.ts";

/** Receives the next bytes of a file that is written piece by piece. */
export type Sink = (bytes: Uint8Array) => void;

/**
 * Writes `content`, or what the given function passes to its sink. A reader sees either the whole old file or the whole
 * new one at any moment, even after a crash or power loss.
 * @param beforeRename called when the content is on the disk; if it throws, the old file stays
 * @param elsewhere for the hint: how the user can choose another place
 * @throws UserError where the disk is full or the file cannot be written
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

/** The JSON text of our small files, indented by two spaces, with a line end. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** Makes renames and new files in a directory survive a power loss, where the platform allows it. */
export function syncDirectory(directory: string): void {
  let handle: number | undefined;
  try {
    handle = openSync(directory, "r");
    fsyncSync(handle);
  } catch (error) {
    const code = errorCode(error);
    // Windows cannot open a directory, and some network file systems cannot flush one.
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

const noSpace = "Free some disk space, then type the same command again.";
const notThere = (elsewhere: string) => `Check who may write there, or choose another place with ${elsewhere}.`;
const writeHints: Readonly<Record<string, (elsewhere: string) => string>> = {
  ENOSPC: () => noSpace,
  EDQUOT: () => noSpace,
  EACCES: notThere,
  EPERM: notThere,
  EROFS: notThere,
  ENOTDIR: notThere,
  EEXIST: notThere,
  ELOOP: (elsewhere) => `A link on the way leads back to itself: remove it, or choose another place with ${elsewhere}.`,
  ENAMETOOLONG: (elsewhere) => `Choose a shorter path with ${elsewhere}.`,
  // Node.js reports this when it should create several directories on a read-only file system.
  ENOENT: notThere,
};

/**
 * Turns an error of the file system into a UserError that names the file; returns any other error unchanged.
 * @param elsewhere how the user can choose another place
 */
export function writeError(path: string, error: unknown, elsewhere = "--results DIR"): unknown {
  const code = errorCode(error);
  // Codes of the system. Node.js's own codes, for wrong calls, begin with ERR_.
  if (!code || !/^E[A-Z0-9]+$/.test(code)) return error;
  const message = `Expected to write ${path}, got ${errorMessage(error)}.`;
  return new UserError(
    message,
    [writeHints[code]?.(elsewhere) ?? "Check the disk, then type the same command again."],
    {
      cause: error,
    },
  );
}

/** Creates the directories above a file. @throws UserError where that fails */
function makeDirectoryFor(path: string, elsewhere?: string): void {
  try {
    makeDirectory(dirname(path));
  } catch (error) {
    throw writeError(path, error, elsewhere);
  }
}

/** Writes a small file into the user's cache and creates its directories. @throws UserError where that fails */
export function writeToCache(path: string, content: string): void {
  const elsewhere = "RESNET_EXP_CACHE=DIR";
  makeDirectoryFor(path, elsewhere);
  writeFileAtomically(path, content, () => {}, elsewhere);
}
