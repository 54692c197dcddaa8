// A command as data: its argument, options and examples. What it does is in actions.ts, so help loads only this.
import type { ExitCode, Io } from "../terminal/io.ts";
import type { Completes, Options, Values } from "./option.ts";

/** The headings of the list of commands, in order. */
export const groups = ["Train", "Look", "Check", "Tools"] as const;

export interface Example {
  /** What follows `resnet-exp`. */
  readonly command: string;
  readonly does: string;
}

export interface Definition<Argument extends string, Of extends Options> {
  readonly group: (typeof groups)[number];
  /** A sentence without its full stop, with a verb first. */
  readonly summary: string;
  /** "<run>", "[name]", "<file...>", "[experiment...]" or two such, "<run> <image...>"; "" where there is none. */
  readonly argument: Argument;
  readonly argumentText?: string;
  readonly argumentCompletes?: Completes;
  /** Words after the first are files: the text on them. */
  readonly thenFiles?: string;
  readonly options: Of;
  readonly examples: readonly Example[];
  /** Not shown in help, because only programs use it. */
  readonly hidden?: true;
}

export type AnyDefinition = Definition<string, Options>;

/** Keeps the types of the argument and of each option. */
export function define<const Argument extends string, Of extends Options>(
  definition: Definition<Argument, Of>,
): Definition<Argument, Of> {
  return definition;
}

/** The type of a command's argument. */
type ArgumentOf<Argument extends string> = Argument extends `${string}...${string}`
  ? readonly string[]
  : Argument extends `[${string}`
    ? string | undefined
    : string;

/** The options of a command, as its action gets them. */
export type OptionsOf<Of> = Of extends Definition<string, infer Each> ? Values<Each> : never;

/** What a command does. Returns the exit code. */
export type Action<Of> =
  Of extends Definition<infer Argument, infer Each>
    ? Argument extends ""
      ? (options: Values<Each>, io: Io) => Promise<ExitCode>
      : (argument: ArgumentOf<Argument>, options: Values<Each>, io: Io) => Promise<ExitCode>
    : never;
