// Identifies processes and tells whether one is alive, so that files of a dead process can be taken over.
// A process id alone is not enough: two containers may use the same id, and ids are used again after a while.
import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { errorCode } from "../errors.ts";

/** A process, as a file describes it to readers on this machine or another. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from boot to the start of the process; null where the system does not tell. */
  readonly startTime: number | null;
  /** Changes at each boot; null where the system has none. */
  readonly bootId: string | null;
  /** The namespace of the process id; a container has its own. Null where the system has none. */
  readonly pidNamespace: string | null;
  readonly host: string;
}

/** This process. */
export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, startTime: processStartTime(process.pid) ?? null, ...thisPlace(), host: hostname() };
}

/**
 * Whether that process is alive. "unseen" where it belongs to another machine, container or boot: its processes are not
 * visible from here.
 */
export function processState(identity: ProcessIdentity): "alive" | "gone" | "unseen" {
  const { bootId, pidNamespace } = thisPlace();
  if (identity.bootId !== bootId || identity.pidNamespace !== pidNamespace) return "unseen";
  // A system without boot ids has only its name.
  if (bootId === null && identity.host !== hostname()) return "unseen";
  const startTime = processStartTime(identity.pid);
  if (startTime === undefined) return "gone";
  return identity.startTime === null || startTime === null || startTime === identity.startTime ? "alive" : "gone";
}

/** Whether there is a process with that id, possibly another user's. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

/** A short name, equal for all processes that can see each other; another container on this machine has another name. */
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

// Undefined for a process that is gone, null for a living process whose start time is unknown.
function processStartTime(pid: number): number | null | undefined {
  try {
    // The fields of proc(5) from the third on. The second, the name, may contain spaces and brackets.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const state = fields[0];
    // A zombie: it has ended and can write nothing more, but its parent has not asked for the exit code.
    if (state === "Z" || state === "X") return undefined;
    return Number(fields[22 - 3]);
  } catch {
    return isAlive(pid) ? null : undefined;
  }
}
