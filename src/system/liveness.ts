// Which process this is, and whether another one lives, so that what a dead one left can be told from what a living one holds.
// A process id says nothing by itself: containers on one machine give the same ids, and an id returns after a while.
import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { errorCode } from "../errors.ts";

/** A process as others may find it named in a file, on this machine or on another one. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from boot to the start of the process; null where the system does not say. */
  readonly startTime: number | null;
  /** A new one at each boot; null where the system has none. */
  readonly bootId: string | null;
  /** Within which the id means this process: a container has one of its own; null where the system has none. */
  readonly pidNamespace: string | null;
  readonly host: string;
}

/** This process. */
export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, startTime: processStartTime(process.pid) ?? null, ...thisPlace(), host: hostname() };
}

/**
 * Whether that process lives; "unseen" where it is, or was, of another machine, container or boot, whose processes this
 * one cannot see.
 */
export function processState(identity: ProcessIdentity): "alive" | "gone" | "unseen" {
  const { bootId, pidNamespace } = thisPlace();
  if (identity.bootId !== bootId || identity.pidNamespace !== pidNamespace) return "unseen";
  // A system without ids of its boots has nothing but its name.
  if (bootId === null && identity.host !== hostname()) return "unseen";
  const startTime = processStartTime(identity.pid);
  if (startTime === undefined) return "gone";
  return identity.startTime === null || startTime === null || startTime === identity.startTime ? "alive" : "gone";
}

/** Whether a process of that id is there, also where it is another user's. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

/** A short name for all processes that see each other: equal for two of them, unlike for a container beside them. */
export function placeName(): string {
  const { bootId, pidNamespace } = thisPlace();
  return createHash("sha256")
    .update(JSON.stringify([bootId, pidNamespace, hostname()]))
    .digest("hex")
    .slice(0, 8);
}

function thisPlace(): Pick<ProcessIdentity, "bootId" | "pidNamespace"> {
  return {
    bootId: orNull(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    pidNamespace: orNull(() => readlinkSync("/proc/self/ns/pid")),
  };
}

function orNull(read: () => string): string | null {
  try {
    return read();
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
