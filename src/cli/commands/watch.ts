// `watch [EXPERIMENT]…`: serves the report's pages on loopback while runs are trained. Open pages follow the runs.
import { setTimeout } from "node:timers/promises";
import { WatchServer } from "../../watch/server.ts";
import { studyPages } from "../../watch/study-pages.ts";
import { chooseExperiments } from "../arguments/selection.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { watch } from "../syntax/watch.ts";
import type { Io } from "../terminal/io.ts";

/** Seconds between two looks at the runs; longer for slow pages, so that making them uses at most a tenth of a core. */
const interval = { least: 1, pages: 10 };

/**
 * Serves the pages until a signal, and prints the address. Serves the named experiments, or else all, new ones included.
 * @throws UserError for a name without results, or a port that is in use
 */
export async function watchCommand(
  experiments: readonly string[],
  options: OptionsOf<typeof watch>,
  io: Io,
): Promise<number> {
  const { results } = options;
  if (experiments.length > 0) chooseExperiments(results, experiments);
  const source = studyPages(results, experiments, (error) =>
    io.err(`${error instanceof Error ? error.stack : String(error)}\n`),
  );
  const server = await WatchServer.open(source, options.port);
  const page = experiments.length === 1 ? `${server.url}${experiments[0]}/report.html` : server.url;
  io.out(options.json ? `${JSON.stringify({ url: page })}\n` : `${page}\n`);
  if (!options.json) io.err("Following the runs. Press Ctrl-C to stop.\n");
  try {
    while (!io.signal.aborted) {
      const seconds = Math.max(interval.least, interval.pages * server.pageSeconds);
      await setTimeout(1000 * seconds, undefined, { signal: io.signal }).catch(() => {});
      server.check();
    }
  } finally {
    await server.close();
  }
  return 0;
}
