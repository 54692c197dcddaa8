// An option of a command as data: its syntax, its meaning and the type of its value. Parsing, help, completion and
// docs/commands.md are made from it.
import { InvalidArgumentError } from "commander";

/** The kind of a word on the command line, so that a shell can complete it. */
export type Completes =
  | "file"
  | "directory"
  | "experiment file"
  | "shipped experiment"
  | "run"
  | "experiment"
  | "profile"
  | readonly string[];

/**
 * `Given` tells whether there is always a value, because the option has a default or is required.
 */
export interface Option<Value, Given extends boolean = boolean> {
  /** "<dir>"; a flag has none. */
  readonly value?: string | undefined;
  readonly text: string;
  /** Parses the value. `earlier` is the value of the same option further left. @throws InvalidArgumentError */
  parse(text: string, earlier: Value | undefined): Value;
  /** The only allowed texts. */
  readonly choices?: readonly string[] | undefined;
  readonly completes?: Completes | undefined;
  readonly fallback?: Value | undefined;
  readonly given: Given;
  /** The heading in help; by default "Options:". */
  readonly group?: string | undefined;
}

export type Options = Readonly<Record<string, Option<unknown>>>;

type Value<Of> = Of extends Option<infer V> ? V : never;

/** The parsed values of options by name, as a command receives them. */
export type Values<Of extends Options> = {
  readonly [Key in keyof Of as Of[Key] extends Option<unknown, true> ? Key : never]: Value<Of[Key]>;
} & {
  readonly [Key in keyof Of as Of[Key] extends Option<unknown, true> ? never : Key]?: Value<Of[Key]> | undefined;
};

/** An option without a value. */
export function flag(text: string): Option<boolean, false> {
  return { text, parse: () => true, given: false };
}

export function word(value: string, text: string, completes?: Completes): Option<string, false> {
  return { value, text, parse: (given) => given, completes, given: false };
}

/** An option with a parsed value. `parse` returns undefined for a text that is not what `expected` describes. */
export function parsed<V>(
  value: string,
  text: string,
  parse: (given: string) => V | undefined,
  expected: (given: string) => string,
): Option<V, false> {
  const read = (given: string) => {
    const result = parse(given);
    if (result === undefined) throw new InvalidArgumentError(`Expected ${expected(given)}.`);
    return result;
  };
  return { value, text, parse: read, given: false };
}

/** One of several words or numbers. */
export function choice<const Word extends string | number>(
  value: string,
  text: string,
  words: readonly Word[],
): Option<Word, false> {
  const choices = words.map(String);
  const parse = (given: string) => {
    const found = words.find((each) => String(each) === given);
    if (found === undefined) throw new InvalidArgumentError(`Allowed choices are ${choices.join(", ")}.`);
    return found;
  };
  return { value, text, parse, choices, completes: choices, given: false };
}

/** A whole number. */
export function whole(value: string, text: string, least: number): Option<number, false> {
  const parse = (given: string) => (/^\d{1,9}$/.test(given) && Number(given) >= least ? Number(given) : undefined);
  return parsed(value, text, parse, () => `a whole number from ${least} up`);
}

/** An option that can be repeated; its value is the list of all values. */
export function repeatable<V>(option: Option<V, false>): Option<readonly V[], false> {
  const { parse, fallback: _, ...rest } = option;
  return { ...rest, parse: (given, earlier = []) => [...earlier, parse(given, undefined)] };
}

/** An option with a default value. */
export function orElse<V>(option: Option<V, false>, fallback: NoInfer<V>): Option<V, true> {
  return { ...option, fallback, given: true };
}

/** An option that the command requires. */
export function required<V>(option: Option<V, false>): Option<V, true> {
  return { ...option, given: true };
}

/** Puts options under their own heading in help. */
export function grouped<Of extends Options>(group: string, options: Of): Of {
  return Object.fromEntries(Object.entries(options).map(([key, option]) => [key, { ...option, group }])) as Of;
}

/** "failFast" as "--fail-fast". */
export function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
