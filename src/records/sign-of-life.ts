// Signs of life of who holds a lock: its process writes the file again every few seconds, from a thread of its own, as a
// step of training may keep the main one for a minute. Who cannot see that process, from another machine or container,
// watches the file: it changes, or it has stood still for so long that its holder is gone. The two clocks are never compared.
import { closeSync, fstatSync, openSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { type LockOwner, ownerElsewhere } from "./lock.ts";

/** Seconds between two signs of life. */
const beatSeconds = 4;
/** Seconds without a sign after which a holder is gone: time for a busy machine, and for a file server to pass it on. */
export const silenceSeconds = 24;

// Writes its bytes over themselves, and so changes nothing but the file's time, which a file server takes from its own clock.
// The file stays open: one that took the lock's place belongs to another process and is never touched.
const threadSource = `
const { closeSync, fsyncSync, openSync, readFileSync, writeSync } = require("node:fs");
const { parentPort } = require("node:worker_threads");
const held = new Map();
function letGo(nonce) {
  const lock = held.get(nonce);
  held.delete(nonce);
  if (lock) closeSync(lock.file);
}
parentPort.on("message", ({ hold, nonce }) => {
  if (!hold) return letGo(nonce);
  try {
    const file = openSync(hold, "r+");
    const bytes = readFileSync(file);
    if (bytes.includes(nonce)) held.set(nonce, { file, bytes });
    else closeSync(file);
  } catch {}
});
setInterval(() => {
  for (const { file, bytes } of held.values()) {
    try {
      writeSync(file, bytes, 0, bytes.length, 0);
      fsyncSync(file);
    } catch {}
  }
}, ${1000 * beatSeconds});
`;

let thread: Worker | undefined;

/** Begins to give signs of life for a lock that this process took; the function returned ends them. */
export function giveSigns(path: string, { nonce }: LockOwner): () => void {
  thread ??= startThread();
  const signs = thread;
  signs.postMessage({ hold: path, nonce });
  return () => signs.postMessage({ nonce });
}

function startThread(): Worker {
  const started = new Worker(threadSource, { eval: true, execArgv: [], env: {} });
  // Where memory is short there may be none; the holder is then seen by its process id only.
  started.on("error", () => {});
  started.unref();
  return started;
}

/** How to wait. */
export interface Watching {
  /** Hears of the holder that is watched, before the first second of it. */
  readonly onWatch: (owner: LockOwner, seconds: number) => void;
  readonly signal?: AbortSignal | undefined;
  /** Who may know better: true where the holder is gone, false where it is not, undefined where that cannot be said. */
  readonly isGone?: ((owner: LockOwner) => Promise<boolean | undefined>) | undefined;
  /** A silence of so many seconds is the end; this and the pause between two looks are for tests to pass their own. */
  readonly seconds?: number | undefined;
  readonly pauseMilliseconds?: number | undefined;
}

/**
 * Watches the lock at `path` where its holder cannot be seen from here.
 * @returns the nonce of a holder that is gone; undefined where there is none to watch, it gave a sign or let go, or
 * `signal` fired
 */
export async function goneHolder(
  path: string,
  { onWatch, signal, isGone = async () => undefined, seconds = silenceSeconds, pauseMilliseconds = 250 }: Watching,
): Promise<string | undefined> {
  const owner = ownerElsewhere(path);
  if (!owner) return undefined;
  const gone = await isGone(owner);
  if (gone !== undefined) return gone ? owner.nonce : undefined;
  const first = lastSign(path);
  onWatch(owner, seconds);
  const end = performance.now() + 1000 * seconds;
  while (performance.now() < end) {
    await setTimeout(Math.min(pauseMilliseconds, 1000 * seconds), undefined, { signal }).catch(() => {});
    if (signal?.aborted || lastSign(path) !== first) return undefined;
  }
  return owner.nonce;
}

/** What changes with each sign of life and with each holder. Opened, as only that asks a file server for the file's time now. */
function lastSign(path: string): string {
  try {
    const file = openSync(path, "r");
    try {
      const { ino, mtimeNs } = fstatSync(file, { bigint: true });
      return `${ino} ${mtimeNs}`;
    } finally {
      closeSync(file);
    }
  } catch {
    return "gone";
  }
}
