// The terminal as commands use it. Results go to `out`, progress and messages to `err`.
import type { Paint } from "../../text/tone.ts";

/** The exit code of a command. `final` is used even if a signal asked for the end. */
export type ExitCode = number | { readonly final: number };

/** The terminal as commands see it. Tests pass one that collects text. */
export interface Io {
  /** Writes to standard output. The text includes its line ends. */
  out(text: string): void;
  /** Writes to standard error. The text includes its line ends. */
  err(text: string): void;
  /** Width in characters; 80 if standard output is not a terminal. */
  readonly columns: number;
  /** Width of tables in characters; Infinity if standard output is not a terminal, so that no column is left out. */
  readonly tableWidth: number;
  /** Whether standard error is a terminal that understands control codes. */
  readonly stderrIsTerminal: boolean;
  /** Colours words of results; absent if standard output has no colours. */
  readonly paint?: Paint;
  /** Where bars are drawn; by default standard error. */
  readonly barStream?: NodeJS.WriteStream;
  /** Whether the terminal can show more than ASCII. */
  readonly isUtf8: boolean;
  /** Fires on Ctrl-C and on signals that ask for an end, with the signal's name as the reason. */
  readonly signal: AbortSignal;
}

/**
 * Whether the terminal uses UTF-8, by the rule of POSIX: the first of LC_ALL, LC_CTYPE and LANG that is set decides.
 * False for the locale C, which is the default if none is set, and on the Linux console.
 */
export function speaksUtf8(environment: Readonly<Record<string, string | undefined>>): boolean {
  const { LC_ALL, LC_CTYPE, LANG, TERM } = environment;
  return TERM !== "linux" && /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || "");
}
