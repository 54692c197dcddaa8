// What all fuzzing shares: dice, harm to bytes, and the bounds that each case is held to. A case reads harmed bytes: its
// answer is a value or an error in words, soon, in memory that the size of what is read bounds; never any other error.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { UserError } from "../../src/errors.ts";
import { randomStream } from "../../src/random.ts";
import { scaled } from "./scale.ts";

/** Of each kind of input. */
export const cases = scaled(100_000);

/** Of processor time, on all threads: a case that waits for ever ends in the test's own limit. */
const longestMilliseconds = 5000;

/**
 * Memory a case may add, in bytes: so much, and so much for each byte it reads. Resident memory at its highest, which V8
 * lets grow by whole spaces before it collects garbage; and arrays outside of V8's heap, touched or not, by its end.
 */
export const bounds = {
  resident: { constant: 64e6, perByte: 500 },
  arrays: { constant: 1e6, perByte: 16 },
};

/** Whole numbers below a bound, one after another. */
export type Dice = (below: number) => number;

export function diceOf(seed: number): Dice {
  const stream = randomStream(seed, "conformance", 0);
  let index = 0;
  return (below) => Math.floor(stream(index++) * below);
}

export function pick<T>(dice: Dice, list: readonly T[]): T {
  return list[dice(list.length)]!;
}

/** Up to so many, made one after another. */
export function some<T>(dice: Dice, most: number, make: () => T): T[] {
  return Array.from({ length: dice(most + 1) }, make);
}

/** A directory for the tests of a file, in memory where the system offers that: what is fuzzed is not the disk. */
export function scratchDirectory(): string {
  const directory = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "fuzz-"));
  afterAll(() => rmSync(directory, { recursive: true }));
  return directory;
}

export interface Fuzzing {
  /** How many; `cases` without it. */
  readonly count?: number;
  /** What the case reads. */
  readonly make: (dice: Dice, index: number) => Uint8Array;
  /** Reads it. All that it may throw is a UserError. */
  readonly read: (bytes: Uint8Array, dice: Dice, index: number) => unknown;
  /** Bytes of memory that a case may add beyond `bounds`, for other files that it reads or pixels that it makes. */
  readonly beside?: number | ((bytes: Uint8Array) => Promise<number>);
}

/** Makes and reads each case, holds it to the bounds, and prints what was seen. Returns how many were refused. */
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

/** Begins to watch this process's memory; the function it gives ends that and tells what was added, in bytes. */
function beginMeasure(): () => { resident: number; arrays: number } {
  // Linux forgets the highest mark so far; without that it is of the whole process and tells only of the worst case.
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

/** Turns bits, cuts, repeats and moves pieces, and puts in bytes that mean something. */
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
