// Builds commander's program from the definitions of commands. Only this file trusts that commander's values match the
// definitions.
import { Argument, Command, Option as CommanderOption } from "commander";
import { pathMeant } from "../system/path.ts";
import { actions } from "./actions.ts";
import { type CommandName, commands, families } from "./syntax/commands.ts";
import { type AnyDefinition, groups } from "./syntax/definition.ts";
import { flagOf, type Option } from "./syntax/option.ts";
import { exampleText, helpLayout } from "./terminal/help-layout.ts";
import type { ExitCode, Io } from "./terminal/io.ts";

/** Calls a command with the values that commander parsed. Returns the exit code. */
export type Call = (name: CommandName, given: readonly unknown[]) => Promise<void>;

/** Loads a command's action and calls it. */
export async function call(name: CommandName, given: readonly unknown[], io: Io): Promise<ExitCode> {
  const action = (await actions[name]()) as (...given: readonly unknown[]) => Promise<ExitCode>;
  return action(...given, io);
}

/** What to type first. */
const firstExamples = [
  { command: "experiments", does: "list the experiments that come with the program" },
  { command: "run plain-vs-res", does: "train one of them; the same command resumes it" },
  { command: "help run", does: "show the options of a command, with examples" },
];

const helpCommand = ["help [command]", "Print help on a command"] as const;

export function buildProgram(version: string, io: Pick<Io, "out" | "err" | "columns">, call: Call): Command {
  const program = new Command("resnet-exp")
    .description(
      'Reproduces the tables and figures of "Deep Residual Learning for Image Recognition" (He et al. 2015).',
    )
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .configureHelp(helpLayout(io.columns))
    .showSuggestionAfterError()
    // After a command's name, --version belongs to the command: `engine install tensorflow --version 2.21.0`.
    .enablePositionalOptions()
    .exitOverride();
  const parents = new Map<string, Command>();
  for (const group of groups) {
    for (const [key, definition] of Object.entries(commands) as [CommandName, AnyDefinition][]) {
      if (definition.group !== group) continue;
      const [first = "", second] = key.split(" ");
      if (second !== undefined && !parents.has(first)) {
        const summary = families[first as keyof typeof families];
        parents.set(
          first,
          program
            .command(first)
            .description(summary)
            .helpGroup(`${group}:`)
            .helpCommand(...helpCommand),
        );
      }
      const parent = parents.get(first) ?? program;
      addCommand(parent, second ?? first, definition, io.columns, (given) => call(key, given));
    }
  }
  program.commandsGroup(`${groups.at(-1)}:`).helpCommand(...helpCommand);
  program.addHelpText("after", exampleText(firstExamples, io.columns));
  return program;
}

function addCommand(
  parent: Command,
  name: string,
  definition: AnyDefinition,
  columns: number,
  call: (given: readonly unknown[]) => Promise<void>,
): void {
  const { group, summary, argument, argumentText, thenFiles, options, examples, hidden = false } = definition;
  const command = parent.command(name, { hidden }).description(summary);
  if (parent.parent === null) command.helpGroup(`${group}:`);
  const parts = argument === "" ? [] : argument.split(" ");
  for (const part of parts) {
    const made = new Argument(part, part === parts[0] ? argumentText : thenFiles);
    if (definition.argumentCompletes === "experiment file") {
      made.argParser((word, earlier: readonly string[] = []) => [...earlier, pathMeant(word, "an experiment file")]);
    }
    command.addArgument(made);
  }
  for (const [key, option] of Object.entries(options)) command.addOption(commanderOption(key, option));
  if (examples.length > 0) command.addHelpText("after", exampleText(examples, columns));
  // Commander also passes the command itself, after the arguments and the options.
  command.action((...given: unknown[]) => {
    const [words, values] = [given.slice(0, parts.length), given[parts.length]];
    return call([...(parts.length > 1 ? [words.flat()] : words), values]);
  });
}

function commanderOption(key: string, option: Option<unknown>): CommanderOption {
  const { value, text, choices, fallback, given, group } = option;
  const made = new CommanderOption(value === undefined ? flagOf(key) : `${flagOf(key)} ${value}`, text);
  if (choices) made.choices(choices);
  const isPath = ["file", "experiment file", "directory"].some((kind) => kind === option.completes);
  const meant = (word: string) => (isPath ? pathMeant(word, flagOf(key)) : word);
  if (value !== undefined) made.argParser((word, earlier: unknown) => option.parse(meant(word), earlier));
  if (fallback !== undefined) made.default(fallback, Array.isArray(fallback) ? fallback.join(",") : undefined);
  else if (given) made.makeOptionMandatory();
  if (group !== undefined) made.helpGroup(group);
  return made;
}
