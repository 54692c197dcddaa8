// A lock file, so that only one process writes into a directory. It says which process holds it, so that another process
// can take the lock over when the holder is dead. A holder on another machine or in another container cannot be seen from
// here; its signs of life decide (sign-of-life.ts). This can go wrong, for example for a process that was suspended for a
// while, so a holder checks that the lock is still its own before each write.
// The file appears with its content (as a hard link to a finished file), so no process ever reads half a lock.
import { randomUUID } from "node:crypto";
import {
  constants,
  copyFileSync,
  linkSync,
  lstatSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { errorCode, UserError } from "../errors.ts";
import { writeError } from "../system/atomic-file.ts";
import { type BatchTask, thisBatchTask } from "../system/batch-task.ts";
import { type ProcessIdentity, processState, thisProcess } from "../system/liveness.ts";
import { discard, temporaryName } from "../system/temporary-files.ts";

/** Another process holds the lock, or may still hold it. */
export class LockHeldError extends UserError {}

/** The holder of a lock. */
export interface LockOwner extends ProcessIdentity {
  /** The batch system's task that the process belongs to. */
  readonly batch?: BatchTask | undefined;
  /** A new one each time the lock is taken. */
  readonly nonce: string;
}

/**
 * free: there is no lock; held: its owner is alive; stale: its owner is gone; elsewhere: its owner cannot be seen from
 * here and gave a sign of life recently; unreadable: the file is not a lock of this program, or was cut off.
 */
export type LockState = "free" | "held" | "elsewhere" | "stale" | "unreadable";

/** An owner that cannot be seen counts as gone at once if its last sign of life is older than this by our clock. */
const silentSeconds = 300;

const ownerSchema = z.object({
  pid: z.int().min(1),
  startTime: z.number().nullable(),
  bootId: z.string().nullable(),
  pidNamespace: z.string().nullable(),
  host: z.string(),
  batch: z.object({ cluster: z.string(), job: z.string(), restart: z.int().min(0) }).optional(),
  nonce: z.string().regex(/^[0-9a-f-]{36}$/),
});

/** This process, as an owner. */
export function thisOwner(): LockOwner {
  return { ...thisProcess(), batch: thisBatchTask(), nonce: randomUUID() };
}

/** Whether a process holds the lock at `path`. */
export function lockState(path: string): LockState {
  const owner = readOwner(path);
  return typeof owner === "string" ? owner : ownerState(path, owner);
}

/** The owner of a lock whose state is "elsewhere"; undefined for any other lock. */
export function ownerElsewhere(path: string): LockOwner | undefined {
  const owner = readOwner(path);
  return typeof owner !== "string" && ownerState(path, owner) === "elsewhere" ? owner : undefined;
}

/**
 * Takes the lock at `path`, if necessary from a dead owner. Its directory must exist.
 * @param gone the nonce of an owner elsewhere that is known to be gone
 * @returns the owner, needed to release the lock
 * @throws LockHeldError where a living process holds it, or where a process that cannot be seen may hold it
 * @throws UserError where the file cannot be written
 */
export function takeLock(path: string, owner: LockOwner = thisOwner(), gone?: string): LockOwner {
  const temporary = temporaryName(path);
  try {
    for (;;) {
      // Written again in each round: the process that wins the lock deletes temporary files, perhaps also this one.
      writeOwner(temporary, owner);
      if (createFrom(temporary, path)) break;
      const present = readOwner(path);
      if (present === "free") continue;
      if (present === "unreadable") throw unreadable(path);
      if (present.nonce !== gone && ownerState(path, present) !== "stale") throw heldBy(path, present);
      if (replaceStale(temporary, owner, path, present)) break;
    }
  } catch (error) {
    throw writeError(path, error);
  } finally {
    discard(temporary);
  }
  return owner;
}

/** Releases the lock; does nothing if this owner no longer holds it. */
export function releaseLock(path: string, owner: LockOwner): void {
  if (isHolder(path, owner)) rmSync(path, { force: true });
}

/** Whether this owner holds the lock. If not, another process may be writing, and this one must not. */
export function isHolder(path: string, owner: LockOwner): boolean {
  const present = readOwner(path);
  return typeof present !== "string" && present.nonce === owner.nonce;
}

/** Says who holds the lock, where it is, and what to do about it. */
export function heldBy(path: string, owner: LockOwner): LockHeldError {
  const seen = processState(owner) !== "unseen";
  const task = owner.batch ? ` (task ${owner.batch.job})` : "";
  const holder = `process ${owner.pid}${seen ? "" : ` on ${owner.host}`}${task}`;
  return new LockHeldError(`Expected ${dirname(path)} to be free, got the lock of ${holder}: ${path}.`, [
    seen
      ? "Wait for it to end, or stop it; it writes a checkpoint first."
      : "Wait for it to end, or stop it there. If you cannot reach it, delete the lock; the process then writes nothing more.",
  ]);
}

function unreadable(path: string): LockHeldError {
  return new LockHeldError(`Expected ${path} to say who holds it, got a file that cannot be read as a lock.`, [
    `If no resnet-exp is running there, delete ${path}.`,
  ]);
}

// Only the process that holds a second lock, named after the dead owner, may replace the dead owner's lock. With it in
// hand, look again: others rename before they release the second lock, so if the dead owner is still there, no one has
// replaced its lock.
function replaceStale(temporary: string, owner: LockOwner, path: string, stale: LockOwner): boolean {
  const takeover = join(dirname(path), `${basename(path).split(".")[0]}.${stale.nonce}`);
  const claim = takeLock(takeover);
  try {
    const present = readOwner(path);
    if (typeof present === "string" || present.nonce !== stale.nonce) return false;
    writeOwner(temporary, owner);
    renameSync(temporary, path);
    return true;
  } finally {
    releaseLock(takeover, claim);
  }
}

function writeOwner(path: string, owner: LockOwner): void {
  writeFileSync(path, `${JSON.stringify(owner)}\n`, { flush: true });
}

// Returns false if `path` already exists or the temporary file is gone. Not every file system has hard links. An exclusive
// copy is as safe, except that a crash in the middle leaves a lock that cannot be read.
function createFrom(temporary: string, path: string): boolean {
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
  }
  try {
    copyFileSync(temporary, path, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST" || errorCode(error) === "ENOENT") return false;
    throw error;
  }
}

function readOwner(path: string): LockOwner | "free" | "unreadable" {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    // A link to a file that does not exist is not free: no lock can be made there.
    const isFree = errorCode(error) === "ENOENT" && lstatSync(path, { throwIfNoEntry: false }) === undefined;
    return isFree ? "free" : "unreadable";
  }
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return "unreadable";
  }
}

function ownerState(path: string, owner: LockOwner): "held" | "elsewhere" | "stale" {
  const state = processState(owner);
  if (state !== "unseen") return state === "alive" ? "held" : "stale";
  const sign = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return sign === undefined || Date.now() - sign > 1000 * silentSeconds ? "stale" : "elsewhere";
}
