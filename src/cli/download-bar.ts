// Shows how far a download is: a bar on a terminal, else a line for each tenth, so that a log stays short.
import { Presets, SingleBar } from "cli-progress";
import type { Progress } from "../datasets/source.ts";
import type { Io } from "./io.ts";

/** Where a download reports to; `stop` takes the bar away and must be called, after a failure too. */
export interface DownloadBar {
  readonly onProgress: (progress: Progress) => void;
  stop(): void;
}

/** A bar that appears with the first byte. */
export function downloadBar(io: Pick<Io, "err" | "stderrIsTerminal">): DownloadBar {
  let bar: SingleBar | undefined;
  let tenths = 0;
  return {
    onProgress({ file, done, total }) {
      if (io.stderrIsTerminal) {
        if (bar === undefined) {
          bar = new SingleBar(
            {
              format: `${file} {bar} {percentage} % of {megabytes} MB, {eta_formatted} left`,
              stream: process.stderr,
              hideCursor: true,
              clearOnComplete: true,
            },
            Presets.shades_classic,
          );
          bar.start(total, done, { megabytes: megabytes(total) });
        }
        bar.update(done);
      } else if (Math.floor((10 * done) / total) > tenths) {
        tenths = Math.floor((10 * done) / total);
        io.err(`${file}: ${megabytes(done)} of ${megabytes(total)} MB\n`);
      }
    },
    stop: () => bar?.stop(),
  };
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
