// The program: parses the command line, imports the requested command, and turns its result into an exit code. This is the
// only place that catches all errors and sets an exit code: 0 success, 1 a bug of ours, 2 the user can correct it, 3 some
// runs are not done, 4 a check failed, and 128 plus the signal's number after a signal.
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { setImmediate } from "node:timers/promises";
import { CommanderError } from "commander";
import { UserError } from "../errors.ts";
import { buildProgram, call } from "./program.ts";
import type { ExitCode, Io } from "./terminal/io.ts";
import { openStreams } from "./terminal/streams.ts";
import { systemProblem } from "./terminal/system-problem.ts";

/**
 * Runs the program with the arguments after its name and sets the process's exit code.
 * @param signal aborted with the name of the signal that asks for an end
 */
export async function main(args: readonly string[], signal: AbortSignal): Promise<void> {
  const { lost, ...streams } = openStreams(args);
  const io: Io = { ...streams, signal };
  const code = await answer(args, io);
  // Errors of a stream are reported in the next turn of the event loop.
  await setImmediate();
  const loss = lost();
  if (loss !== undefined) io.err(`${loss}\n`);
  const number = constants.signals[signal.reason as NodeJS.Signals];
  if (typeof code === "object") process.exitCode = code.final;
  else process.exitCode = signal.aborted && number ? 128 + number : code || (loss === undefined ? 0 : 2);
}

/** Does what the arguments ask for, on whatever terminal; says there what went wrong. */
export async function answer(args: readonly string[], io: Io): Promise<ExitCode> {
  try {
    return await dispatch(args, io);
  } catch (error) {
    return explain(error, io);
  }
}

/** Prints what went wrong, a stack only for what is our bug. */
function explain(error: unknown, io: Io): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const aborted = error === io.signal.reason || (error instanceof Error && error.name === "AbortError");
  if (io.signal.aborted && aborted) return 0;
  const problem = error instanceof UserError ? error : systemProblem(error);
  if (problem) {
    io.err(`${[problem.message, ...problem.hints.map((hint) => `  ${hint}`)].join("\n")}\n`);
    return 2;
  }
  io.err(`${error instanceof Error ? error.stack : String(error)}\nThis is a bug of resnet-exp; please report it.\n`);
  return 1;
}

async function dispatch(args: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = buildProgram(packageVersion(), io, async (name, given) => {
    // Throws if the working directory was removed: relative paths would mean nothing.
    process.cwd();
    code = await call(name, given, io);
  });
  if (args.length === 0) {
    io.err(program.helpInformation());
    return 2;
  }
  await program.parseAsync(args, { from: "user" });
  return code;
}

function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
