// The finished run that is most similar to a given run, and the differences between the two.
import { type Decisive, type Difference, decisiveDifferences } from "../records/differences.ts";
import type { RunRecord } from "../records/record.ts";

/** A run, begun or planned. */
export type ComparedRun = Decisive & { readonly id: string };

export interface NearestRun {
  readonly record: RunRecord;
  readonly differences: readonly Difference[];
}

/** The finished run with the fewest other values; of several, one of the same experiment and label, then the latest. */
export function nearestRun(subject: ComparedRun, runs: readonly RunRecord[]): NearestRun | undefined {
  const { experiment, label } = subject.spec;
  const kinship = ({ run: { spec } }: RunRecord) =>
    Number(spec.experiment === experiment) + Number(spec.experiment === experiment && spec.label === label);
  return runs
    .filter(({ run, status }) => status === "done" && !(run.id === subject.id && run.spec.experiment === experiment))
    .map((record) => ({ record, differences: decisiveDifferences([subject, record.run]) }))
    .sort(
      (a, b) =>
        a.differences.length - b.differences.length ||
        kinship(b.record) - kinship(a.record) ||
        Date.parse(b.record.run.provenance.createdAt) - Date.parse(a.record.run.provenance.createdAt),
    )[0];
}
