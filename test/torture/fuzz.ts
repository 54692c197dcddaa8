// What all fuzzing shares: random numbers, damage to bytes, and the bounds of each case. A case reads damaged bytes: the
// result is a value or a UserError, soon, with memory in proportion to the bytes read. No other error is allowed.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { UserError } from "../../src/errors.ts";
import { randomStream } from "../../src/random.ts";
import { scaled } from "./scale.ts";

/** The number of cases for each kind of input. */
export const cases = scaled(100_000);

/** Seconds of processor time, on all threads. The test's own time limit stops a case that waits forever. */
const longestMilliseconds = 5000;

/**
 * Memory that a case may add, in bytes: a fixed amount, and an amount for each byte that it reads. Measured as peak resident
 * memory, which V8 lets grow in large pieces before it collects garbage, and as arrays outside of V8's heap at the end.
 */
export const bounds = {
  resident: { constant: 64e6, perByte: 500 },
  arrays: { constant: 1e6, perByte: 16 },
};

/** Random whole numbers below a bound. */
export type Dice = (below: number) => number;

export function diceOf(seed: number): Dice {
  const stream = randomStream(seed, "conformance", 0);
  let index = 0;
  return (below) => Math.floor(stream(index++) * below);
}

export function pick<T>(dice: Dice, list: readonly T[]): T {
  return list[dice(list.length)]!;
}

/** Makes up to so many items, one after another. */
export function some<T>(dice: Dice, most: number, make: () => T): T[] {
  return Array.from({ length: dice(most + 1) }, make);
}

/** A directory for the tests of a file, in memory if possible: the disk is not what is fuzzed. */
export function scratchDirectory(): string {
  const directory = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "fuzz-"));
  afterAll(() => rmSync(directory, { recursive: true }));
  return directory;
}

export interface Fuzzing {
  /** The number of cases; by default `cases`. */
  readonly count?: number;
  /** The bytes that the case reads. */
  readonly make: (dice: Dice, index: number) => Uint8Array;
  /** Reads them. It may throw nothing but a UserError. */
  readonly read: (bytes: Uint8Array, dice: Dice, index: number) => unknown;
  /** Bytes of memory that a case may add beyond `bounds`, for other files or for pixels. */
  readonly beside?: number | ((bytes: Uint8Array) => Promise<number>);
}

/** Makes and reads each case, checks the bounds, and prints what was measured. Returns how many cases were refused. */
export async function fuzz(title: string, { count = cases, make, read, beside = 0 }: Fuzzing): Promise<number> {
  let [refused, slowest, mostResident, mostArrays] = [0, 0, 0, 0];
  for (let index = 0; index < count; index++) {
    const dice = diceOf(index);
    const bytes = make(dice, index);
    const more = typeof beside === "number" ? beside : await beside(bytes);
    const memory = beginMeasure();
    const start = process.cpuUsage();
    try {
      await read(bytes, dice, index);
    } catch (error) {
      if (!(error instanceof UserError)) throw new Error(`${title}, case ${index}`, { cause: error });
      refused++;
    }
    const { user, system } = process.cpuUsage(start);
    const milliseconds = (user + system) / 1000;
    const added = memory();
    slowest = Math.max(slowest, milliseconds);
    mostResident = Math.max(mostResident, added.resident);
    mostArrays = Math.max(mostArrays, added.arrays);
    const what = `${title}, case ${index} of ${bytes.length} bytes`;
    expect(milliseconds, `${what}: milliseconds`).toBeLessThan(longestMilliseconds);
    for (const kind of ["resident", "arrays"] as const) {
      const { constant, perByte } = bounds[kind];
      expect(added[kind], `${what}: bytes of memory, ${kind}`).toBeLessThan(constant + perByte * bytes.length + more);
    }
  }
  const [residentMegabytes, arrayMegabytes] = [mostResident, mostArrays].map((bytes) => (bytes / 1e6).toFixed(1));
  console.log(
    `${title}: ${count} cases, ${refused} refused in words, the slowest took ${slowest.toFixed(0)} ms; ` +
      `at most ${residentMegabytes} MB more resident, ${arrayMegabytes} MB of arrays`,
  );
  return refused;
}

/** Starts watching this process's memory. The returned function stops and returns the bytes that were added. */
function beginMeasure(): () => { resident: number; arrays: number } {
  // Linux can reset the peak. Without that, the peak belongs to the whole process and shows only the worst case.
  if (existsSync(forget)) writeFileSync(forget, "5");
  const before = { resident: highestResident(), arrays: process.memoryUsage().arrayBuffers };
  return () => ({
    resident: highestResident() - before.resident,
    arrays: process.memoryUsage().arrayBuffers - before.arrays,
  });
}

const forget = "/proc/self/clear_refs";

function highestResident(): number {
  if (!existsSync(forget)) return process.resourceUsage().maxRSS * 1024;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "latin1"))?.[1]) * 1024;
}

/** Flips bits, cuts, repeats and moves pieces, and inserts bytes that have a meaning. */
export function harm(bytes: Uint8Array, dice: Dice, tokens: readonly (string | Uint8Array)[]): Buffer {
  let harmed = Buffer.from(bytes);
  for (let i = 1 + dice(4); i > 0; i--) {
    const at = dice(harmed.length + 1);
    const length = 1 + dice(12);
    const [before, piece, after] = [
      harmed.subarray(0, at),
      harmed.subarray(at, at + length),
      harmed.subarray(at + length),
    ];
    const token = Buffer.from(pick(dice, tokens));
    switch (dice(6)) {
      case 0:
        if (at < harmed.length) harmed[at]! ^= 1 << dice(8);
        break;
      case 1:
        harmed = Buffer.concat([before, after]);
        break;
      case 2:
        harmed = Buffer.concat([before, piece, piece, after]);
        break;
      case 3:
        harmed = Buffer.concat([before, token, after]);
        break;
      case 4:
        harmed = Buffer.concat([before, token, piece, after]);
        break;
      default:
        harmed = Buffer.from(before);
    }
  }
  return harmed;
}
