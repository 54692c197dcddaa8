// A study on a real Slurm cluster under accidents at random moments: tasks are killed, warned, told to end and cancelled,
// nodes lose power, and the process that submits and follows is killed. The same command goes on each time, and at the end
// every metric, weight and table equals those of a local study.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { random } from "../../src/random.ts";
import { resnetExp, temporaryDirectory } from "../helpers/program.ts";
import { Cluster, type NodeName, noCluster, until } from "../slurm/cluster.ts";
import { numbersOf, writeStudy } from "../slurm/study.ts";
import { scaled } from "./scale.ts";

const program = new URL("../../bin/resnet-exp.cjs", import.meta.url).pathname;
const iterations = 2000;
/** Milliseconds between two accidents, at most. A task is back after some seconds. */
const longest = 9000;

const reason = noCluster();
if (reason) console.log(`skipped: accidents on Slurm, as ${reason}: apt-get install slurm-wlm munge`);

/** The ids of the processes that train for these results, on whatever node. */
function workersOf(results: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(`\0worker\0${results}`) ? [Number(pid)] : [];
      } catch {
        return [];
      }
    });
}

test.skipIf(reason)(
  "a study on Slurm ends as the unbroken one, whatever is killed",
  { timeout: 7_200_000 },
  async () => {
    const [unbroken, results] = [temporaryDirectory(), temporaryDirectory()];
    const home = mkdtempSync(join(tmpdir(), "storm-"));
    const cluster = await Cluster.start(home, 28_817);
    const env = { ...process.env, ...cluster.env };
    const summary = (directory: string) => readFileSync(join(directory, "small", "tables", "summary.csv"), "utf8");
    const args = ["run", writeStudy(results, iterations), "--on", "slurm", "--results", results];
    try {
      const local = await resnetExp(["run", writeStudy(unbroken, iterations), "--results", unbroken]);
      expect(local.code, local.err).toBe(0);
      const expected = numbersOf(unbroken);

      const counts: Record<string, number> = {};
      const accidents: Record<string, (draw: number, following: () => void) => Promise<void>> = {
        "a task is killed": async (draw) => signalOne("SIGKILL", draw),
        "a task is warned": async (draw) => signalOne("SIGUSR2", draw),
        "a task is told to end": async (draw) => signalOne("SIGTERM", draw),
        "all tasks are cancelled": async () => void spawn("scancel", ["--user=root"], { env, stdio: "ignore" }),
        "the submitting process is killed": async (_draw, kill) => kill(),
        "a node loses power": async (draw) => {
          const node = `n${1 + Math.floor(3 * draw)}` as NodeName;
          await cluster.loseNode(node);
          await setTimeout(longest * draw);
          cluster.startNode(node);
        },
      };
      const signalOne = (signal: NodeJS.Signals, draw: number) => {
        const pids = workersOf(results);
        const pid = pids[Math.floor(draw * pids.length)];
        try {
          if (pid !== undefined) process.kill(pid, signal);
        } catch {
          // It has just ended.
        }
      };
      const names = Object.keys(accidents);
      const wanted = scaled(120);
      let finished = 0;
      let happened = 0;
      for (let attempt = 0; ; attempt++) {
        expect(attempt, "the study never ends").toBeLessThan(10 * wanted + 20);
        const child = spawn(process.execPath, [program, ...args], { env, stdio: "ignore", cwd: results });
        const ended = once(child, "exit");
        let running = true;
        void ended.then(() => {
          running = false;
        });
        while (running && happened < wanted) {
          const draw = (index: number) => random(8, "conformance", happened, index);
          await Promise.race([ended, setTimeout(longest * draw(0))]);
          if (!running) break;
          const name = names[Math.floor(names.length * draw(1))]!;
          await accidents[name]!(draw(2), () => child.kill("SIGKILL"));
          counts[name] = (counts[name] ?? 0) + 1;
          happened++;
        }
        const [code] = await ended;
        // The last accident may have ended the process that follows: the same command then ends the study.
        if (code !== 0) continue;
        expect(numbersOf(results)).toEqual(expected);
        expect(summary(results)).toBe(summary(unbroken));
        finished++;
        if (happened >= wanted) break;
        cluster.ask("scancel", "--user=root");
        await until("an empty queue", () => cluster.ask("squeue", "-h").trim() === "");
        rmSync(join(results, "small"), { recursive: true });
      }
      console.log(`${finished} studies ended between ${happened} accidents: ${JSON.stringify(counts)}`);
    } finally {
      await cluster.end();
      rmSync(home, { recursive: true, force: true });
    }
  },
);
