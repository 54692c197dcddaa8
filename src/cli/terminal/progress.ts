// Chooses how training progress is shown: on a terminal as bars for the study and its runs, elsewhere as lines.
// Both write to standard error only, and the lines have no control codes.
import type { Io } from "./io.ts";
import { ProgressBars } from "./progress-bars.ts";
import type { ProgressDisplay } from "./progress-display.ts";
import { ProgressLines } from "./progress-lines.ts";

/**
 * Bars if standard error is a terminal that is wide enough, else lines.
 * @param runs the number of runs
 * @param atOnce the most runs that are trained at once
 */
export function progressDisplay(io: Io, runs: number, atOnce = 1): ProgressDisplay {
  return io.stderrIsTerminal && io.columns >= 40 ? new ProgressBars(io, runs, atOnce) : new ProgressLines(io, runs);
}
