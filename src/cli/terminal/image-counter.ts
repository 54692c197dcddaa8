// How many images a test has seen, counted in place on a terminal; nothing in a pipe.
import type { Io } from "./io.ts";

/** Takes the count so far; the line is gone when all are seen. */
export function imageCounter(total: number, io: Pick<Io, "err" | "stderrIsTerminal">): (images: number) => void {
  if (!io.stderrIsTerminal) return () => {};
  return (images) => io.err(images < total ? `\r${images} of ${total} images` : "\r\x1b[K");
}
