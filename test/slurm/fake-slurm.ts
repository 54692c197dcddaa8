// Slurm's commands as scripts that print what a test says, and a job's files as `run --on slurm` writes them.
import { chmodSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { onTestFinished } from "vitest";
import { jobsDirectory, type SubmittedRun, writeJob } from "../../src/slurm/submission.ts";
import { temporaryDirectory } from "../helpers/program.ts";

/** A row of squeue for a task: ArrayJobID, ArrayTaskID, JobID, State, Reason, NodeList, RestartCnt, Name. */
export function queueRow(...values: readonly string[]): string {
  return values.map((value) => value.padEnd(64)).join("");
}

/** Puts commands into PATH for the rest of the test. Each prints its text and adds a line to the file `calls`. */
export function fakeSlurm(texts: Readonly<Record<string, string>>): { readonly directory: string } {
  const directory = temporaryDirectory();
  const { PATH } = process.env;
  process.env.PATH = `${directory}${delimiter}${PATH}`;
  onTestFinished(() => {
    process.env.PATH = PATH;
  });
  for (const [name, text] of Object.entries(texts)) fakeCommand(directory, name, text);
  return { directory };
}

/** Replaces one of the commands. */
export function fakeCommand(directory: string, name: string, text: string): void {
  const path = join(directory, name);
  writeFileSync(path, `#!/bin/sh\necho ${name} >> '${directory}/calls'\ncat <<'END'\n${text}\nEND\n`);
  chmodSync(path, 0o755);
}

/** Writes the files of a job with that name under `results`, as after a submission. */
export function writeSubmission(results: string, name: string, runs: readonly SubmittedRun[], tasks: number): void {
  const engine = { engine: "native", engineOptions: {}, unproven: false, changeEngine: false } as const;
  writeJob(join(jobsDirectory(results), name), { options: { command: [], results, ...engine }, tasks, runs }, []);
}
