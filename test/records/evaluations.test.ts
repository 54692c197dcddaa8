import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import {
  appendEvaluation,
  type EvaluationRecord,
  latestEvaluations,
  readEvaluations,
} from "../../src/records/evaluations.ts";
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

  it("are appended and read back in order", () => {
    expect(readEvaluations(path)).toEqual({ evaluations: [] });
    appendEvaluation(path, evaluation);
    const before = readFileSync(file(), "utf8");
    appendEvaluation(path, { ...evaluation, top1Error: 0.25 });
    expect(readFileSync(file(), "utf8").startsWith(before)).toBe(true);
    expect(readEvaluations(path)).toEqual({ evaluations: [evaluation, { ...evaluation, top1Error: 0.25 }] });
  });

  it("survive a line that a crash cut off; that line is skipped and named", () => {
    appendEvaluation(path, evaluation);
    appendFileSync(file(), '{"createdAt":"2026-');
    const damage = { path: file(), reason: "line 2 holds no evaluation" };
    expect(readEvaluations(path)).toEqual({ evaluations: [evaluation], damage });
    appendEvaluation(path, evaluation);
    expect(readEvaluations(path)).toEqual({ evaluations: [evaluation, evaluation], damage });
    expect(readFileSync(file(), "utf8").split("\n")).toHaveLength(4);
  });

  it("are none where the file cannot be read, with the reason", () => {
    mkdirSync(file());
    expect(readEvaluations(path)).toEqual({
      evaluations: [],
      damage: { path: file(), reason: expect.stringMatching(/^EISDIR/) },
    });
  });

  it("are read except for damaged lines; the first of these is named", () => {
    const lines = ["{}", JSON.stringify(evaluation), JSON.stringify({ ...evaluation, top1Error: 2 }), "null", ""];
    writeFileSync(file(), lines.join("\n"));
    expect(readEvaluations(path)).toEqual({
      evaluations: [evaluation],
      damage: { path: file(), reason: "line 1 and 2 more hold no evaluation" },
    });
  });

  it("replace earlier evaluations of the same nets, protocol and images", () => {
    const again = { ...evaluation, createdAt: "2026-01-03T00:00:00.000Z", top1Error: 0.5 };
    const crops = { ...evaluation, protocol: { ...evaluation.protocol, crops: 10 as const } };
    const ensemble = { ...evaluation, members: ["a", "b"] };
    expect(latestEvaluations([evaluation, crops, again, ensemble])).toEqual([again, crops, ensemble]);
  });

  it("throw a user's error where the file cannot be written", () => {
    appendEvaluation(path, evaluation);
    expect(() => appendEvaluation(file(), evaluation)).toThrow(
      expect.objectContaining({
        name: "UserError",
        message: expect.stringMatching(/^Expected to write .*evaluations\.jsonl, got ENOTDIR/),
      }),
    );
  });
});
