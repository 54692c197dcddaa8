// What a command may touch of the terminal. Results go to `out`, progress and log to `err`.

/** The terminal as commands see it; tests pass one that collects text. */
export interface Io {
  /** Writes to standard output; the text brings its own line ends. */
  out(text: string): void;
  /** Writes to standard error; the text brings its own line ends. */
  err(text: string): void;
  /** Width in characters; 80 where standard output is no terminal. */
  readonly columns: number;
  readonly stderrIsTerminal: boolean;
  /** Fires on Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
}
