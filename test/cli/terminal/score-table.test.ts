import { expect, test } from "vitest";
import { evaluationTable } from "../../../src/cli/terminal/score-table.ts";
import type { EvaluationRecord } from "../../../src/records/evaluations.ts";

const evaluation: EvaluationRecord = {
  createdAt: "2026-01-02T03:04:05.000Z",
  protocol: { crops: 1, scales: null, statistics: "running", statisticsBatches: null },
  members: ["plain-18-s0-0123456789"],
  images: 2000,
  top1Error: 0.125,
  top5Error: 0.01,
  loss: 0.5,
  datasetDigest: "abc",
  engine: { name: "native", description: "native (AVX2, 1 thread)", version: "1" },
};

test("evaluations of a run are listed by protocol and ensemble, each with its latest score", () => {
  const table = evaluationTable(
    [
      evaluation,
      { ...evaluation, protocol: { ...evaluation.protocol, crops: 10 }, top5Error: null },
      { ...evaluation, members: ["a", "b"], top1Error: 0.1 },
      {
        ...evaluation,
        protocol: { crops: 1, scales: [28, 32, 36], statistics: "precise", statisticsBatches: 100 },
      },
      { ...evaluation, top1Error: 0.25 },
    ],
    false,
    80,
  );
  expect(table).toBe(`looks              statistics  nets  top-1 error %  top-5 error %
─────────────────  ──────────  ────  ─────────────  ─────────────
the whole image    running        1          25.00           1.00
10 crops           running        1          12.50
the whole image    running        2          10.00           1.00
scales 28, 32, 36  precise        1          12.50           1.00
`);
  expect(evaluationTable([evaluation], true, 80)).toContain("one centre crop  running");
});
