// Shows the progress of a test: on a terminal the number of images so far, in a pipe nothing. Names images that cannot be
// decoded; they do not stop the test.

import { printable } from "../../errors.ts";
import type { TestObserver } from "../../evaluation/test-observer.ts";
import { wrapText } from "../../text/lines.ts";
import { listed } from "../../text/listing.ts";
import { grouped } from "../../text/quantities.ts";
import type { Io } from "./io.ts";

/** An observer that writes to a terminal and keeps the names of images that could not be decoded. */
export interface TerminalObserver extends TestObserver {
  readonly unreadable: ReadonlySet<string>;
}

/** Removes the progress line when all images are tested. Names each image once, however often it is read. */
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

/** The note below scores if some images could not be decoded; "" if all were. */
export function unreadableNote({ unreadable }: TerminalObserver, columns: number): string {
  const { size } = unreadable;
  if (size === 0) return "";
  const images = size === 1 ? "1 test image" : `${grouped(size)} test images`;
  return `\n${wrapText(`${images} could not be decoded: ${listed([...unreadable])}. Other test images count twice in their place.`, columns)}`;
}
