// Signs of life of a lock's holder: its process rewrites the lock file every few seconds. A separate thread does this,
// because a training step may block the main thread for a minute. A process on another machine or in another container
// watches the file: if it does not change for long enough, the holder is gone. Two machines' clocks are never compared.
import { closeSync, fstatSync, openSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { type LockOwner, ownerElsewhere } from "./lock.ts";

/** Seconds between two signs of life. */
const beatSeconds = 4;
/** Seconds without a sign after which a holder counts as gone. Long enough for a busy machine and a slow file server. */
export const silenceSeconds = 24;

// Writes the same bytes again, which changes only the file's time; a file server sets it from its own clock.
// The file stays open, so a new lock file in its place, which belongs to another process, is never touched.
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

/** Starts signs of life for a lock that this process took. The returned function stops them. */
export function giveSigns(path: string, { nonce }: LockOwner): () => void {
  thread ??= startThread();
  const signs = thread;
  signs.postMessage({ hold: path, nonce });
  return () => signs.postMessage({ nonce });
}

function startThread(): Worker {
  const started = new Worker(threadSource, { eval: true, execArgv: [], env: {} });
  // If memory is short the thread may not start. The holder can then be found by its process id only.
  started.on("error", () => {});
  started.unref();
  return started;
}

/** How to watch a lock. */
export interface Watching {
  /** Called with the holder before the watch starts. */
  readonly onWatch: (owner: LockOwner, seconds: number) => void;
  readonly signal?: AbortSignal | undefined;
  /** Asks another source, such as Slurm: true where the holder is gone, false where it is not, undefined if unknown. */
  readonly isGone?: ((owner: LockOwner, path: string) => Promise<boolean | undefined>) | undefined;
  /** Seconds of silence after which the holder counts as gone. Only tests set this and the pause between two looks. */
  readonly seconds?: number | undefined;
  readonly pauseMilliseconds?: number | undefined;
}

/**
 * Watches the lock at `path` if its holder cannot be seen from here.
 * @returns the nonce of a holder that is gone; undefined where there is no such holder, it gave a sign of life or
 * released the lock, or `signal` fired
 */
export async function goneHolder(
  path: string,
  { onWatch, signal, isGone = async () => undefined, seconds = silenceSeconds, pauseMilliseconds = 250 }: Watching,
): Promise<string | undefined> {
  const owner = ownerElsewhere(path);
  if (!owner) return undefined;
  const gone = await isGone(owner, path);
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

/** A text that changes with each sign of life and each holder. Opens the file: only then a file server tells the latest time. */
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
