// Chooses the runs of the newest set-up if a name fits several: after `run FILE` and `run FILE --profile cifar10` there are
// two runs called plain-34, and the name means the run that was trained last. The command says which runs it took.
import type { RunFile } from "../../records/run-files.ts";
import type { Io } from "../terminal/io.ts";
import { datasetText, profileText, toldApart } from "./told-apart.ts";

const listedRuns = 10;

/** The runs with the same data set and profile as the run that began last. */
export function newestSetup(runs: readonly RunFile[]): readonly RunFile[] {
  const begun = ({ provenance }: RunFile) => Date.parse(provenance.createdAt);
  const newest = runs.reduce((last, run) => (begun(run) > begun(last) ? run : last));
  return runs.filter((run) => setupText(run) === setupText(newest));
}

/** Says on standard error which runs a command took, and lists the other runs that the name fits. */
export function tellTaken(
  name: string,
  found: readonly RunFile[],
  taken: readonly RunFile[],
  io: Pick<Io, "err">,
): void {
  const setups = new Set(found.map(setupText)).size;
  const which = taken.length === 1 ? taken[0]!.id : `the ${taken.length} runs`;
  const lines = toldApart(found).filter((_, i) => !taken.includes(found[i]!));
  const more = lines.length > listedRuns ? [`and ${lines.length - listedRuns} more`] : [];
  io.err(
    [
      `${JSON.stringify(name)} fits runs of ${setups} set-ups. Took ${which} of the newest: ${setupText(taken[0]!)}.`,
      "  Left out (an id takes a run of any set-up):",
      ...[...lines.slice(0, listedRuns), ...more].map((line) => `  ${line}`),
      "",
    ].join("\n"),
  );
}

function setupText(run: RunFile): string {
  return `${datasetText(run)}, ${profileText(run)}`;
}
