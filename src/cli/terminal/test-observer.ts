// What a terminal shows while nets are tested: the images so far, in place, and nothing of them in a pipe; and which
// images cannot be decoded, which is no reason to stop.
import type { TestObserver } from "../../evaluation/test-observer.ts";
import type { Io } from "./io.ts";

/** The line of images is gone when all are seen. */
export function testObserver(io: Pick<Io, "err" | "stderrIsTerminal" | "signal">): TestObserver {
  return {
    onImages(seen, total) {
      if (io.stderrIsTerminal) io.err(seen < total ? `\r${seen} of ${total} images` : "\r\x1b[K");
    },
    onUnreadable(name, reason) {
      io.err(`${name} cannot be decoded (${reason}): the next test image stands in.\n`);
    },
    signal: io.signal,
  };
}
