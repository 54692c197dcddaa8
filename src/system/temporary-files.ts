// Names for files that are still being written, beside their final names, and the removal of those that were left behind.
// A name says which process writes it, so several hosts and containers may write into one directory at once.
import { randomBytes } from "node:crypto";
import { readdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isAlive, placeName } from "./liveness.ts";

/** Seconds after which a file of another machine or container counts as abandoned. */
const abandonedAfter = 24 * 3600;

let writer: string | undefined;
let serial = 0;

/** A name beside `path` that no other writer uses, on this machine or another. */
export function temporaryName(path: string): string {
  // The random part distinguishes containers with the same process, boot and host ids.
  writer ??= `${placeName()}-${process.pid}-${randomBytes(4).toString("hex")}`;
  serial += 1;
  return join(dirname(path), `.${basename(path)}.${writer}-${serial}.tmp`);
}

/** Deletes a temporary file. A failure to delete it must not hide the error that made it useless. */
export function discard(temporary: string): void {
  try {
    rmSync(temporary, { force: true });
  } catch {}
}

/** Deletes the temporary files in a directory that no other process is writing to. */
export function removeTemporaryFiles(directory: string): void {
  for (const name of readdirSync(directory)) if (isTemporary(name)) discard(join(directory, name));
}

/** Deletes the temporary files of processes that are gone, in a directory that others may be writing to. */
export function removeAbandonedFiles(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (isTemporary(name) && isAbandoned(join(directory, name))) discard(join(directory, name));
  }
}

function isTemporary(name: string): boolean {
  return name.startsWith(".") && name.endsWith(".tmp");
}

/** Whether its writer is gone. A writer on this machine can be looked up; any other is given a day. */
function isAbandoned(path: string): boolean {
  const [, place, pid] = /\.([0-9a-f]{8})-(\d+)-[0-9a-f]{8}-\d+\.tmp$/.exec(basename(path)) ?? [];
  if (place === placeName()) return !isAlive(Number(pid));
  const changed = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return changed !== undefined && Date.now() - changed > 1000 * abandonedAfter;
}
