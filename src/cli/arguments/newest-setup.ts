// Of runs that one name fits, those of the newest set-up: after `run FILE` and `run FILE --profile cifar10` there are two
// runs called plain-34, and the one that was trained last is meant. Whoever chooses says so.
import type { RunFile } from "../../records/run-files.ts";
import type { Io } from "../terminal/io.ts";
import { datasetText, profileText, toldApart } from "./told-apart.ts";

const listedRuns = 10;

/** The runs that share data set and profile with the run that was begun last; all runs where they share them. */
export function newestSetup(runs: readonly RunFile[]): readonly RunFile[] {
  const begun = ({ provenance }: RunFile) => Date.parse(provenance.createdAt);
  const newest = runs.reduce((last, run) => (begun(run) > begun(last) ? run : last));
  return runs.filter((run) => setupText(run) === setupText(newest));
}

/** Says on standard error which of the runs that a name fits are taken, and lists the others. */
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
