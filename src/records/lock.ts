// One writer for one directory: a lock file that says which process holds it, so that a dead holder's lock is taken over.
// Knows processes of this machine only; a lock made on another one has to be removed by hand.
// The file appears with its content (a hard link to a finished file), so no one ever reads half a lock.
import { randomUUID } from "node:crypto";
import { constants, copyFileSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { errorCode, UserError } from "../errors.ts";
import { discard, temporaryName, writeError } from "../system/atomic-file.ts";
import { isAlive } from "../system/liveness.ts";

/** A living process, or one of another machine that may be living, holds the lock. */
export class LockHeldError extends UserError {}

/** Who holds a lock. A pid returns after a while, so the process's start time tells the two apart. */
export interface LockOwner {
  readonly pid: number;
  /** Clock ticks from boot to the start of the process; null where the system does not say. */
  readonly startTime: number | null;
  /** A new one at each boot; null where the system has none. */
  readonly bootId: string | null;
  readonly host: string;
  /** Unique to this one holding of the lock. */
  readonly nonce: string;
}

/**
 * free: no one's; held: its owner lives; stale: its owner is gone; elsewhere: made on another machine, whose processes
 * cannot be asked; unreadable: no lock of ours, or one that was cut off.
 */
export type LockState = "free" | "held" | "elsewhere" | "stale" | "unreadable";

const ownerSchema = z.object({
  pid: z.int().min(1),
  startTime: z.number().nullable(),
  bootId: z.string().nullable(),
  host: z.string(),
  nonce: z.string().regex(/^[0-9a-f-]{36}$/),
});

/** This process, as an owner. */
export function thisOwner(): LockOwner {
  return {
    pid: process.pid,
    startTime: processStartTime(process.pid) ?? null,
    bootId: bootId(),
    host: hostname(),
    nonce: randomUUID(),
  };
}

/** Whether someone holds the lock at `path`. */
export function lockState(path: string): LockState {
  const owner = readOwner(path);
  return typeof owner === "string" ? owner : ownerState(owner);
}

/**
 * Takes the lock at `path`, from a dead owner if need be. Its directory must exist.
 * @returns the owner to release it with
 * @throws LockHeldError where a living process holds it, or one of another machine may
 * @throws UserError where it cannot be read or the disk refuses
 */
export function takeLock(path: string, owner: LockOwner = thisOwner()): LockOwner {
  const temporary = temporaryName(path);
  try {
    for (;;) {
      // Each time anew: the one who wins clears temporary files, and this may be among them.
      writeOwner(temporary, owner);
      if (createFrom(temporary, path)) break;
      const present = readOwner(path);
      if (present === "free") continue;
      if (typeof present === "string" || ownerState(present) !== "stale") throw refusal(path, present);
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
  const present = readOwner(path);
  if (typeof present !== "string" && present.nonce === owner.nonce) rmSync(path, { force: true });
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
    if (errorCode(error) === "ENOENT") return "free";
    return "unreadable";
  }
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return "unreadable";
  }
}

function ownerState(owner: LockOwner): LockState {
  if (owner.host !== hostname()) return "elsewhere";
  if (owner.bootId !== bootId()) return "stale";
  const startTime = processStartTime(owner.pid);
  if (startTime === undefined) return "stale";
  return owner.startTime === null || startTime === null || startTime === owner.startTime ? "held" : "stale";
}

function refusal(path: string, owner: LockOwner | "unreadable"): UserError {
  if (owner === "unreadable") {
    return new UserError(`Expected ${path} to say who holds it, got a file that cannot be read as a lock.`, [
      `If no resnet-exp is running there, delete ${path}.`,
    ]);
  }
  if (owner.host !== hostname()) {
    return new LockHeldError(
      `Expected ${dirname(path)} to be free, got a lock of process ${owner.pid} on ${owner.host}.`,
      [`Wait for it to end; if it is gone, delete ${path}.`],
    );
  }
  return new LockHeldError(
    `Expected ${dirname(path)} to be free, got a lock of process ${owner.pid}, which is running.`,
    ["Wait for it to end, or stop it; it writes a checkpoint first."],
  );
}

function bootId(): string | null {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return null;
  }
}

// Undefined for a process that is gone, null for one that lives but does not say when it started.
function processStartTime(pid: number): number | null | undefined {
  try {
    // Fields of proc(5) from the third on; the second, the name, may itself hold spaces and brackets.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const state = fields[0];
    // Ended, but its parent has not asked how: it can write nothing any more.
    if (state === "Z" || state === "X") return undefined;
    return Number(fields[22 - 3]);
  } catch {
    return isAlive(pid) ? null : undefined;
  }
}
