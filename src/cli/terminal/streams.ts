// Standard output and standard error for a command. If a reader closes its pipe, the terminal is closed or the log's disk
// is full, the work does not stop. The problem is reported at the end, if at all.
import { errorCode, errorMessage } from "../../errors.ts";
import { asciiJson, asciiText, asciiXml } from "./ascii.ts";
import { type Io, speaksUtf8 } from "./io.ts";
import { hasColours, hasControlCodes, paint } from "./paint.ts";

/** The streams of this process. */
export interface Streams extends Omit<Io, "signal"> {
  /** Why results could not be written, as a sentence; undefined if all were written, or their reader closed the pipe. */
  readonly lost: () => string | undefined;
}

/** Opens the streams for a command, whose words tell the format of its results. Call it once. */
export function openStreams(words: readonly string[]): Streams {
  const { stdout, stderr, env } = process;
  const ascii = !speaksUtf8(env);
  let failure: unknown;
  stdout.on("error", (error) => {
    failure ??= error;
  });
  // There is no place left to report it. The disk may have space again for the next line.
  stderr.on("error", () => {});
  return {
    out: (text) => void stdout.write(ascii ? asciiResult(text, words) : text),
    err: (text) => void stderr.write(ascii ? asciiText(text) : text),
    columns: columnsOf(stdout.columns, env["COLUMNS"], stderr.columns),
    tableWidth: tableWidthOf(stdout.columns, env["COLUMNS"]),
    stderrIsTerminal: (stderr.isTTY ?? false) && hasControlCodes(env["TERM"]),
    isUtf8: !ascii,
    ...(hasColours(stdout.isTTY ?? false, env) && { paint }),
    ...(ascii && { barStream: inAscii(stderr) }),
    lost: () => {
      // A terminal that is gone answers EIO.
      if (failure === undefined || ["EPIPE", "EIO"].includes(errorCode(failure) ?? "")) return undefined;
      return `Expected to write results to standard output, got ${errorMessage(failure)}.`;
    },
  };
}

const defaultColumns = 80;

/** The width of the terminal; else that in COLUMNS. A terminal without a known size, such as a serial line, has width 0. */
export function columnsOf(
  ofOutput: number | undefined,
  asked: string | undefined,
  ofErrors: number | undefined,
): number {
  return ofOutput || wanted(asked) || ofErrors || defaultColumns;
}

/** The same for tables, which have no limit unless COLUMNS sets one. */
export function tableWidthOf(ofOutput: number | undefined, asked: string | undefined): number {
  return ofOutput || wanted(asked) || Number.POSITIVE_INFINITY;
}

/** The number in COLUMNS; 0 if it is not a number. */
function wanted(columns: string | undefined): number {
  return /^[1-9]\d{0,4}$/.test(columns ?? "") ? Number(columns) : 0;
}

/** Results in ASCII. JSON and SVG keep their meaning. */
export function asciiResult(text: string, words: readonly string[]): string {
  const isJson = words[0] === "schema" || words.some((word) => word === "--json" || /^(--format=)?json$/.test(word));
  if (isJson) return asciiJson(text);
  return text.startsWith("<svg") ? asciiXml(text) : asciiText(text);
}

/** Makes a stream write only ASCII. */
function inAscii(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = (text: string | Uint8Array, ...rest: []) =>
    stream.write(typeof text === "string" ? asciiText(text) : text, ...rest);
  return Object.create(stream, { write: { value: write } }) as NodeJS.WriteStream;
}
