// Test images that cannot be decoded are named, and are no reason to stop.
import type { Io } from "./io.ts";

/** Takes an image's path within the data set, and why. */
export function unreadableReporter(io: Pick<Io, "err">): (name: string, reason: string) => void {
  return (name, reason) => io.err(`${name} cannot be decoded (${reason}): the next test image stands in.\n`);
}
