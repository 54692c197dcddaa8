// Standard output and standard error as a command needs them: a reader that has seen enough, a closed terminal or a full
// disk under the log is told of at the end, if at all. None of them ends the work.
import { errorCode, errorMessage } from "../../errors.ts";
import { asciiJson, asciiText, asciiXml } from "./ascii.ts";
import { type Io, speaksUtf8 } from "./io.ts";

/** The streams of this process. */
export interface Streams extends Omit<Io, "signal"> {
  /** Why results could not be written, as a sentence; undefined where all were, or where their reader had seen enough. */
  readonly lost: () => string | undefined;
}

/** Opens them for a command, whose words say in what format its results are. To be called once. */
export function openStreams(words: readonly string[]): Streams {
  const { stdout, stderr, env } = process;
  const ascii = !speaksUtf8(env);
  let failure: unknown;
  stdout.on("error", (error) => {
    failure ??= error;
  });
  // There is no place left to tell of it. The next line may find the disk with room again.
  stderr.on("error", () => {});
  return {
    out: (text) => void stdout.write(ascii ? asciiResult(text, words) : text),
    err: (text) => void stderr.write(ascii ? asciiText(text) : text),
    columns: columnsOf(stdout.columns, env["COLUMNS"], stderr.columns),
    tableWidth: tableWidthOf(stdout.columns, env["COLUMNS"]),
    stderrIsTerminal: (stderr.isTTY ?? false) && hasControlCodes(env["TERM"]),
    isUtf8: !ascii,
    ...(ascii && { barStream: inAscii(stderr) }),
    lost: () => {
      // EIO is what a terminal says that is gone.
      if (failure === undefined || ["EPIPE", "EIO"].includes(errorCode(failure) ?? "")) return undefined;
      return `Expected to write results to standard output, got ${errorMessage(failure)}.`;
    },
  };
}

const defaultColumns = 80;

/** Of the terminal; where standard output is none, as COLUMNS says. A terminal that knows no size, as a serial line, says 0. */
export function columnsOf(
  ofOutput: number | undefined,
  asked: string | undefined,
  ofErrors: number | undefined,
): number {
  return ofOutput || wanted(asked) || ofErrors || defaultColumns;
}

/** The same for tables, which need no width where nobody asks for one. */
export function tableWidthOf(ofOutput: number | undefined, asked: string | undefined): number {
  return ofOutput || wanted(asked) || Number.POSITIVE_INFINITY;
}

/** What COLUMNS says; 0 where it is no number. */
function wanted(columns: string | undefined): number {
  return /^[1-9]\d{0,4}$/.test(columns ?? "") ? Number(columns) : 0;
}

/** Whether a terminal of that name moves its cursor; one without a name is not known to. */
export function hasControlCodes(terminal: string | undefined): boolean {
  return terminal !== undefined && terminal !== "" && terminal !== "dumb";
}

/** Results in plain characters. What another program reads keeps its meaning. */
export function asciiResult(text: string, words: readonly string[]): string {
  const isJson = words[0] === "schema" || words.some((word) => word === "--json" || /^(--format=)?json$/.test(word));
  if (isJson) return asciiJson(text);
  return text.startsWith("<svg") ? asciiXml(text) : asciiText(text);
}

/** A stream that is written to in plain characters. */
function inAscii(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = (text: string | Uint8Array, ...rest: []) =>
    stream.write(typeof text === "string" ? asciiText(text) : text, ...rest);
  return Object.create(stream, { write: { value: write } }) as NodeJS.WriteStream;
}
