// Kills a study with -9 again and again, at random moments and in the middle of writing; the same command goes on each
// time, and in the end every metric, weight and table is that of the unbroken study.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, rmSync, watch } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nativeVariants } from "../../src/engines/native/engine.ts";
import { random } from "../../src/random.ts";
import { resnetExp, temporaryDirectory } from "../helpers/program.ts";
import { scaled } from "./scale.ts";
import { finalBytes, name, runs, writeStudy } from "./study.ts";

const program = new URL("../../bin/resnet-exp.cjs", import.meta.url).pathname;
const longestWait = 1500;

/** Kills the process after a time, or as it writes the n-th file whose name holds the word. */
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

/** Half of the moments are drawn in time, half at a file. */
function momentOf(kill: number): Moment {
  const draw = (index: number) => random(8, "conformance", kill, index);
  if (kill % 2 === 0) return { after: draw(0) * longestWait };
  return { word: words[Math.floor(draw(0) * words.length)]!, nth: 1 + Math.floor(draw(1) * 4) };
}

/** Resolves with whether the process was killed before it ended by itself. */
async function runAndKill(args: readonly string[], results: string, moment: Moment): Promise<boolean> {
  const child = spawn(process.execPath, [program, ...args], { stdio: "ignore" });
  const ended = new Promise<boolean>((resolve) => child.on("close", (_code, signal) => resolve(signal === "SIGKILL")));
  const stop = killAt(child, results, moment);
  const killed = await ended;
  stop();
  return killed;
}

function killAt(child: ChildProcess, results: string, moment: Moment): () => void {
  if ("after" in moment) {
    const timer = setTimeout(() => child.kill("SIGKILL"), moment.after);
    return () => clearTimeout(timer);
  }
  let seen = 0;
  const watcher = watch(results, { recursive: true }, (_event, file) => {
    if (file?.includes(moment.word) && ++seen === moment.nth) child.kill("SIGKILL");
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), 2 * longestWait);
  return () => {
    watcher.close();
    clearTimeout(timer);
  };
}

test.each([
  ["native", nativeVariants().length > 0],
  // Too slow for a storm of its own on the reference engine; others are stormed where they are installed.
] as const)("a study on the %s engine, killed again and again, ends as the unbroken one", async (engine, available) => {
  if (!available) return console.log(`skipped: the ${engine} engine is not here`);
  const [unbroken, stormy] = [temporaryDirectory(), temporaryDirectory()];
  const args = (results: string) => ["run", writeStudy(results), "--engine", engine, "--results", results];
  expect(await resnetExp(args(unbroken))).toMatchObject({ code: 0 });

  const kills = scaled(200);
  let killed = 0;
  let restarts = 0;
  for (let attempt = 0; killed < kills; attempt++) {
    if (await runAndKill(args(stormy), stormy, momentOf(attempt))) killed++;
    // Where it ended by itself, the study begins anew, and the storm with it.
    else {
      expect(finalBytes(stormy)).toEqual(finalBytes(unbroken));
      restarts++;

      rmSync(join(stormy, name), { recursive: true });
    }
  }
  const last = await resnetExp(args(stormy));
  expect(last.code, last.err).toBe(0);
  expect(finalBytes(stormy)).toEqual(finalBytes(unbroken));
  expect(Object.keys(finalBytes(stormy)).length).toBeGreaterThanOrEqual(2 * runs + 2);
  expect(existsSync(join(stormy, name, "tables", "summary.csv"))).toBe(true);
  console.log(`${engine}: ${killed} kills, ${restarts} studies ended between them`);
});
