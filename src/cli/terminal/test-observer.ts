// What a terminal shows while nets are tested: the images so far, in place, and nothing of them in a pipe; and which
// images cannot be decoded, which is no reason to stop.

import { printable } from "../../errors.ts";
import type { TestObserver } from "../../evaluation/test-observer.ts";
import { wrapText } from "../../text/lines.ts";
import { listed } from "../../text/listing.ts";
import { grouped } from "../../text/quantities.ts";
import type { Io } from "./io.ts";

/** Who waits on a terminal, with the names of the images that could not be decoded so far. */
export interface TerminalObserver extends TestObserver {
  readonly unreadable: ReadonlySet<string>;
}

/** The line of images is gone when all are seen. Each image is named once, however often it is looked at. */
export function testObserver(io: Pick<Io, "err" | "stderrIsTerminal" | "signal">): TerminalObserver {
  const unreadable = new Set<string>();
  return {
    unreadable,
    onImages(seen, total) {
      if (io.stderrIsTerminal) io.err(seen < total ? `\r${seen} of ${total} images` : "\r\x1b[K");
    },
    onUnreadable(name, reason) {
      if (unreadable.has(name)) return;
      unreadable.add(name);
      io.err(`${printable(name)} cannot be decoded (${reason}): the next test image is used instead.\n`);
    },
    onNote: (note) => io.err(`${note}\n`),
    signal: io.signal,
  };
}

/** What stands below scores that were measured without some images; "" where all were decoded. */
export function unreadableNote({ unreadable }: TerminalObserver, columns: number): string {
  const { size } = unreadable;
  if (size === 0) return "";
  const images = size === 1 ? "1 test image" : `${grouped(size)} test images`;
  return `\n${wrapText(`${images} could not be decoded: ${listed([...unreadable])}. Others count twice in their place.`, columns)}`;
}
