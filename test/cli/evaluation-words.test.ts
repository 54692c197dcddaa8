import { expect, test } from "vitest";
import { latestEvaluations } from "../../src/cli/evaluation-words.ts";
import type { EvaluationRecord } from "../../src/records/evaluations.ts";

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
  expect(
    latestEvaluations([
      evaluation,
      { ...evaluation, protocol: { ...evaluation.protocol, crops: 10 }, top5Error: null },
      { ...evaluation, members: ["a", "b"], top1Error: 0.1 },
      {
        ...evaluation,
        protocol: { crops: 1, scales: [28, 32, 36], statistics: "precise", statisticsBatches: 100 },
      },
      { ...evaluation, top1Error: 0.25 },
    ]),
  ).toEqual([
    ["one view", "top-1 25.00 %, top-5 1.00 %"],
    ["10 crops", "top-1 12.50 %"],
    ["one view, ensemble of 2", "top-1 10.00 %, top-5 1.00 %"],
    ["fully convolutional at scales 28, 32 and 36, precise statistics", "top-1 12.50 %, top-5 1.00 %"],
  ]);
});
