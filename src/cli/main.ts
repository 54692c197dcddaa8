// The program: reads the command line, imports the command asked for, and turns whatever comes back into an exit code.
// The only catch-all and the only place that sets one: 0 done, 1 a bug of ours, 2 the user can mend it, 3 runs failed,
// 4 a check did not hold, 130 and 143 on a signal.
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { UserError } from "../errors.ts";
import { addResultsCommands } from "./commands-results.ts";
import { addToolCommands } from "./commands-tools.ts";
import { addTrainingCommands } from "./commands-training.ts";
import type { Io } from "./terminal/io.ts";

const exitCodes: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143 };

/** Runs the program with the arguments after its name and sets the process's exit code. */
export async function main(args: readonly string[]): Promise<void> {
  const interruption = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      // The second one means it: the last checkpoint is what remains.
      if (interruption.signal.aborted) process.exit(exitCodes[signal]);
      interruption.abort(signal);
    });
  }
  // A reader that has seen enough, as in `resnet-exp ls | head -1`, is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

  const io: Io = {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    columns: process.stdout.columns ?? process.stderr.columns ?? 80,
    stderrIsTerminal: process.stderr.isTTY ?? false,
    signal: interruption.signal,
  };
  let code: number;
  try {
    code = await dispatch(args, io);
  } catch (error) {
    code = explain(error, io);
  }
  const reason: unknown = interruption.signal.reason;
  process.exitCode = typeof reason === "string" ? exitCodes[reason] : code;
}

/** Prints what went wrong, a stack only for what is our bug. */
function explain(error: unknown, io: Io): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const aborted = error === io.signal.reason || (error instanceof Error && error.name === "AbortError");
  if (io.signal.aborted && aborted) return 0;
  if (error instanceof UserError) {
    io.err(`${[error.message, ...error.hints.map((hint) => `  ${hint}`)].join("\n")}\n`);
    return 2;
  }
  io.err(`${error instanceof Error ? error.stack : String(error)}\nThis is a bug of resnet-exp; please report it.\n`);
  return 1;
}

async function dispatch(args: readonly string[], io: Io): Promise<number> {
  let code = 0;
  const program = buildProgram(io, async (command) => {
    code = await command;
  });
  if (args.length === 0) {
    io.err(program.helpInformation());
    return 2;
  }
  await program.parseAsync(args, { from: "user" });
  return code;
}

/** The command line's syntax. */
function buildProgram(io: Io, finish: (command: Promise<number>) => Promise<void>): Command {
  const program = new Command("resnet-exp")
    .description(
      'Reproduces the tables and figures of "Deep Residual Learning for Image Recognition" (He et al. 2015).',
    )
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help of a command")
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .configureHelp({ helpWidth: io.columns })
    .showSuggestionAfterError()
    // After a command's name --version is the command's: `engine install tensorflow --version 2.21.0`.
    .enablePositionalOptions()
    .exitOverride();

  addTrainingCommands(program, io, finish);
  addResultsCommands(program, io, finish);
  addToolCommands(program, io, finish);
  return program;
}

function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
