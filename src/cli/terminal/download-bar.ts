// The progress of a download or of a pass over images: a bar on a terminal, else a line for each tenth to keep logs short.

import { Presets, SingleBar } from "cli-progress";
import type { Progress } from "../../datasets/source.ts";
import { grouped } from "../../text/quantities.ts";
import type { Io } from "./io.ts";

/** Shows the progress of a download. `stop` removes the bar and must be called, even after a failure. */
export interface DownloadBar {
  readonly onProgress: (progress: Progress) => void;
  stop(): void;
}

/** What is counted. */
export type Unit = "MB" | "images";

/** A bar that appears with the first byte or image. */
export function downloadBar(io: Pick<Io, "err" | "stderrIsTerminal" | "barStream">, unit: Unit = "MB"): DownloadBar {
  const inUnits = (amount: number) => grouped(unit === "MB" ? Math.round(amount / 1e6) : amount);
  let bar: SingleBar | undefined;
  let tenths = 0;
  return {
    onProgress({ file, done, total }) {
      if (io.stderrIsTerminal) {
        if (bar === undefined) {
          bar = new SingleBar(
            {
              format: `${file} {bar} {percentage} % of {amount} ${unit}, {eta_formatted} left`,
              stream: io.barStream ?? process.stderr,
              hideCursor: true,
              clearOnComplete: true,
            },
            Presets.shades_classic,
          );
          bar.start(total, done, { amount: inUnits(total) });
        }
        bar.update(done);
      } else if (Math.floor((10 * done) / total) > tenths) {
        tenths = Math.floor((10 * done) / total);
        io.err(`${file}: ${inUnits(done)} of ${inUnits(total)} ${unit}\n`);
      }
    },
    stop: () => bar?.stop(),
  };
}
