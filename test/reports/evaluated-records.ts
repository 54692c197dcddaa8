// Made-up evaluations of made-up runs, for the tests of reports; nothing here is measured.
import type { EvaluationRecord } from "../../src/records/evaluations.ts";
import type { RunRecord } from "../../src/records/record.ts";

export const oneLook = { crops: 1, scales: null, statistics: "running", statisticsBatches: null } as const;
export const tenCrops = { ...oneLook, crops: 10 } as const;
export const paperScales = [224, 256, 384, 480, 640];

/** A test of a run alone, or of the runs with the given ids. */
export function evaluation(
  record: RunRecord,
  protocol: EvaluationRecord["protocol"],
  top1Error: number,
  top5Error: number | null = null,
  members: string[] = [record.run.id],
): EvaluationRecord {
  return {
    createdAt: "2026-01-02T03:04:05.000Z",
    protocol,
    members,
    images: 2000,
    top1Error,
    top5Error,
    loss: 0.5,
    datasetDigest: record.run.datasetDigest,
    engine: { name: "native", description: "native (AVX2, 1 thread)", version: "1" },
  };
}

/** The run with these evaluations: protocol, top-1 error and top-5 error each. */
export function evaluated(
  record: RunRecord,
  ...tests: readonly (readonly [EvaluationRecord["protocol"], number, number?])[]
): RunRecord {
  const evaluations = tests.map(([protocol, top1, top5]) => evaluation(record, protocol, top1, top5 ?? null));
  return { ...record, evaluations: [...record.evaluations, ...evaluations] };
}
