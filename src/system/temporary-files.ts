// Names for files that are not whole yet, beside the ones that they become, and what to do with those that were left.
// A name says which process writes it, so that several hosts and containers may write into one directory at once.
import { randomBytes } from "node:crypto";
import { readdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isAlive, placeName } from "./liveness.ts";

/** What a process of another machine or container wrote last so long ago is abandoned: seconds. */
const abandonedAfter = 24 * 3600;

let writer: string | undefined;
let serial = 0;

/** A name beside `path` that no other writer uses, on this machine or another. */
export function temporaryName(path: string): string {
  // The random part tells containers apart that have equal ids of processes, of boots and of hosts.
  writer ??= `${placeName()}-${process.pid}-${randomBytes(4).toString("hex")}`;
  serial += 1;
  return join(dirname(path), `.${basename(path)}.${writer}-${serial}.tmp`);
}

/** Deletes a temporary file; that it cannot be deleted must not hide why it is no longer wanted. */
export function discard(temporary: string): void {
  try {
    rmSync(temporary, { force: true });
  } catch {}
}

/** Deletes what writers that were killed have left in a directory. Only for a directory no one else is writing to. */
export function removeTemporaryFiles(directory: string): void {
  for (const name of readdirSync(directory)) if (isTemporary(name)) discard(join(directory, name));
}

/** Deletes what writers that are gone have left, in a directory that others may be writing to. */
export function removeAbandonedFiles(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (isTemporary(name) && isAbandoned(join(directory, name))) discard(join(directory, name));
  }
}

function isTemporary(name: string): boolean {
  return name.startsWith(".") && name.endsWith(".tmp");
}

/** Whether its writer is gone: one of this place is asked for, one of another is given a day. */
function isAbandoned(path: string): boolean {
  const [, place, pid] = /\.([0-9a-f]{8})-(\d+)-[0-9a-f]{8}-\d+\.tmp$/.exec(basename(path)) ?? [];
  if (place === placeName()) return !isAlive(Number(pid));
  const changed = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return changed !== undefined && Date.now() - changed > 1000 * abandonedAfter;
}
