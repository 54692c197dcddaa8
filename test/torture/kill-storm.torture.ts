// Kills a study with -9 many times, at random moments and in the middle of a write. The same command resumes it each
// time, and at the end every metric, weight and table equals the unbroken study's. TORTURE_ENGINES=cpu,webgpu chooses
// engines; by default, the available fast ones are used.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, rmSync, watch } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type EngineName, engineNames } from "../../src/engines/names.ts";
import { random } from "../../src/random.ts";
import { resnetExp, temporaryDirectory } from "../helpers/program.ts";
import { scaled } from "./scale.ts";
import { finalBytes, name, type StudySize, writeStudy } from "./study.ts";

const program = new URL("../../bin/resnet-exp.cjs", import.meta.url).pathname;

/** The study of each engine, and whether it is used by default: SwiftShader compiles shaders for many seconds at each start. */
const storms = {
  native: { size: "small", unasked: true },
  tensorflow: { size: "small", unasked: true },
  webgpu: { size: "tiny", unasked: false },
  cpu: { size: "tiny", unasked: true },
} satisfies Record<EngineName, { size: StudySize; unasked: boolean }>;

const asked = process.env.TORTURE_ENGINES?.split(",");
const engines = engineNames.filter((engine) => asked?.includes(engine) ?? storms[engine].unasked);

/** Kills the process after a time, or while it writes the n-th file whose name contains the word. */
type Moment = { readonly after: number } | { readonly word: string; readonly nth: number };

const words = [
  "metrics",
  "checkpoint",
  ".tmp",
  "latest",
  "run.json",
  "done.json",
  "weights",
  "lock",
  "tables",
  "figures",
];

/** Half of the kills happen after a random time of at most `longest` milliseconds, half at a file. */
function momentOf(kill: number, longest: number): Moment {
  const draw = (index: number) => random(8, "conformance", kill, index);
  if (kill % 2 === 0) return { after: draw(0) * longest };
  return { word: words[Math.floor(draw(0) * words.length)]!, nth: 1 + Math.floor(draw(1) * 4) };
}

/** Resolves to whether the process was killed before it ended by itself. */
async function runAndKill(args: readonly string[], results: string, moment: Moment, longest: number): Promise<boolean> {
  const child = spawn(process.execPath, [program, ...args], { stdio: "ignore" });
  const ended = new Promise<boolean>((resolve) => child.on("close", (_code, signal) => resolve(signal === "SIGKILL")));
  const stop = killAt(child, results, moment, longest);
  const killed = await ended;
  stop();
  return killed;
}

function killAt(child: ChildProcess, results: string, moment: Moment, longest: number): () => void {
  if ("after" in moment) {
    const timer = setTimeout(() => child.kill("SIGKILL"), moment.after);
    return () => clearTimeout(timer);
  }
  let seen = 0;
  const watcher = watch(results, { recursive: true }, (_event, file) => {
    if (file?.includes(moment.word) && ++seen === moment.nth) child.kill("SIGKILL");
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), 2 * longest);
  return () => {
    watcher.close();
    clearTimeout(timer);
  };
}

test("TORTURE_ENGINES names engines", () => {
  expect(engineNames).toEqual(expect.arrayContaining(asked ?? []));
});

const hour = 3_600_000;
test.each(engines)(
  "a study on the %s engine, killed again and again, ends as the unbroken one",
  async (engine) => {
    const [unbroken, stormy] = [temporaryDirectory(), temporaryDirectory()];
    const { size } = storms[engine];
    // The number of threads is fixed because TensorFlow's sums depend on it.
    const args = (results: string) => {
      return ["run", writeStudy(results, size), "--engine", engine, "--threads", "2", "--results", results];
    };
    const start = performance.now();
    const first = await resnetExp(args(unbroken));
    const longest = 0.75 * (performance.now() - start);
    if (!asked && first.err.includes(`Expected the ${engine} engine to be available`)) {
      return console.log(`skipped: the ${engine} engine is not here`);
    }
    expect(first.code, first.err).toBe(0);
    const expected = finalBytes(unbroken);

    const kills = scaled(200);
    let killed = 0;
    let ended = 0;
    for (let attempt = 0; killed < kills; attempt++) {
      if (await runAndKill(args(stormy), stormy, momentOf(attempt, longest), longest)) killed++;
      // If the study ended by itself, start the study and the kills again.
      else {
        expect(finalBytes(stormy)).toEqual(expected);
        ended++;
        rmSync(join(stormy, name), { recursive: true });
      }
    }
    const last = await resnetExp(args(stormy));
    expect(last.code, last.err).toBe(0);
    expect(finalBytes(stormy)).toEqual(expected);
    expect(Object.values(expected)).not.toContain("missing");
    expect(existsSync(join(stormy, name, "tables", "summary.csv"))).toBe(true);
    console.log(`${engine}: ${killed} kills, ${ended} studies ended between them`);
  },
  2 * hour,
);
