// Whole data files and their digests. Every failure is a UserError with the file's path.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { errorCode, errorMessage, UserError } from "../errors.ts";

/** A file of a data set: its name and the SHA-256 of its content, in hex. */
export interface NamedDigest {
  readonly name: string;
  readonly sha256: string;
}

/** The bytes of a file. @throws UserError if it is missing or cannot be read. */
export async function readDataFile(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") throw new UserError(`Expected ${path} to be a data file, got no such file.`);
    throw new UserError(`Expected ${path} to be a readable data file, got ${errorMessage(error)}.`);
  }
}

/** SHA-256 in hex. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** One digest for several files: SHA-256 over lines of `sha256  name`, in the given order. */
export function contentDigest(files: readonly NamedDigest[]): string {
  return sha256(files.map((file) => `${file.sha256}  ${file.name}\n`).join(""));
}

/** The digests of files in a directory, or undefined where one of them is missing. `decode` undoes a compression. */
export async function digestFiles(
  directory: string,
  names: readonly string[],
  decode: (bytes: Buffer, path: string) => Uint8Array = (bytes) => bytes,
): Promise<NamedDigest[] | undefined> {
  if (!names.every((name) => existsSync(join(directory, name)))) return undefined;
  const digests: NamedDigest[] = [];
  for (const name of names) {
    const path = join(directory, name);
    digests.push({ name, sha256: sha256(decode(await readDataFile(path), path)) });
  }
  return digests;
}
