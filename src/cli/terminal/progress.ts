// Shows training as it goes: on a terminal a bar for the matrix and a bar for the run, else a line for each test.
// Writes to standard error only, and no control code where that is no terminal.
import type { Io } from "./io.ts";
import { ProgressBars } from "./progress-bars.ts";
import type { ProgressDisplay } from "./progress-display.ts";
import { ProgressLines } from "./progress-lines.ts";

/**
 * Bars where standard error is a terminal wide enough for them, lines elsewhere.
 * @param runs in all
 * @param atOnce of these at most
 */
export function progressDisplay(io: Io, runs: number, atOnce = 1): ProgressDisplay {
  return io.stderrIsTerminal && io.columns >= 40 ? new ProgressBars(io, runs, atOnce) : new ProgressLines(io, runs);
}
