// One writer for one directory: a lock file that says which process holds it, so that a dead holder's lock is taken over.
// A holder that cannot be seen from here, on another machine or in another container, is judged by its signs of life
// (sign-of-life.ts). It may be judged wrongly, as one that was stopped for a while: that is why a holder asks whether the
// lock is still its own before it writes.
// The file appears with its content (a hard link to a finished file), so no one ever reads half a lock.
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

/** Another process holds the lock, or may hold it. */
export class LockHeldError extends UserError {}

/** Who holds a lock. */
export interface LockOwner extends ProcessIdentity {
  /** The task of a batch system that the process is part of. */
  readonly batch?: BatchTask | undefined;
  /** Unique to this one holding of the lock. */
  readonly nonce: string;
}

/**
 * free: no one's; held: its owner lives; stale: its owner is gone; elsewhere: its owner cannot be seen from here and gave
 * a sign of life not long ago; unreadable: no lock of ours, or one that was cut off.
 */
export type LockState = "free" | "held" | "elsewhere" | "stale" | "unreadable";

/** Without a sign of life for so long, by this machine's clock, an owner that cannot be seen is gone at first sight. */
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

/** Whether someone holds the lock at `path`. */
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
 * Takes the lock at `path`, from a dead owner if need be. Its directory must exist.
 * @param gone the nonce of an owner elsewhere that is known to be gone
 * @returns the owner to release it with
 * @throws LockHeldError where a living process holds it, or one that cannot be asked may
 * @throws UserError where the disk refuses
 */
export function takeLock(path: string, owner: LockOwner = thisOwner(), gone?: string): LockOwner {
  const temporary = temporaryName(path);
  try {
    for (;;) {
      // Each time anew: the one who wins clears temporary files, and this may be among them.
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

/** Gives the lock back; does nothing where it is no longer this owner's. */
export function releaseLock(path: string, owner: LockOwner): void {
  if (isHolder(path, owner)) rmSync(path, { force: true });
}

/** Whether the lock is this owner's. Where it is not, another process may be writing: this one must not. */
export function isHolder(path: string, owner: LockOwner): boolean {
  const present = readOwner(path);
  return typeof present !== "string" && present.nonce === owner.nonce;
}

/** Who holds the lock, where it is, and what to do where no one should. */
export function heldBy(path: string, owner: LockOwner): LockHeldError {
  const seen = processState(owner) !== "unseen";
  const task = owner.batch ? ` (task ${owner.batch.job})` : "";
  const holder = `process ${owner.pid}${seen ? "" : ` on ${owner.host}`}${task}`;
  return new LockHeldError(`Expected ${dirname(path)} to be free, got the lock of ${holder}: ${path}.`, [
    seen
      ? "Wait for it to end, or stop it; it writes a checkpoint first."
      : "Wait for it to end, or stop it there. Where it cannot be reached, delete the lock: it writes nothing from then on.",
  ]);
}

function unreadable(path: string): LockHeldError {
  return new LockHeldError(`Expected ${path} to say who holds it, got a file that cannot be read as a lock.`, [
    `If no resnet-exp is running there, delete ${path}.`,
  ]);
}

// Only who holds the lock named after the dead owner may replace that owner's lock. Having it, one looks again: an
// earlier replacer finished its rename before it let go, so the dead owner still being there means no one else replaced it.
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

// True where `path` was made, false where it is there already or the temporary file is gone. Not every file system has
// hard links; copying exclusively is as safe, only that a crash in its middle leaves a lock no one can read.
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
    // A link that leads nowhere is no free place: no lock can be made there.
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
