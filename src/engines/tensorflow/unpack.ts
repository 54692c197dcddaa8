// Unpacking of chosen files of a wheel, which is a zip archive. It works piece by piece, because the library is large. Each
// file goes to a temporary name, is checked against the SHA-256 in the wheel's own list, and is then renamed. So a second
// try skips the files that the first try finished.
import { createHash } from "node:crypto";
import { createWriteStream, statSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { errorCode, errorMessage, UserError } from "../../errors.ts";
import { makeDirectory } from "../../system/make-directory.ts";
import { temporaryName } from "../../system/temporary-files.ts";

/** The progress of a task, in bytes. */
export interface Progress {
  readonly file: string;
  readonly done: number;
  readonly total: number;
}

export interface UnpackOptions {
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes the files that `wanted` selects below `directory`, under their names in the wheel.
 * @returns their names
 * @throws UserError if the wheel is not a zip archive, is cut short, is damaged, or has a path that leads outside
 */
export async function unpackWheel(
  wheel: string,
  directory: string,
  wanted: (name: string) => boolean,
  options: UnpackOptions = {},
): Promise<string[]> {
  return readWheel(wheel, async (archive, entries) => {
    const chosen = entries.filter(({ fileName }) => wanted(fileName));
    const digests = await readRecord(archive, entries);
    const total = chosen.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
    let done = 0;
    const advance = (bytes: number) => {
      done += bytes;
      options.onProgress?.({ file: "unpack", done, total });
    };
    for (const entry of chosen) {
      options.signal?.throwIfAborted();
      const path = join(directory, entry.fileName);
      const { uncompressedSize: bytes } = entry;
      if (statSync(path, { throwIfNoEntry: false })?.size === bytes) advance(bytes);
      else await unpackEntry(archive, entry, path, digests.get(entry.fileName), wheel, advance, options.signal);
    }
    return chosen.map(({ fileName }) => fileName);
  });
}

/**
 * The text of the only file in a wheel with that end of its name, or undefined if there is none. @throws UserError as
 * above
 */
export async function readWheelText(wheel: string, ending: string): Promise<string | undefined> {
  return readWheel(wheel, async (archive, entries) => {
    const entry = entries.find(({ fileName }) => fileName.endsWith(ending));
    return entry && textOf(await archive.openReadStreamPromise(entry));
  });
}

/** Opens a wheel and lists it. Problems with the archive become errors that the user can read. */
async function readWheel<T>(wheel: string, use: (archive: ZipFile, entries: Entry[]) => Promise<T>): Promise<T> {
  let archive: ZipFile | undefined;
  try {
    archive = await openPromise(wheel, { autoClose: false, strictFileNames: true });
    const entries: Entry[] = [];
    for await (const entry of archive.eachEntry()) entries.push(entry);
    return await use(archive, entries);
  } catch (error) {
    const isAbort = error instanceof Error && error.name === "AbortError";
    if (error instanceof UserError || isAbort || isFileSystemError(error)) throw error;
    throw new UserError(`Expected ${wheel} to be a whole wheel (a zip archive), got: ${errorMessage(error)}.`, [], {
      cause: error,
    });
  } finally {
    archive?.close();
  }
}

/** Whether the error is the system's, such as a full disk or a read-only directory, and not the zip library's or zlib's. */
export function isFileSystemError(error: unknown): boolean {
  return /^E(?!RR_)/.test(errorCode(error) ?? "");
}

async function unpackEntry(
  ...[archive, entry, path, digest, wheel, advance, signal]: [
    ...[archive: ZipFile, entry: Entry, path: string, digest: string | undefined, wheel: string],
    ...[advance: (bytes: number) => void, signal: AbortSignal | undefined],
  ]
): Promise<void> {
  makeDirectory(dirname(path));
  const temporary = temporaryName(path);
  const hash = createHash("sha256");
  try {
    const watch = async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        advance(chunk.length);
        yield chunk;
      }
    };
    // The upper half is the mode on Unix. Only the bit for programs is kept.
    const mode = entry.externalFileAttributes & (0o111 << 16) ? 0o755 : 0o644;
    const file = createWriteStream(temporary, { flush: true, mode });
    await pipeline(await archive.openReadStreamPromise(entry), watch, file, { signal });
    if (digest !== undefined && hash.digest("base64url") !== digest) {
      throw new UserError(
        `Expected ${entry.fileName} in ${wheel} to have the SHA-256 that the wheel lists, got a different one.`,
        ["The wheel is damaged: download it again."],
      );
    }
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * SHA-256 (base64url) by name, from the wheel's RECORD. Names with commas or quotes are not read: no needed file has
 * them.
 */
async function readRecord(archive: ZipFile, entries: readonly Entry[]): Promise<ReadonlyMap<string, string>> {
  const record = entries.find(({ fileName }) => /^[^/]+\.dist-info\/RECORD$/.test(fileName));
  const text = record ? await textOf(await archive.openReadStreamPromise(record)) : "";
  const rows = [...text.matchAll(/^([^,"\n]+),sha256=([\w-]+)=*,\d*\r?$/gm)];
  return new Map(rows.map(([, name, digest]) => [name!, digest!]));
}

async function textOf(stream: Readable): Promise<string> {
  return Buffer.concat(await stream.toArray()).toString("utf8");
}
