// Damages each file of a run directory at many places: cuts it short or flips a bit. If an older checkpoint is whole the run
// resumes from it; otherwise the run is named and left unchanged. The other runs are trained.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Finished, resnetExp, temporaryDirectory } from "../helpers/program.ts";
import { scaled } from "./scale.ts";
import { finalBytes, name, runs, writeStudy } from "./study.ts";

let unbroken: string;
/** One run is interrupted after a checkpoint; the others have not begun. */
let interrupted: string;

const run = (results: string, signalAt?: string): Promise<Finished> =>
  resnetExp(
    ["run", writeStudy(results), "--json", "--results", results],
    signalAt === undefined ? {} : { signalAt: { text: signalAt, signal: "SIGKILL" } },
  );

beforeAll(async () => {
  [unbroken, interrupted] = [mkdtempSync(join(tmpdir(), "unbroken-")), mkdtempSync(join(tmpdir(), "interrupted-"))];
  expect((await run(unbroken)).code).toBe(0);
  expect((await run(interrupted, '"iteration":38,')).code).toBe("SIGKILL");
});

afterAll(() => {
  for (const directory of [unbroken, interrupted]) rmSync(directory, { recursive: true });
});

const fractions = [0.5, 0, 1, 0.02, 0.25, 0.75].slice(0, scaled(6));
const damages = fractions.flatMap((fraction) => [
  { title: `cut at ${100 * fraction} %`, damage: (path: string) => cut(path, fraction) },
  { title: `with a bit turned at ${100 * fraction} %`, damage: (path: string) => turn(path, fraction) },
]);

function cut(path: string, fraction: number): void {
  truncateSync(path, Math.min(readFileSync(path).length - 1, Math.floor(fraction * readFileSync(path).length)));
}

function turn(path: string, fraction: number): void {
  const bytes = readFileSync(path);
  bytes[Math.min(bytes.length - 1, Math.floor(fraction * bytes.length))]! ^= 1;
  writeFileSync(path, bytes);
}

interface Event {
  readonly kind: string;
  readonly outcome?: string;
  readonly message?: string;
}
const events = ({ out }: Finished): Event[] =>
  out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Event);

/** Copies a results directory. @returns the copy and the path of its first run */
function copyOf(results: string): { results: string; first: string } {
  const copy = temporaryDirectory();
  cpSync(results, copy, { recursive: true });
  const folder = join(copy, name, "runs");
  return { results: copy, first: join(folder, readdirSync(folder).sort()[0]!) };
}

const newest = (first: string): string =>
  readdirSync(join(first, "checkpoints"))
    .filter((file) => file.endsWith(".safetensors"))
    .sort()
    .at(-1)!;

describe.each(damages)("a file $title", ({ damage }) => {
  test.each([
    ["the newest checkpoint", (first: string) => join("checkpoints", newest(first))],
    ["the pointer to it", () => join("checkpoints", "latest.json")],
  ])("%s: the run resumes from what is whole and ends like the unbroken run", async (_title, fileOf) => {
    const { results, first } = copyOf(interrupted);
    damage(join(first, fileOf(first)));
    const finished = await run(results);
    expect(finished.code, finished.err).toBe(0);
    expect(finalBytes(results)).toEqual(finalBytes(unbroken));
    rmSync(results, { recursive: true });
  });

  test("the metrics: the run resumes if all lines of a checkpoint are there; otherwise it is named and left unchanged", async () => {
    const { results, first } = copyOf(interrupted);
    const path = join(first, "metrics.jsonl");
    damage(path);
    const damaged = readFileSync(path);
    const finished = await run(results);
    const left = events(finished).find(({ outcome }) => outcome === "damaged");
    if (!left) expect(finalBytes(results)).toEqual(finalBytes(unbroken));
    else expect(readFileSync(path).equals(damaged)).toBe(true);
    if (left) expect(left.message).toContain(`or delete ${first} to train the run from iteration 0.`);
    expect(finished.code, finished.err).toBe(left ? 3 : 0);
    rmSync(results, { recursive: true });
  });

  test("run.json: the run is named and left unchanged, and the others are trained", async () => {
    const { results, first } = copyOf(interrupted);
    const path = join(first, "run.json");
    const before = readFileSync(path, "utf8");
    damage(path);
    const damaged = readFileSync(path);
    const finished = await run(results);
    expect(finished.err).not.toMatch(/\n {4}at /);
    const outcomes = events(finished).flatMap(({ outcome }) => outcome ?? []);
    // The last byte is the line end, which is not part of the content.
    if (JSON.stringify(parsed(damaged)) === JSON.stringify(JSON.parse(before))) return expect(finished.code).toBe(0);
    expect(finished.code).toBe(3);
    expect(outcomes.sort()).toEqual(["damaged", ...Array.from({ length: runs - 1 }, () => "done")]);
    expect(events(finished).find(({ outcome }) => outcome === "damaged")!.message).toContain(path);
    expect(readFileSync(path).equals(damaged)).toBe(true);
    rmSync(results, { recursive: true });
  });

  test.each(["weights.safetensors", "metrics.jsonl", "done.json", "run.json"])(
    "%s of a finished run: verify finds it",
    async (file) => {
      const { results, first } = copyOf(unbroken);
      const path = join(first, file);
      const before = readFileSync(path, "utf8");
      damage(path);
      const verified = await resnetExp(["verify", first.split("/").at(-1)!, "--results", results]);
      expect(verified.err).not.toMatch(/\n {4}at /);
      const same =
        file.endsWith(".json") && JSON.stringify(parsed(readFileSync(path))) === JSON.stringify(JSON.parse(before));
      expect(verified.code, verified.out + verified.err).toBe(same ? 0 : 4);
      rmSync(results, { recursive: true });
    },
  );
});

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
