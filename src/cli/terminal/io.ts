// The terminal as commands use it. Results go to `out`, progress and messages to `err`.

/** How a command ended; `final` stands although a signal asked for the end. */
export type ExitCode = number | { readonly final: number };

/** The terminal as commands see it; tests pass one that collects text. */
export interface Io {
  /** Writes to standard output; the text brings its own line ends. */
  out(text: string): void;
  /** Writes to standard error; the text brings its own line ends. */
  err(text: string): void;
  /** Width in characters; 80 where standard output is no terminal. */
  readonly columns: number;
  /** Width of tables in characters; Infinity where standard output is no terminal, as nothing is left out there. */
  readonly tableWidth: number;
  /** Whether standard error is a terminal that has control codes. */
  readonly stderrIsTerminal: boolean;
  /** Where bars are drawn; standard error without it. */
  readonly barStream?: NodeJS.WriteStream;
  /** Whether it shows more than ASCII. */
  readonly isUtf8: boolean;
  /** Fires on Ctrl-C and on the signals by which systems ask for an end, with the signal's name. */
  readonly signal: AbortSignal;
}

/**
 * Whether the terminal speaks UTF-8, by the rule of POSIX: the first of LC_ALL, LC_CTYPE and LANG that is set says it.
 * False for the locale C, which is also that of an environment that names none, and on the bare Linux console.
 */
export function speaksUtf8(environment: Readonly<Record<string, string | undefined>>): boolean {
  const { LC_ALL, LC_CTYPE, LANG, TERM } = environment;
  return TERM !== "linux" && /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || "");
}
