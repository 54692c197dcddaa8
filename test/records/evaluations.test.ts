import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { appendEvaluation, type EvaluationRecord, readEvaluations } from "../../src/records/evaluations.ts";
import { temporaryDirectory } from "./sample-run.ts";

const evaluation: EvaluationRecord = {
  createdAt: "2026-01-02T03:04:05.000Z",
  protocol: { crops: 1, scales: [28, 32], statistics: "precise", statisticsBatches: 100 },
  members: ["plain-18-s0-0123456789"],
  images: 2000,
  top1Error: 0.125,
  top5Error: null,
  loss: 0.5,
  datasetDigest: "abc",
  engine: { name: "native", description: "native (AVX2, 1 thread)", version: "1" },
};

describe("evaluations of a run", () => {
  let path: string;
  beforeEach(() => {
    path = temporaryDirectory();
  });
  const file = () => join(path, "evaluations.jsonl");

  it("are appended and come back in their order", () => {
    expect(readEvaluations(path)).toEqual([]);
    appendEvaluation(path, evaluation);
    const before = readFileSync(file(), "utf8");
    appendEvaluation(path, { ...evaluation, top1Error: 0.25 });
    expect(readFileSync(file(), "utf8").startsWith(before)).toBe(true);
    expect(readEvaluations(path)).toEqual([evaluation, { ...evaluation, top1Error: 0.25 }]);
  });

  it("survive a line that a crash cut off, which is left out", () => {
    appendEvaluation(path, evaluation);
    appendFileSync(file(), '{"createdAt":"2026-');
    expect(readEvaluations(path)).toEqual([evaluation]);
    appendEvaluation(path, evaluation);
    expect(readEvaluations(path)).toEqual([evaluation, evaluation]);
    expect(readFileSync(file(), "utf8").split("\n")).toHaveLength(4);
  });

  it("are refused as a user's error where the disk refuses", () => {
    appendEvaluation(path, evaluation);
    expect(() => appendEvaluation(file(), evaluation)).toThrow(
      expect.objectContaining({
        name: "UserError",
        message: expect.stringMatching(/^Expected to write .*evaluations\.jsonl, got ENOTDIR/),
      }),
    );
  });
});
