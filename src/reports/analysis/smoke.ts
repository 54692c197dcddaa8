// Runs of the profile `smoke`, which only check that everything works. A report leaves them out where there are others.
import { typedProfiles } from "../../records/provenance.ts";
import type { RunRecord } from "../../records/record.ts";

/** The runs that a report is about: all except those of the profile `smoke`, or all where there are no others. */
export function reportedRuns(runs: readonly RunRecord[]): readonly RunRecord[] {
  const others = runs.filter((record) => !isSmoke(record));
  return others.length > 0 ? others : runs;
}

/** A sentence on the runs that `reportedRuns` leaves out; none where it leaves out none. */
export function smokeNotes(runs: readonly RunRecord[]): string[] {
  const count = runs.length - reportedRuns(runs).length;
  if (count === 0) return [];
  return [`${count} ${count === 1 ? "run" : "runs"} of the profile smoke ${count === 1 ? "is" : "are"} left out.`];
}

function isSmoke({ run }: RunRecord): boolean {
  return typedProfiles(run.provenance.command).some((profiles) => profiles.split(",").includes("smoke"));
}
