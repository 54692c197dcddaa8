// Standard output and standard error as a command needs them: a reader that has seen enough, a closed terminal or a full
// disk under the log is told of at the end, if at all. None of them ends the work.
import { errorCode, errorMessage } from "../../errors.ts";
import type { Io } from "./io.ts";

/** The streams of this process. */
export interface Streams extends Omit<Io, "signal"> {
  /** Why results could not be written, as a sentence; undefined where all were, or where their reader had seen enough. */
  readonly lost: () => string | undefined;
}

/** Opens them. To be called once. */
export function openStreams(): Streams {
  const { stdout, stderr } = process;
  let failure: unknown;
  stdout.on("error", (error) => {
    failure ??= error;
  });
  // There is no place left to tell of it. The next line may find the disk with room again.
  stderr.on("error", () => {});
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    columns: stdout.columns ?? stderr.columns ?? 80,
    tableWidth: stdout.columns || Number.POSITIVE_INFINITY,
    stderrIsTerminal: stderr.isTTY ?? false,
    lost: () => {
      // EIO is what a terminal says that is gone.
      if (failure === undefined || ["EPIPE", "EIO"].includes(errorCode(failure) ?? "")) return undefined;
      return `Expected to write results to standard output, got ${errorMessage(failure)}.`;
    },
  };
}
