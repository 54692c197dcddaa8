// The SHA-256 of a file of any size, read in pieces.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

export interface FileDigest {
  readonly bytes: number;
  /** In hex. */
  readonly sha256: string;
}

/** @throws the error of the file system, where the file cannot be read */
export async function digestFile(path: string): Promise<FileDigest> {
  const digest = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(path)) {
    digest.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { bytes, sha256: digest.digest("hex") };
}
