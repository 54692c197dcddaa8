// What a report says about the project's own runs of the same set-ups, and which of ours have the same bits.
import type { RunRecord } from "../../records/record.ts";
import { listed } from "../../text/listing.ts";
import type { SummaryRow } from "../analysis/tabulate.ts";
import { runName } from "./run-columns.ts";

/** Sentences; none where the project has no run of the same set-up. */
export function referenceNotes(rows: readonly SummaryRow[]): string[] {
  const counts = rows.flatMap(({ reference }) => reference?.testError?.count ?? []);
  if (counts.length === 0) return [];
  return [
    `Reference: what the project measured in the same set-up, ${countText(counts)}. It is no part of our statistics.`,
    ...bitsLines(rows),
  ];
}

function countText(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const number = least === most ? `${least}` : `${least} to ${most}`;
  return `${number} ${most === 1 ? "run" : "runs"} of each net`;
}

/** Which runs are the reference's run for run, and which of them have other numbers. */
function bitsLines(rows: readonly SummaryRow[]): string[] {
  const twins = rows.flatMap(({ runs, reference }) =>
    runs.flatMap((ours) => {
      const theirs = reference?.runs.find(({ run }) => run.id === ours.run.id);
      return ours.done && theirs ? [{ ours, theirs, same: hasSameBits(ours, theirs) }] : [];
    }),
  );
  const [same, others] = [true, false].map((kind) => twins.filter((twin) => twin.same === kind));
  const finished = rows.flatMap(({ runs }) => runs.filter(({ done }) => done)).length;
  return [
    ...(same?.length ? [`${subject(same, finished)} the same bits as the reference.`] : []),
    ...(others?.length
      ? [`${subject(others, finished)} other numbers than the reference, which ${enginesOf(others)} computed.`]
      : []),
  ];
}

/** Equal metrics are equal bits, as a record has every digit. */
function hasSameBits(a: RunRecord, b: RunRecord): boolean {
  return JSON.stringify(a.metrics) === JSON.stringify(b.metrics);
}

/** "All 4 runs have", "plain-18 seed 0 has". */
function subject(twins: readonly { readonly ours: RunRecord }[], finished: number): string {
  if (twins.length === finished && finished > 1) return `All ${finished} runs have`;
  return `${listed(twins.map(({ ours }) => runName(ours)))} ${twins.length > 1 ? "have" : "has"}`;
}

function enginesOf(twins: readonly { readonly theirs: RunRecord }[]): string {
  return listed([...new Set(twins.map(({ theirs }) => theirs.run.provenance.engine.description))]);
}
