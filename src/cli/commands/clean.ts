// `clean [EXPERIMENT]…`: lists what can be deleted and how large it is, and deletes it with --yes only.
import { rmSync } from "node:fs";
import { relative } from "node:path";
import { decisiveValue } from "../../config/decisive.ts";
import { loadExperiment } from "../../config/load.ts";
import { planRuns } from "../../config/plan.ts";
import { profileNames } from "../../config/profile-names.ts";
import { emptyRuns, finishedCheckpoints, type Leftover, wholeRuns } from "../../records/leftovers.ts";
import { typedProfiles } from "../../records/provenance.ts";
import { type RunRecord, readRuns } from "../../records/record.ts";
import { canonicalJson } from "../../records/run-id.ts";
import { writeError } from "../../system/atomic-file.ts";
import type { Column } from "../../text/column.ts";
import { bytes } from "../../text/quantities.ts";
import { terminalTable } from "../../text/terminal-table.ts";
import { chooseExperiments, reportSkipped } from "../arguments/selection.ts";
import type { clean } from "../syntax/clean.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { Io } from "../terminal/io.ts";

/** Always 0. @throws UserError for a name without results, a wrong file, and where the disk refuses */
export async function cleanCommand(
  names: readonly string[],
  { results, unplanned = [], yes = false, json }: OptionsOf<typeof clean>,
  io: Io,
): Promise<number> {
  const experiments = chooseExperiments(results, names);
  const { runs, skipped } = readRuns(results, experiments);
  // Of these nothing is deleted: they may be mended.
  reportSkipped(skipped, io);
  const strays = unplanned.flatMap((file) => unplannedRuns(file, runs));
  const kept = runs.filter((record) => !strays.includes(record));
  const found = [
    ...wholeRuns([...new Set(strays)], "a run that no file plans"),
    ...finishedCheckpoints(kept),
    ...experiments.flatMap((experiment) => emptyRuns(results, experiment)),
  ];
  if (yes) for (const { path } of found) remove(path);
  const total = found.reduce((sum, each) => sum + each.bytes, 0);
  if (json) {
    io.out(`${JSON.stringify({ deleted: yes, bytes: total, found }, undefined, 2)}\n`);
    return 0;
  }
  if (found.length === 0) {
    io.out(`There is nothing to delete under ${results}.\n`);
    return 0;
  }
  io.out(terminalTable(columnsFor(results), found, io.tableWidth));
  const places = `${bytes(total)} in ${found.length} ${found.length === 1 ? "place" : "places"}`;
  io.out(
    yes ? `\nDeleted ${places}.\n` : `\n${places}. Nothing is deleted yet; the same command with --yes deletes it.\n`,
  );
  return 0;
}

/**
 * The runs of a file's experiment whose settings the file does not have, whatever their seed: neither by itself, nor with
 * one of its profiles, nor with the profiles that a run was typed with.
 */
function unplannedRuns(file: string, runs: readonly RunRecord[]): RunRecord[] {
  const known = profileNames(file);
  const typed = runs.map(({ run }) => typedProfiles(run.provenance.command));
  const variants = [[], ...known.map((profile) => [profile]), ...typed.filter((names) => names.length > 1)];
  const possible = variants.filter((names) => names.every((name) => known.includes(name)));
  const experiments = [...new Map(possible.map((profile) => [profile.join(), profile])).values()].map((profile) =>
    loadExperiment(file, { profile }),
  );
  const planned = new Set(
    experiments.flatMap((experiment) => planRuns(experiment).map(({ sections }) => settings(sections))),
  );
  const { name } = experiments[0]!.document;
  return runs.filter(({ run: { spec } }) => spec.experiment === name && !planned.has(settings(spec.sections)));
}

function settings(sections: RunRecord["run"]["spec"]["sections"]): string {
  return canonicalJson(decisiveValue(sections));
}

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    throw writeError(path, error);
  }
}

function columnsFor(results: string): readonly Column<Leftover>[] {
  return [
    { title: "what", importance: 2, text: ({ what }) => what },
    { title: "where", text: ({ path }) => relative(results, path) },
    { title: "size", align: "right", importance: 3, text: (each) => bytes(each.bytes) },
  ];
}
